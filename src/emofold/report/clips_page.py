"""Pages of the report that show what the faces did, clip by clip."""

import base64
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from emofold.errors import InputError
from emofold.report.templates import write_page
from emofold.scores import score_columns

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
        One figure per clip. Emotions stand on the page in the order of their first clips.
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
    write_page(path, "clips_page.html", title=title, note=note, sections=sections, shows=shows)


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
