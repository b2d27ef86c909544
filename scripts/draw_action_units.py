"""Draw the Action Units of each clip of a shard over time, on one page."""

from pathlib import Path

from emofold.face.schemas import FRAMES
from emofold.report.clips_page import ClipFigure, write_clips_page
from emofold.report.figures.action_units import as_svg, draw_action_units
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    params = snakemake.params
    frames = read_table(Path(snakemake.input[0]), FRAMES)
    frames.attrs.clear()
    figures = []
    for clip, of_clip in frames.groupby("clip", sort=False):
        emotion = params.clip_emotions[clip]
        svg = as_svg(draw_action_units(of_clip, "", params.min_confidence))
        figures.append(ClipFigure(clip, emotion, f"{clip}: {emotion}", svg))
    title = f"Action Units over time: {snakemake.wildcards.shard}"
    shows = "Action Unit intensities over time"
    write_clips_page(figures, Path(snakemake.output[0]), title, params.note, shows)
