"""What a copy of a known corpus lacks, or has too much of, is told, never refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import recordings
from emofold.config.known_corpora import Counts, read_known_corpus
from emofold.config.known_counts import find_deviations

WHOLE = [(speaker, emotion) for speaker in "ab" for emotion in ("happy", "sad")]
COUNTS = Counts(4, 2, ["a", "b"], 2, {"happy": 2, "sad": 2})


def deviations(clips, counts=COUNTS, folder=Path("nowhere"), ending="wav"):
    corpus = replace(read_known_corpus("emodb"), counts=counts)
    fields = {
        Path(f"{number}.{ending}"): {"speaker": speaker, "emotion": emotion}
        for number, (speaker, emotion) in enumerate(clips)
    }
    return [*find_deviations(corpus, folder, fields)]


def test_a_whole_copy_is_not_remarked():
    assert deviations(WHOLE) == []


def test_what_is_missing_is_named():
    assert deviations(WHOLE[:1]) == [
        "1 clip instead of 4",
        "no clip of the speaker b",
        "1 of a, instead of 2 clips of each speaker",
        "by emotion, 1 instead of 2 happy, 0 instead of 2 sad",
    ]


def test_what_is_surplus_is_named():
    assert deviations([*WHOLE, ("c", "sad"), ("d", "sad")]) == [
        "6 clips instead of 4",
        "clips of the speakers c, d, which the corpus has not",
        "1 of c, 1 of d, instead of 2 clips of each speaker",
        "by emotion, 4 instead of 2 sad",
    ]


def test_capitals_make_no_other_speaker():
    assert deviations([(speaker.upper(), emotion) for speaker, emotion in WHOLE]) == []


def test_speakers_may_be_known_by_number_alone_or_not_at_all():
    assert deviations(WHOLE, Counts(4, 3, [], None, {})) == ["2 speakers instead of 3"]
    assert deviations(WHOLE, Counts(4, None, [], None, {})) == []


@pytest.mark.parametrize(("odd", "remarked"), [(None, True), (4, False)])
def test_clips_that_all_last_equally_long_were_cut(tmp_path, odd, remarked):
    for number in range(10):
        samples = 5_000 if number == odd else 4_000
        recordings.write(tmp_path / f"{number}.wav", sound=np.zeros((samples, 1), np.int16))
    counts = Counts(10, None, [], None, {})
    said = deviations([("a", "sad")] * 10, counts, tmp_path)
    assert said == (
        [
            "all 10 clips last exactly 0.250 s: a copy cut or padded to one length, whose results "
            "are not those of the corpus"
        ]
        if remarked
        else []
    )
