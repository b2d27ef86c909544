"""A contact sheet: a frame of each speaker in each emotion, for a glance at the corpus."""

import math
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from emofold.corpora.natural_order import in_natural_order
from emofold.errors import InputError, listing
from emofold.report.style import house_style

MOST_SPEAKERS = 8
PIXELS_A_FRAME = 160 * 90  # 64 photographs of this size make a file below 2 MB
GAP_PIXELS = 6
PIXELS_AN_INCH = 150
LETTERS_AN_INCH = 16
WHITE = 255


def draw_contact_sheet(
    frames: Mapping[tuple[str, str], np.ndarray], emotions: Sequence[str], note: str
) -> Figure:
    """Draw a frame of each speaker (rows) in each emotion (columns).

    Parameters
    ----------
    frames
        By speaker and emotion: an RGB picture, uint8, shape (height, width, 3), of any size. Where
        there is none, the cell stays blank.
    emotions
        The columns.
    note
        A remark for below the pictures; it may be empty.

    Returns
    -------
    matplotlib.figure.Figure
        The first `MOST_SPEAKERS` speakers in natural order; below them how many there are.

    Raises
    ------
    InputError
        When there is no frame of these emotions.
    """
    wanted = {key: frame for key, frame in frames.items() if key[1] in emotions}
    if not wanted:
        raise InputError(
            f"no frame of {listing(emotions)} for the contact sheet",
            "a frame of at least one speaker",
            "give `media` of the clips, or leave the contact sheet out",
        )
    speakers = in_natural_order(speaker for speaker, _ in wanted)
    shown = speakers[:MOST_SPEAKERS]
    sheet, centres_down, centres_across = _lay_out(wanted, shown, emotions)
    height, width = (pixels / PIXELS_AN_INCH for pixels in sheet.shape[:2])
    remarks = textwrap.wrap(note, width=max(40, round(LETTERS_AN_INCH * width)))
    if len(shown) < len(speakers):
        remarks.insert(0, f"{len(shown)} of {len(speakers)} speakers are shown.")
    with house_style():
        figure = Figure(figsize=(width, height), dpi=PIXELS_AN_INCH)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.imshow(sheet, aspect="auto")
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0, top=True, bottom=False, labeltop=True, labelbottom=False)
        axes.set_xticks(centres_across, emotions)
        axes.set_yticks(centres_down, shown)
        axes.set_ylabel("speaker")
        axes.set_xlabel("\n".join(remarks), loc="left", fontsize=8)
    return figure


def _shrink(frame: np.ndarray) -> np.ndarray:
    height, width = frame.shape[:2]
    scale = min(1, math.sqrt(PIXELS_A_FRAME / (height * width)))
    size = (max(1, round(scale * width)), max(1, round(scale * height)))
    return np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.LANCZOS))


def _lay_out(
    frames: Mapping[tuple[str, str], np.ndarray], speakers: Sequence[str], emotions: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return one picture of all frames, and where its rows and its columns have their centres."""
    small = {
        (speakers.index(speaker), emotions.index(emotion)): _shrink(frame)
        for (speaker, emotion), frame in frames.items()
        if speaker in speakers
    }
    cell = np.max([frame.shape[:2] for frame in small.values()], axis=0)
    step = cell + GAP_PIXELS
    grid = np.array([len(speakers), len(emotions)])
    sheet = np.full((*(grid * step - GAP_PIXELS), 3), WHITE, dtype="uint8")
    for index, frame in small.items():
        height, width, _ = frame.shape
        top, left = index * step + (cell - (height, width)) // 2
        sheet[top : top + height, left : left + width] = frame
    down, across = (
        np.arange(number) * distance + (length - 1) / 2
        for number, distance, length in zip(grid, step, cell, strict=True)
    )
    return sheet, down, across
