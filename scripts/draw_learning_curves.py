"""Draw the learning curves of a model in all folds."""

from pathlib import Path

from emofold.models.schemas import LEARNING
from emofold.report.figures.learning_curves import HOW_THE_EPOCH_WAS_CHOSEN, draw_learning_curves
from emofold.report.style import save
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    params = snakemake.params
    folds = [read_table(Path(path), LEARNING) for path in snakemake.input]
    notes = [HOW_THE_EPOCH_WAS_CHOSEN[params.protocol], params.note]
    figure = draw_learning_curves(folds, snakemake.wildcards.model)
    save(figure, Path(snakemake.output[0]), " ".join(filter(None, notes)))
