"""Import one published model's posteriors: classes in our order, scales named."""

from pathlib import Path

from emofold.corpora.published_files import POSTERIORS
from emofold.corpora.schemas import clips_schema
from emofold.files import check_all
from emofold.models.posteriors import cross_fit, describe_model, read_published_posteriors
from emofold.models.schemas import posteriors_schema
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    check_all(snakemake.params.sha256)
    emotions = snakemake.params.emotions
    model = snakemake.wildcards.model
    clips = read_table(Path(snakemake.input.clips), clips_schema(emotions))
    files = zip(snakemake.input.train, snakemake.input.test, strict=True)
    folds = [
        read_published_posteriors(
            model, fold, {"train": Path(train), "test": Path(test)}, clips, emotions
        )
        for fold, (train, test) in enumerate(files)
    ]
    protocol = "paper"
    if snakemake.params.protocol == "nested":
        folds, protocol = cross_fit(folds), "cross-fitted"
    published = POSTERIORS[model]
    metadata = describe_model(published.modality, protocol, published.scale)
    for posteriors, output in zip(folds, snakemake.output, strict=True):
        job.write(posteriors, output, posteriors_schema(emotions), metadata)
