"""Draw the accuracy of a fusion by how many clips of a speaker are enrolled."""

from pathlib import Path

from emofold.evaluation.schemas import ENROLMENT
from emofold.report.figures.enrolment import draw_enrolment_curve
from emofold.report.style import save
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    curve = read_table(Path(snakemake.input[0]), ENROLMENT)
    save(draw_enrolment_curve(curve), Path(snakemake.output[0]), snakemake.params.note)
