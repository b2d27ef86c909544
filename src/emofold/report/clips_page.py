"""Pages of the report that show what the faces did, clip by clip."""

import base64
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from jinja2 import Environment, StrictUndefined

from emofold.errors import InputError
from emofold.files import atomic_write
from emofold.scores import score_columns

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ title }}</title>
<style>
:root { --ink: #222; --paper: #fff; --line: #d9d9d9; --link: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ddd; --paper: #16181b; --line: #44484d; --link: #6cb8e6; }
}
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  margin: clamp(1rem, 4vw, 2rem); }
h1 { font-size: 1.3rem; }
h2 { font-size: 1.05rem; border-bottom: 2px solid var(--ink); padding-bottom: .2rem;
  margin-top: 2rem; }
p { max-width: 60rem; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; padding: 0; }
.clips { display: grid; gap: 1.2rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); }
figure { margin: 0; min-width: 0; max-width: 36rem; }
figcaption { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
img { display: block; width: 100%; box-sizing: border-box; background: #fff;
  border: 1px solid var(--line); border-radius: 4px; }
</style>
</head>
<body>
<h1>{{ title }}</h1>
<p>{{ note }}</p>
<nav aria-label="Emotions"><ul>
{%- for emotion, clips in sections.items() %}
<li><a href="#emotion-{{ loop.index }}">{{ emotion }}</a> ({{ clips | length }})</li>
{%- endfor %}
</ul></nav>
{%- for emotion, clips in sections.items() %}
<section>
<h2 id="emotion-{{ loop.index }}">{{ emotion }}</h2>
<div class="clips">
{%- for clip in clips %}
<figure>
<figcaption>{{ clip.heading }}</figcaption>
<img alt="{{ shows }}: {{ clip.heading }}" src="{{ clip.source }}">
</figure>
{%- endfor %}
</div>
</section>
{%- endfor %}
</body>
</html>
"""
IMAGE_TYPES = {b"\x89PNG": "image/png", b"<?xml": "image/svg+xml", b"<svg": "image/svg+xml"}


class ClipFigure(NamedTuple):
    """What a page shows of a clip.

    Attributes
    ----------
    clip
        The clip.
    emotion
        The section of the page that the figure is in.
    heading
        What stands above the figure.
    figure
        The bytes of an svg or a png.
    """

    clip: str
    emotion: str
    heading: str
    figure: bytes

    @property
    def source(self) -> str:
        """The figure as the address of an image that carries its own bytes."""
        for opening, media_type in IMAGE_TYPES.items():
            if self.figure.startswith(opening):
                return f"data:{media_type};base64,{base64.b64encode(self.figure).decode('ascii')}"
        raise InputError(
            f"a figure of the clip {self.clip} that begins with {self.figure[:8]!r}",
            "the bytes of an svg or of a png",
            "draw the figure again",
        )


def write_clips_page(
    figures: Iterable[ClipFigure], path: Path, title: str, note: str, shows: str
) -> None:
    """Write the figures of a shard's clips as an html page that needs nothing else.

    Parameters
    ----------
    figures
        A figure a clip. Emotions stand on the page in the order of their first clips.
    path
        The page to write.
    title, note
        What stands above the figures.
    shows
        What each figure shows, for those who cannot see it.

    Raises
    ------
    InputError
        When a figure is neither svg nor png.
    """
    sections: dict[str, list[ClipFigure]] = {}
    for figure in figures:
        sections.setdefault(figure.emotion, []).append(figure)
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(PAGE)
    page = template.render(title=title, note=note, sections=sections, shows=shows)
    with atomic_write(path) as partial:
        partial.write_text(page, encoding="utf-8")


def headings(tested: pd.DataFrame, emotions: Sequence[str]) -> dict[str, str]:
    """Return what stands above each clip: its emotion and, if that was missed, what was predicted.

    Parameters
    ----------
    tested
        The rows of posteriors of the clips that were tested; the clips are its index.
    emotions
        The emotions of the corpus, in order.
    """
    predicted = np.asarray(emotions)[tested[score_columns(emotions)].to_numpy().argmax(axis=1)]
    return {
        clip: f"{clip}: {emotion}" + (f", taken for {taken_for}" if taken_for != emotion else "")
        for clip, emotion, taken_for in zip(tested.index, tested["emotion"], predicted, strict=True)
    }
