"""Draw the accuracy of a fusion by how many clips of a speaker are known."""

from pathlib import Path

from emofold.figures.known_clips import draw_known_clips
from emofold.figures.style import save
from emofold.jobs import Job
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    curve = read_table(Path(snakemake.input[0]), schemas.KNOWN_CLIPS)
    save(draw_known_clips(curve), Path(snakemake.output[0]), snakemake.params.note)
