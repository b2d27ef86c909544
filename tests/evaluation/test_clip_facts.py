"""What is known of each clip's recording."""

import pandas as pd
import pytest

from emofold.evaluation.clip_facts import FacesOfClip, face_columns, summarise_faces, tabulate_facts
from emofold.evaluation.schemas import clip_facts_schema
from emofold.tables import read_table, write_table

CLIPS = pd.DataFrame({"clip": ["a", "b"], "speaker": ["s1", "s2"], "emotion": ["sad", "calm"]})
SOUND = {"duration": 2.0, "wav_digest": "d", "level": -20.0, "peak": -5.0, "clipped": 0.0}
RATES = {"sample_rate": 44_100, "frame_rate": 30.0}


@pytest.fixture
def written(tmp_path):
    """Write a table of facts and read it again."""

    def written(facts):
        schema = clip_facts_schema(
            [name.removeprefix("face_share_") for name in face_columns(facts)]
        )
        write_table(facts, tmp_path / "facts.parquet", schema)
        return read_table(tmp_path / "facts.parquet", schema).set_index("clip")

    return written


def test_a_clip_lasts_as_long_as_its_sound_or_else_as_its_pictures(written):
    faces = {clip: FacesOfClip(3.0, 0.5) for clip in "ab"}
    facts = written(tabulate_facts(CLIPS, "mine", {"a": SOUND}, {"mediapipe": faces}, {}))
    assert facts["duration"].to_dict() == {"a": 2.0, "b": 3.0}
    assert facts["face_share_mediapipe"].to_dict() == {"a": 0.5, "b": 0.5}


def test_of_a_corpus_without_recordings_only_the_clips_are_known(written):
    facts = written(tabulate_facts(CLIPS, "published", {}, {}, {}))
    assert facts["corpus"].unique() == ["published"]
    assert facts.drop(columns=["corpus", "speaker", "emotion"]).isna().all(axis=None)


def test_where_clips_name_their_corpus_that_is_theirs(written):
    facts = written(tabulate_facts(CLIPS.assign(corpus=["x", None]), "mine", {}, {}, {}))
    assert facts["corpus"].to_dict() == {"a": "x", "b": "mine"}


def test_sound_that_is_not_heard_and_pictures_that_are_not_seen_have_no_rate(written):
    rates = dict.fromkeys("ab", RATES)
    heard = written(tabulate_facts(CLIPS, "mine", {"a": SOUND}, {}, rates))
    assert heard.loc["a", "sample_rate"] == 44_100
    assert pd.isna(heard.loc["b", "sample_rate"])
    assert heard["frame_rate"].isna().all()
    faces = {"csv": {"b": FacesOfClip(1.0, 1.0)}}
    seen = written(tabulate_facts(CLIPS, "mine", {}, faces, rates))
    assert seen["sample_rate"].isna().all()
    assert seen["frame_rate"].dropna().to_dict() == {"b": 30.0}


def test_a_frame_shows_a_face_if_it_is_valid():
    frames = pd.DataFrame(
        {
            "clip": list("aaaabb"),
            "timestamp": [0.0, 0.04, 0.08, 0.12, 5.0, 5.5],
            "confidence": [0.9, 0.9, 0.2, 0.9, 0.9, 0.9],
            "success": [1, 1, 1, 0, 0, 0],
        }
    )
    faces = summarise_faces(frames.sample(frac=1, random_state=0), min_confidence=0.5)
    assert {clip: one.share for clip, one in faces.items()} == {"a": 0.5, "b": 0.0}
    assert faces["a"].duration == pytest.approx(0.16)
    assert faces["b"].duration == pytest.approx(1.0)
