"""Import one published model's posteriors: classes in our order, scales named."""

from pathlib import Path

from emofold.checksums import check_all
from emofold.corpora.published import read_posteriors
from emofold.corpora.published_files import POSTERIORS
from emofold.jobs import Job
from emofold.tables import read_table, schemas
from emofold.training.posteriors import cross_fitted

with Job(snakemake) as job:
    check_all(snakemake.params.sha256)
    emotions = snakemake.params.emotions
    model = snakemake.wildcards.model
    clips = read_table(Path(snakemake.input.clips), schemas.clips(emotions))
    files = zip(snakemake.input.train, snakemake.input.test, strict=True)
    folds = [
        read_posteriors(model, fold, {"train": Path(train), "test": Path(test)}, clips, emotions)
        for fold, (train, test) in enumerate(files)
    ]
    protocol = "paper"
    if snakemake.params.protocol == "nested":
        folds, protocol = cross_fitted(folds), "cross-fitted"
    metadata = {
        "scale": POSTERIORS[model].scale,
        "stage": POSTERIORS[model].stage,
        "protocol": protocol,
        "speaker_norm": False,
    }
    for posteriors, output in zip(folds, snakemake.output, strict=True):
        job.write(posteriors, output, schemas.posteriors(emotions), metadata)
