"""The figures of what the data is."""

import warnings

import numpy as np
import pandas as pd
import pytest

from described_corpora import EMOTIONS, facts_of
from emofold.report.figures.data import draw_counts, draw_recordings
from emofold.report.style import save


@pytest.fixture
def saved(tmp_path):
    """Save a figure, in which nothing may go wrong, and return its size in bytes."""

    def saved(figure):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            save(figure, tmp_path / "a.svg", "A note.")
        return (tmp_path / "a.svg").stat().st_size

    return saved


def cells(figure):
    return figure.axes[0].images[0].get_array()


def titles(figure):
    return [axes.get_title(loc="left") for axes in figure.axes]


def names_of(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def of_speakers(number):
    rows = [(f"p{n}", EMOTIONS[n % 3]) for n in range(number)]
    facts = pd.DataFrame(rows, columns=["speaker", "emotion"])
    return facts.assign(corpus="mine", clip=[str(n) for n in range(number)])


def test_clips_are_counted_by_emotion_and_speaker_in_natural_order(saved):
    facts = facts_of()
    facts.loc[facts["speaker"] == "s1", "speaker"] = "s10"
    figure = draw_counts(facts.iloc[1:], [*EMOTIONS, "bored"])
    assert names_of(figure.axes[0].xaxis) == ["s2", "s3", "s4", "s5", "s6", "s10"]
    assert cells(figure).tolist() == [[4] * 5 + [3], [4] * 6, [4] * 6, [0] * 6]
    assert [text.get_text().strip() for text in figure.axes[1].texts] == ["23", "24", "24", "0"]
    saved(figure)


@pytest.mark.parametrize("speakers", [1, 30, 118, 5000])
def test_any_number_of_speakers_has_space(saved, speakers):
    figure = draw_counts(of_speakers(speakers), EMOTIONS)
    assert cells(figure).shape == (3, speakers)
    assert cells(figure).sum() == speakers
    assert len(names_of(figure.axes[0].xaxis)) <= 60
    assert saved(figure) < 200_000


def test_speakers_of_two_corpora_stand_apart_though_they_have_one_name(saved):
    both = pd.concat([facts_of("b"), facts_of("a")], ignore_index=True)
    figure = draw_counts(both, EMOTIONS)
    assert cells(figure).shape == (3, 12)
    assert {"b", "a"} <= {text.get_text() for text in figure.axes[0].texts}
    saved(figure)


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (
            {},
            ["How long the clips last", "How loud they are", "In how many frames a face is found"],
        ),
        ({"seen": False}, ["How long the clips last", "How loud they are"]),
        ({"heard": False}, ["How long the clips last", "In how many frames a face is found"]),
        ({"heard": False, "seen": False}, []),
    ],
)
def test_only_what_is_known_of_the_recordings_is_drawn(saved, known, shown):
    figure = draw_recordings(facts_of(**known), EMOTIONS)
    assert titles(figure) == shown
    saved(figure)


def test_clips_of_one_length_are_one_bar_in_the_middle(saved):
    figure = draw_recordings(facts_of().assign(duration=2.0), EMOTIONS)
    heights = [bar.get_height() for bar in figure.axes[0].patches]
    assert heights == [0] * 20 + [72] + [0] * 20
    saved(figure)


def test_silent_clips_and_emotions_without_clips_spoil_no_axis(saved):
    facts = facts_of()
    facts.loc[0, "level"] = -120.0
    levels = draw_recordings(facts, [*EMOTIONS, "bored"]).axes[1]
    assert levels.get_xlim()[0] > -60
    assert names_of(levels.yaxis) == [*EMOTIONS, "bored"]


def test_faces_of_several_extractors_are_told_apart(saved):
    facts = facts_of().assign(face_share_openface=0.5)
    legend = draw_recordings(facts, EMOTIONS).axes[2].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["mediapipe", "openface"]


@pytest.mark.parametrize("name", ["costs $5 to $6", "a_b^{c}", "x" * 300, "<svg onload=steal()>"])
def test_any_name_is_drawn_as_it_is(saved, name):
    facts = pd.concat([facts_of(name), facts_of(name + "b")], ignore_index=True)
    facts.loc[facts["speaker"] == "s1", "speaker"] = name
    facts.loc[facts["emotion"] == "sad", "emotion"] = name[:40]
    emotions = [*EMOTIONS[:2], name[:40]]
    saved(draw_counts(facts, emotions))
    saved(draw_recordings(facts, emotions))
    assert np.size(cells(draw_counts(facts, emotions))) == 36
