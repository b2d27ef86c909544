"""Import one published model's posteriors: classes in our order, scales named."""

from pathlib import Path

from emofold.corpora.published_files import POSTERIORS
from emofold.corpora.schemas import clips_schema
from emofold.files import check_all
from emofold.models.collected_posteriors import cross_fitted
from emofold.models.published_posteriors import read_posteriors
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
        read_posteriors(model, fold, {"train": Path(train), "test": Path(test)}, clips, emotions)
        for fold, (train, test) in enumerate(files)
    ]
    protocol = "paper"
    if snakemake.params.protocol == "nested":
        folds, protocol = cross_fitted(folds), "cross-fitted"
    metadata = {
        "scale": POSTERIORS[model].scale,
        "kind": "model",
        "modality": POSTERIORS[model].modality,
        "protocol": protocol,
        "normalised_by": "none",
    }
    for posteriors, output in zip(folds, snakemake.output, strict=True):
        job.write(posteriors, output, posteriors_schema(emotions), metadata)
