"""Collect a model's scores: of test clips by its trainings, of training clips by inner ones."""

from pathlib import Path

from emofold.models.posteriors import collect_posteriors
from emofold.models.schemas import posteriors_schema
from emofold.runtime.job import Job
from emofold.tables import as_metadata, failures_of, read_table

with Job(snakemake) as job:
    schema = posteriors_schema(snakemake.params.emotions)
    trained, inner = (
        {
            Path(path).parent.name.removeprefix("fold"): read_table(Path(path), schema)
            for path in paths
        }
        for paths in (snakemake.input.trained, snakemake.input.inner)
    )
    failures = failures_of(table.attrs for table in [*trained.values(), *inner.values()])
    for output in map(Path, snakemake.output):
        fold = int(output.stem.removeprefix("fold"))
        posteriors, metadata = collect_posteriors(
            fold, trained, inner, {failure.clip for failure in failures}
        )
        job.write(posteriors, output, schema, {**metadata, **as_metadata(failures)})
