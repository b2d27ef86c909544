"""Draw each system's confusion matrix, over all folds and fold by fold."""

from pathlib import Path

from emofold.evaluation.metrics import rank_systems
from emofold.evaluation.schemas import CONFUSION, METRICS
from emofold.report.figures.matrices import draw_confusion
from emofold.report.style import save
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    metrics = read_table(Path(snakemake.input.metrics), METRICS)
    confusion = read_table(Path(snakemake.input.confusion), CONFUSION)
    means = rank_systems(metrics).set_index("system")
    for output in map(Path, snakemake.output):
        accuracy = means.loc[output.stem, "accuracy"]
        figure = draw_confusion(confusion, output.stem, accuracy, snakemake.params.emotions)
        save(figure, output, snakemake.params.note)
