"""Draw the attention and the Action Units of each clip of a shard over time, on one page."""

from pathlib import Path

import pandas as pd

from emofold.face.schemas import FRAMES
from emofold.models.schemas import ATTENTION, posteriors_schema
from emofold.report.clips_page import ClipFigure, headings, write_clips_page
from emofold.report.figures.action_units import as_svg
from emofold.report.figures.attention import draw_attention
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    given, params = snakemake.input, snakemake.params
    model, shard = snakemake.wildcards.model, snakemake.wildcards.shard
    frames = read_table(Path(given.frames), FRAMES)
    frames.attrs.clear()
    attention = pd.concat([read_table(Path(path), ATTENTION) for path in given.attention])
    weights = dict(list(attention.groupby("clip")))
    schema = posteriors_schema(params.emotions)
    posteriors = pd.concat([read_table(Path(path), schema) for path in given.posteriors])
    tested = posteriors[posteriors["split"] == "test"].set_index("clip")
    heading = headings(tested, params.emotions)
    figures = []
    for clip, of_clip in frames.groupby("clip", sort=False):
        if clip in weights:  # a clip that failed after its frames were found has none
            svg = as_svg(draw_attention(of_clip, weights[clip], params.min_confidence))
            figures.append(ClipFigure(clip, tested.loc[clip, "emotion"], heading[clip], svg))
    title = f"Attention of {model} over the Action Units: {shard}"
    shows = "Attention and Action Unit intensities over time"
    write_clips_page(figures, Path(snakemake.output[0]), title, params.note, shows)
