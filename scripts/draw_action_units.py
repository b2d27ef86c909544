"""Draw the Action Units of each clip of a shard over time, on one page."""

from pathlib import Path

from emofold.figures.action_units import as_svg, draw_action_units
from emofold.jobs import Job
from emofold.media_pages import ClipFigure, write_clips_page
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    params = snakemake.params
    frames = read_table(Path(snakemake.input[0]), schemas.FRAMES)
    frames.attrs.clear()
    figures = []
    for clip, of_clip in frames.groupby("clip", sort=False):
        emotion = params.clip_emotions[clip]
        svg = as_svg(draw_action_units(of_clip, "", params.min_confidence))
        figures.append(ClipFigure(clip, emotion, f"{clip}: {emotion}", svg))
    title = f"Action Units over time: {snakemake.wildcards.shard}"
    shows = "Action Unit intensities over time"
    write_clips_page(figures, Path(snakemake.output[0]), title, params.note, shows)
