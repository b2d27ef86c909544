"""Rows with `start` and `end` are predicted, and played, as files of their own would be."""

import numpy as np
import pandas as pd
import pytest

from emofold.media.audio import SAMPLE_RATE, decode_sound, write_wav
from emofold.prediction.page.pages import write_pages
from emofold.prediction.page.playables import make_playable_copies, read_playables
from emofold.prediction.predictor import Options, Predictor
from emofold.prediction.requests import Request, requests_for
from emofold.prediction.tables import write_tables
from small_bundle import SMILE, noise, smiles, sound

EMOTIONS = ["happy", "calm", "happy"]
LENGTH = 3  # seconds


@pytest.fixture
def requests(tmp_path):
    """A sheet of three clips of one recording, and one beyond its end."""
    voices = [noise(emotion, LENGTH, seed) for seed, emotion in enumerate(EMOTIONS)]
    write_wav(np.concatenate(voices), tmp_path / "talk.wav")
    strengths = [SMILE[emotion] for emotion in EMOTIONS for _ in range(LENGTH * 25)]
    smiles(tmp_path / "talk.csv", strengths)
    lines = ["clip,media,action_units,speaker,start,end"]
    for number in range(len(EMOTIONS)):
        start, end = LENGTH * number, f"0 days 00:00:0{LENGTH * (number + 1)}"
        lines.append(f"c{number},talk.wav,talk.csv,anna,{start},{end}")
    lines += ["late,talk.wav,talk.csv,anna,99,", "wrong,talk.wav,talk.csv,anna,2,NaT"]
    (tmp_path / "sheet.csv").write_text("\n".join(lines), encoding="utf-8")
    return requests_for([tmp_path / "sheet.csv"])


@pytest.fixture
def answers(bundle, requests):
    return {one.request.clip: one for one in Predictor(bundle, Options()).predict(requests)}


def test_a_segment_is_answered_as_a_file_of_its_own(bundle, answers, tmp_path):
    for seed, emotion in enumerate(EMOTIONS):
        answer = answers[f"c{seed}"]
        units = smiles(tmp_path / "own.csv", [SMILE[emotion]] * (LENGTH * 25))
        own = Request(f"c{seed}", sound(tmp_path / "own.wav", emotion, LENGTH, seed), units)
        (expected,) = Predictor(bundle, Options()).predict([own])
        for table in ("whole", "timeline"):
            pd.testing.assert_frame_equal(
                getattr(answer, table).reset_index(drop=True),
                getattr(expected, table).reset_index(drop=True),
            )
        assert answer.whole["predicted"].unique().tolist() == [emotion]
        assert answer.duration == LENGTH


def test_a_segment_that_is_not_there_has_no_answer_and_says_why(answers):
    assert "ends at 9.00 s" in answers["late"].failure.found
    assert "the end 'NaT', which is no time" in answers["wrong"].failure.found


def test_the_page_of_a_segment_plays_it_alone_and_names_it(bundle, answers, requests, tmp_path):
    write_tables([*answers.values()], bundle, tmp_path / "tables", {})
    make_playable_copies(requests, tmp_path / "copies")
    playable, _ = read_playables(requests, tmp_path / "copies")["c1"]
    assert playable.is_copy
    heard = decode_sound(playable.path)
    assert heard.end == pytest.approx(LENGTH, abs=0.1)
    assert np.abs(heard.samples[SAMPLE_RATE : 2 * SAMPLE_RATE].astype(int)).mean() < 1000
    assert write_pages(requests, tmp_path / "tables", tmp_path / "copies", tmp_path / "pages") == {}
    page = (tmp_path / "pages/c1.html").read_text(encoding="utf-8")
    assert "talk.wav, 3 s to 6 s" in page


def test_requests_keep_their_segments_on_the_way_through_json(requests):
    again = [Request.from_json(one.to_json()) for one in requests]
    assert again == requests
    assert again[1].segment.start == LENGTH
