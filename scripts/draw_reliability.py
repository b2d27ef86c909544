"""Draw the reliability diagrams of all systems."""

from pathlib import Path

from emofold.evaluation.metrics import rank_systems
from emofold.evaluation.schemas import CALIBRATION, METRICS
from emofold.report.figures.reliability import draw_reliability
from emofold.report.style import save
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    systems = rank_systems(read_table(Path(snakemake.input.metrics), METRICS))
    shown = systems[systems["kind"] != "baseline"].set_index("system")["modality"]
    calibration = read_table(Path(snakemake.input.calibration), CALIBRATION)
    figure = draw_reliability(calibration, shown, list(shown.index))
    save(figure, Path(snakemake.output[0]), snakemake.params.note)
