"""What is odd about a corpus is found, and nothing is found where nothing is odd."""

import numpy as np
import pandas as pd
import pytest

from described_corpora import EMOTIONS, NO_FAILURES, facts_of
from emofold.evaluation.oddities import find_oddities
from emofold.evaluation.oddities_of_recordings import explained_variance
from emofold.evaluation.schemas import ODDITIES
from emofold.tables import write_table


def kinds(facts, failures=NO_FAILURES, emotions=EMOTIONS):
    """What is said, by kind."""
    oddities = find_oddities(facts, failures, emotions)
    return dict(zip(oddities["kind"], oddities["what"], strict=True))


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("seen", [True, False])
def test_nothing_is_odd_about_a_corpus_that_was_recorded_well(tmp_path, heard, seen):
    oddities = find_oddities(facts_of(heard=heard, seen=seen), NO_FAILURES, EMOTIONS)
    assert oddities["what"].tolist() == []
    write_table(oddities, tmp_path / "oddities.parquet", ODDITIES)


def test_clips_of_one_length_are_told_to_the_millisecond():
    facts = facts_of().assign(duration=2.0004)
    assert kinds(facts) == {"one length": "all 72 clips last exactly 2.000 s"}
    facts.loc[:19, "duration"] = np.linspace(1, 3, 20)
    assert kinds(facts)["one length"] == "52 of 72 clips last exactly 2.000 s"
    facts.loc[:39, "duration"] = np.linspace(1, 3, 40)
    assert "one length" not in kinds(facts)


def test_clips_that_differ_by_milliseconds_are_of_no_one_length():
    assert kinds(facts_of().assign(duration=2 + 0.002 * np.arange(72))) == {}


def test_many_emotions_of_few_clips_are_told_in_one_breath():
    facts = facts_of()
    assert kinds(facts[facts["clip"].str.endswith("-0")])["few clips"] == (
        "3 emotions with fewer than 10 clips, calm (6), happy (6), sad (6)"
    )


@pytest.mark.parametrize(("duration", "kind"), [(0.4, "short"), (21.0, "long")])
def test_clips_of_extreme_length_are_told(duration, kind):
    facts = facts_of()
    facts.loc[[3, 5], "duration"] = duration
    assert kinds(facts)[kind].startswith("2 of 72 clips last ")


def test_silent_and_clipped_and_faint_clips_are_told_apart():
    facts = facts_of()
    facts.loc[0, ["level", "peak"]] = -120.0
    facts.loc[[1, 2], "clipped"] = 0.01
    facts.loc[3, "level"] = -55.0
    assert kinds(facts) == {
        "silent": "1 of 72 clips is silent",
        "clipped": "2 of 72 clips are clipped",
        "faint": "1 of 72 clips is below -50 dBFS",
    }
    silent, clipped, _ = find_oddities(facts, NO_FAILURES, EMOTIONS).itertuples()
    assert silent.examples == "mine-1-calm-0"
    assert clipped.examples == "mine-1-calm-1, mine-1-calm-2"


def test_clips_that_were_normalised_one_by_one_are_told():
    facts = facts_of().assign(peak=-0.04)
    assert kinds(facts) == {"one peak": "all 72 clips have one peak, 0.0 dBFS within 0.5 dB"}


@pytest.mark.parametrize("by", ["emotion", "speaker"])
def test_a_level_that_tells_emotions_or_speakers_apart_is_told(by):
    facts = facts_of()
    first = facts[by].iloc[0]
    facts.loc[facts[by] == first, "level"] += 14
    found = kinds(facts)
    assert [*found] == [f"level by {by}"]
    assert f"({first}) in the median" in found[f"level by {by}"]


def test_a_duration_that_tells_emotions_apart_is_told():
    facts = facts_of()
    facts.loc[facts["emotion"] == "sad", "duration"] += 3
    (what,) = kinds(facts).values()
    assert what.startswith("how long a clip lasts tells emotions apart, from ")
    assert "(sad) in the median" in what


def test_sampling_rates_that_go_with_an_emotion_are_told_apart_from_others():
    facts = facts_of()
    facts.loc[facts["speaker"] == "s1", "sample_rate"] = 48_000
    facts_by_emotion = facts_of()
    facts_by_emotion.loc[facts["emotion"] == "sad", "sample_rate"] = 48_000
    meanings = [
        find_oddities(one, NO_FAILURES, EMOTIONS)["meaning"].item()
        for one in (facts, facts_by_emotion)
    ]
    assert meanings == ["", "by emotion, so that a model may learn the source"]


def test_levels_of_many_speakers_of_a_clip_or_two_explain_nothing_by_chance():
    rng = np.random.default_rng(0)
    levels, speakers = pd.Series(rng.normal(-25, 5, 200)), pd.Series(np.arange(200) // 2)
    assert abs(explained_variance(levels, speakers)) < 0.2
    assert explained_variance(levels, pd.Series(np.arange(200))) == 0.0


def test_one_recording_in_two_clips_is_told_with_what_it_does():
    facts = facts_of()
    facts.loc[[0, 1], "wav_digest"] = "same"
    assert kinds(facts) == {"same sound": "2 of 72 clips have the very sound of another clip"}
    facts.loc[[0, 71], "wav_digest"] = "other"
    assert kinds(facts)["same sound"].endswith("some of another speaker, some with another emotion")


def test_silent_clips_are_not_told_as_one_recording():
    facts = facts_of()
    facts.loc[[0, 1], ["level", "peak"]] = -120.0
    facts.loc[[0, 1], "wav_digest"] = "silence"
    assert [*kinds(facts)] == ["silent"]


def test_faces_that_are_seldom_found_are_told_by_extractor():
    facts = facts_of().assign(face_share_openface=np.nan)
    facts.loc[:2, "face_share_mediapipe"] = 0.4
    facts.loc[:3, "face_share_openface"] = [0.1, 0.9, 0.9, 0.9]
    told = find_oddities(facts, NO_FAILURES, EMOTIONS)["what"].tolist()
    assert told == [
        "3 of 72 clips show a face in fewer than half of the frames (mediapipe)",
        "1 of 4 clips shows a face in fewer than half of the frames (openface)",
    ]


def test_sources_of_different_rates_are_told():
    facts = facts_of()
    facts.loc[:9, "sample_rate"] = 8_000
    facts.loc[:4, "frame_rate"] = 12.5
    facts.loc[5:9, "frame_rate"] = 24.99  # as variable rates are in the mean
    found = kinds(facts)
    assert found["sampling rates"].endswith("sampling rates: 16000 Hz (62), 8000 Hz (10)")
    assert found["low sampling rate"].startswith("10 of 72 clips have a sampling rate below 16000")
    assert found["frame rates"].endswith("frame rates: 25 a second (67), 12 a second (5)")
    assert found["low frame rate"].startswith("5 of 72 clips have fewer than 15 frames")


def test_an_emotion_without_clips_with_few_or_with_one_speaker_is_told():
    facts = facts_of()
    is_odd = (facts["emotion"] == "sad") & (facts["speaker"] != "s2")
    assert kinds(facts[~is_odd], emotions=[*EMOTIONS, "bored"]) == {
        "absent emotion": "no clip shows bored",
        "few clips": "1 emotion with fewer than 10 clips, sad (4)",
        "emotion of one speaker": "1 emotion with clips of one speaker alone, sad (s2)",
        "unequal emotions": "the emotions have unequal numbers of clips, from 4 (sad) to 24 (calm)",
    }


def test_speakers_of_a_single_emotion_are_told():
    facts = facts_of()
    kept = ~facts["speaker"].isin(["s1", "s4"]) | (facts["emotion"] == "happy")
    assert kinds(facts[kept])["speaker of one emotion"] == (
        "2 of 6 speakers have clips of a single emotion, s1 (happy), s4 (happy)"
    )
    divided = facts[
        facts["emotion"]
        == facts["speaker"].map(dict(zip(sorted(set(facts["speaker"])), EMOTIONS * 2, strict=True)))
    ]
    assert kinds(divided)["speaker of one emotion"].startswith(
        "every speaker has clips of a single"
    )


def test_few_speakers_and_one_with_most_of_the_clips_are_told():
    facts = facts_of()
    assert kinds(facts[facts["speaker"] < "s3"])["few speakers"] == "only 2 speakers"
    many = pd.concat([facts, *[facts[facts["speaker"] == "s1"]] * 5])
    many["clip"] = many["wav_digest"] = np.arange(len(many)).astype(str)
    assert kinds(many)["unequal speakers"] == "the speaker s1 has 72 clips, the median speaker 12"


def test_the_corpus_is_named_where_there_are_several():
    one = find_oddities(facts_of().assign(duration=2.0), NO_FAILURES, EMOTIONS)
    assert one["corpus"].isna().all()


def test_speakers_of_two_corpora_are_not_one_and_each_corpus_has_its_own_oddities():
    facts = pd.concat([facts_of("one").assign(duration=2.0), facts_of("two")], ignore_index=True)
    oddities = find_oddities(facts, pd.DataFrame({"clip": ["x"]}), EMOTIONS)
    assert oddities["what"].tolist() == [
        "1 of 145 clips failed",
        "all 72 clips last exactly 2.000 s",
    ]
    assert oddities["corpus"].fillna("all").tolist() == ["all", "one"]
