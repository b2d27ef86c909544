"""Set the measured accuracies beside those that a paper reports."""

from pathlib import Path

from emofold.evaluation.comparisons import compare_with_reported, read_reported
from emofold.evaluation.schemas import COMPARISON, METRICS
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    metrics = read_table(Path(snakemake.input.metrics), METRICS)
    reported = read_reported(snakemake.input.reported)
    comparison = compare_with_reported(metrics, reported)
    not_run = len(reported["rows"]) - len(comparison)
    job.logger.info("%d reported numbers have no system in this run", not_run)
    job.write(comparison, snakemake.output[0], COMPARISON)
