"""Draw the Action Units of each clip of a shard over time, on one page."""

from pathlib import Path

from emofold.figures.action_units import as_svg, draw_action_units
from emofold.jobs import Job
from emofold.media_pages import write_action_units_page
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    params = snakemake.params
    frames = read_table(Path(snakemake.input[0]), schemas.FRAMES)
    frames.attrs.clear()
    figures = {}
    for clip, of_clip in frames.groupby("clip", sort=False):
        heading = f"{clip}: {params.clip_emotions[clip]}"
        figures[clip] = heading, as_svg(draw_action_units(of_clip, "", params.min_confidence))
    title = f"Action Units over time: {snakemake.wildcards.shard}"
    write_action_units_page(figures, Path(snakemake.output[0]), title, params.note)
