"""Draw accuracy by system, recall by emotion and accuracy by speaker."""

from pathlib import Path

from emofold.evaluation.comparisons import read_reported
from emofold.evaluation.metrics import rank_systems
from emofold.evaluation.schemas import COMPARISON, METRICS, RECALL, SPEAKERS
from emofold.report.figures.accuracies import draw_accuracies
from emofold.report.figures.matrices import draw_recall, draw_speakers
from emofold.report.style import save
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    given, output, note = snakemake.input, snakemake.output, snakemake.params.note
    metrics = read_table(Path(given.metrics), METRICS)
    comparison = read_table(Path(given.comparison), COMPARISON)
    recall = read_table(Path(given.recall), RECALL)
    speakers = read_table(Path(given.speakers), SPEAKERS)
    reported = read_reported(given.reported)
    systems = rank_systems(metrics)["system"]

    save(draw_accuracies(metrics, comparison, reported["human"]), Path(output.accuracies), note)
    save(draw_recall(recall, systems, snakemake.params.emotions), Path(output.recall), note)
    save(draw_speakers(speakers, systems), Path(output.speakers), note)
