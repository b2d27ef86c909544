"""Draw accuracy by system, recall by emotion and accuracy by speaker."""

from pathlib import Path

from emofold.evaluation.comparisons import read_reported
from emofold.evaluation.metrics import headline
from emofold.figures.accuracies import draw_accuracies
from emofold.figures.matrices import draw_recall, draw_speakers
from emofold.figures.style import save
from emofold.jobs import Job
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    given, output, note = snakemake.input, snakemake.output, snakemake.params.note
    metrics = read_table(Path(given.metrics), schemas.METRICS)
    comparison = read_table(Path(given.comparison), schemas.COMPARISON)
    recall = read_table(Path(given.recall), schemas.RECALL)
    speakers = read_table(Path(given.speakers), schemas.SPEAKERS)
    reported = read_reported(given.reported)
    systems = headline(metrics)["system"]

    save(draw_accuracies(metrics, comparison, reported["human"]), Path(output.accuracies), note)
    save(draw_recall(recall, systems, snakemake.params.emotions), Path(output.recall), note)
    save(draw_speakers(speakers, systems), Path(output.speakers), note)
