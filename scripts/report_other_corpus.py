"""Show how the bundle does on another corpus: as tables, and what each emotion is taken for."""

from pathlib import Path

from emofold.evaluation.schemas import OTHER_CONFUSION, OTHER_EMOTIONS, OTHER_METRICS
from emofold.report.figures.matrices import draw_answers
from emofold.report.other_corpora import emotions_for_people, metrics_for_people
from emofold.report.style import save
from emofold.report.table_page import write_table_page
from emofold.runtime.job import Job
from emofold.tables import read_table

PERCENT = ("accuracy", "uar", "confidence", "ece", "remarked", "recall")

with Job(snakemake) as job:
    given, output, note = snakemake.input, snakemake.output, snakemake.params.note
    metrics = read_table(Path(given.metrics), OTHER_METRICS)
    emotions = read_table(Path(given.emotions), OTHER_EMOTIONS)
    confusion = read_table(Path(given.confusion), OTHER_CONFUSION)
    other, decimals = snakemake.wildcards.other, dict.fromkeys(PERCENT, 1)
    write_table_page(
        metrics_for_people(metrics),
        Path(output.metrics),
        f"On {other}",
        f"Over the clips of emotions that the bundle knows, in percent. {note}".strip(),
        decimals,
    )
    write_table_page(
        emotions_for_people(emotions),
        Path(output.emotions),
        f"The emotions of {other}",
        f"What their clips were taken for, in percent. {note}".strip(),
        decimals,
    )
    figure = draw_answers(confusion, list(snakemake.params.emotions))
    save(figure, Path(output.answers), note)
