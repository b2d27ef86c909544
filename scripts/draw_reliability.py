"""Draw the reliability diagrams of all systems."""

from pathlib import Path

from emofold.evaluation.metrics import headline
from emofold.figures.reliability import draw_reliability
from emofold.figures.style import save
from emofold.jobs import Job
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    systems = headline(read_table(Path(snakemake.input.metrics), schemas.METRICS))
    shown = systems[systems["stage"] != "baseline"].set_index("system")["stage"]
    calibration = read_table(Path(snakemake.input.calibration), schemas.CALIBRATION)
    figure = draw_reliability(calibration, shown, list(shown.index))
    save(figure, Path(snakemake.output[0]), snakemake.params.note)
