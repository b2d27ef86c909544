"""Import one published model's posteriors: classes in our order, scales named."""

from pathlib import Path

from emofold.checksums import check_all
from emofold.corpora.published import read_posteriors
from emofold.corpora.published_files import POSTERIORS
from emofold.jobs import Job
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    check_all(snakemake.params.sha256)
    emotions = snakemake.params.emotions
    model = snakemake.wildcards.model
    clips = read_table(Path(snakemake.input.clips), schemas.clips(emotions))
    metadata = {
        "scale": POSTERIORS[model].scale,
        "stage": POSTERIORS[model].stage,
        "protocol": "paper",
        "speaker_norm": False,
    }
    files = zip(snakemake.input.train, snakemake.input.test, snakemake.output, strict=True)
    for fold, (train, test, output) in enumerate(files):
        paths = {"train": Path(train), "test": Path(test)}
        posteriors = read_posteriors(model, fold, paths, clips, emotions)
        job.write(posteriors, output, schemas.posteriors(emotions), metadata)
