"""Draw the learning curves of a model in all folds."""

from pathlib import Path

from emofold.figures.learning_curves import HOW_THE_EPOCH_WAS_CHOSEN, draw_learning_curves
from emofold.figures.style import save
from emofold.jobs import Job
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    params = snakemake.params
    folds = [read_table(Path(path), schemas.LEARNING) for path in snakemake.input]
    notes = [HOW_THE_EPOCH_WAS_CHOSEN[params.protocol], params.note]
    figure = draw_learning_curves(folds, snakemake.wildcards.model)
    save(figure, Path(snakemake.output[0]), " ".join(filter(None, notes)))
