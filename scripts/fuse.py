"""Fuse the posteriors of several models in every fold, in one job."""

from pathlib import Path

from emofold.fusion import fuse_fold
from emofold.jobs import Job
from emofold.tables import as_metadata, failures_of, read_table, schemas, without_failed

with Job(snakemake) as job:
    emotions, fusion = snakemake.params.emotions, snakemake.params.fusion
    schema = schemas.posteriors(emotions)
    for output in snakemake.output:
        of_fold = [Path(path) for path in snakemake.input if Path(path).name == Path(output).name]
        tables = {path.parent.name: read_table(path, schema) for path in of_fold}
        failures = failures_of(table.attrs for table in tables.values())
        common = {name: without_failed(table, failures) for name, table in tables.items()}
        fused, scale = fuse_fold(
            common, emotions, fusion["scaling"], fusion["parameters"], snakemake.params.seed
        )
        metadata = {
            "scale": scale,
            "stage": "fusion",
            "protocol": "paper",
            "speaker_norm": any(table.attrs["speaker_norm"] for table in tables.values()),
            **as_metadata(failures),
        }
        job.write(fused, output, schema, metadata)
