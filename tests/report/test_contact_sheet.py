"""The contact sheet: whose faces it shows, where, and how small its file stays."""

import av
import numpy as np
import pytest

from emofold.corpora.ravdess import EMOTIONS
from emofold.errors import InputError
from emofold.report.figures.contact_sheet import MOST_SPEAKERS, draw_contact_sheet
from emofold.report.style import save

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
WHITE = (255, 255, 255)


def plain(colour, height=90, width=160):
    return np.full((height, width, 3), colour, dtype="uint8")


def ticks(figure, which):
    return [label.get_text() for label in getattr(figure.axes[0], f"get_{which}ticklabels")()]


def sheet(figure):
    (image,) = figure.axes[0].images
    return np.asarray(image.get_array())


def colours(figure):
    """The colour in the middle of each cell, a list a speaker."""
    axes, pixels = figure.axes[0], sheet(figure)
    return [
        [tuple(map(int, pixels[round(down), round(across)])) for across in axes.get_xticks()]
        for down in axes.get_yticks()
    ]


def remarks(figure):
    return figure.axes[0].get_xlabel().splitlines()


def test_speakers_are_rows_and_emotions_are_columns_in_the_order_given():
    frames = {
        ("10", "sad"): plain(RED),
        ("9", "happy"): plain(GREEN),
        ("9", "sad"): plain(BLUE),
        ("10", "happy"): plain(WHITE),
    }
    figure = draw_contact_sheet(frames, ["sad", "happy"], "")
    assert ticks(figure, "y") == ["9", "10"]
    assert ticks(figure, "x") == ["sad", "happy"]
    assert colours(figure) == [[BLUE, GREEN], [RED, WHITE]]


def test_a_cell_without_a_frame_stays_blank():
    frames = {("ada", "sad"): plain(RED), ("bob", "happy"): plain(BLUE)}
    figure = draw_contact_sheet(frames, ["sad", "happy"], "")
    assert colours(figure) == [[RED, WHITE], [WHITE, BLUE]]


def test_frames_of_other_emotions_are_left_out():
    frames = {("ada", "sad"): plain(RED), ("bob", "bored"): plain(BLUE)}
    figure = draw_contact_sheet(frames, ["sad"], "")
    assert ticks(figure, "y") == ["ada"]
    assert colours(figure) == [[RED]]


def test_frames_of_any_size_keep_their_shape():
    frames = {
        ("ada", "happy"): plain(RED, height=1080, width=1920),
        ("ada", "sad"): plain(BLUE, height=640, width=480),
        ("ada", "calm"): plain(GREEN, height=20, width=30),
    }
    figure = draw_contact_sheet(frames, ["happy", "sad", "calm"], "")
    assert colours(figure) == [[RED, BLUE, GREEN]]
    for colour, width, height in [(RED, 160, 90), (BLUE, 104, 139), (GREEN, 30, 20)]:
        rows, columns = np.nonzero((sheet(figure) == colour).all(axis=-1))
        assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == (width, height)


def test_fine_patterns_are_averaged_when_a_frame_is_shrunk():
    stripes = np.zeros((720, 1280, 3), dtype="uint8")
    stripes[:, ::2] = 255
    pixels = sheet(draw_contact_sheet({("ada", "sad"): stripes}, ["sad"], ""))
    assert np.abs(pixels[5:-5, 5:-5].astype(int) - 128).max() <= 2


def test_no_more_than_the_first_speakers_are_shown_and_the_sheet_says_so():
    frames = {(str(number), "sad"): plain(RED) for number in range(24, 0, -1)}
    figure = draw_contact_sheet(frames, ["sad"], "A note.")
    assert ticks(figure, "y") == [str(number) for number in range(1, MOST_SPEAKERS + 1)]
    assert remarks(figure) == ["8 of 24 speakers are shown.", "A note."]


def test_the_sheet_of_few_speakers_says_only_the_note():
    figure = draw_contact_sheet({("ada", "sad"): plain(RED)}, ["sad"], "Costs $5 to $6.")
    assert remarks(figure) == ["Costs $5 to $6."]
    assert draw_contact_sheet({("ada", "sad"): plain(RED)}, ["sad"], "").axes[0].get_xlabel() == ""


def test_a_sheet_without_frames_is_refused():
    with pytest.raises(InputError, match="a frame of at least one speaker"):
        draw_contact_sheet({("ada", "bored"): plain(RED)}, ["sad"], "")


def test_equal_frames_give_equal_files(tmp_path):
    frames = {("Zoë $1$", "sad"): plain(RED), ("9", "sad"): plain(BLUE)}
    files = [tmp_path / "first.svg", tmp_path / "second.svg"]
    for file in files:
        save(draw_contact_sheet(frames, ["sad"], "A note."), file)
    first, second = (file.read_bytes() for file in files)
    assert first == second


@pytest.mark.realdata
def test_a_sheet_of_64_photographs_is_a_file_below_2_megabytes(realdata, tmp_path):
    with av.open(str(realdata / "faces" / "WolfgangLanger_Pexels.mp4")) as video:
        photographs = [
            frame.to_ndarray(format="rgb24")
            for number, frame in enumerate(video.decode(video=0))
            if number % 15 == 0
        ]
    frames = {
        (str(speaker), emotion): photographs[(8 * speaker + index) % len(photographs)]
        for speaker in range(8)
        for index, emotion in enumerate(EMOTIONS)
    }
    save(draw_contact_sheet(frames, EMOTIONS, ""), tmp_path / "sheet.svg")
    assert 200_000 < (tmp_path / "sheet.svg").stat().st_size < 2_000_000
