"""What a bundle says of clips: both branches, one of them, or none."""

import errno
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recordings
from emofold.errors import InputError
from emofold.face.schemas import ACTION_UNITS
from emofold.media.audio import SAMPLE_RATE, write_wav
from emofold.prediction.bundle import Bundle
from emofold.prediction.predictor import Options, Predictor, predict_group
from emofold.prediction.requests import Request
from emofold.speech import acoustic
from openface_files import COLUMNS, csv_text, row
from small_bundle import SMILE, SYSTEMS, make_bundle, noise, smiles, sound


def predict(bundle, *requests, **options):
    return Predictor(bundle, Options(**options)).predict(requests)


def decision(answer):
    (row,) = answer.whole[answer.whole["is_answer"]].to_dict("records")
    return row["modality"], row["predicted"]


def means_of(**smiles_of):
    """Return the mean Action Units of clips that smile so much."""
    units = pd.DataFrame(0.0, range(len(smiles_of)), list(ACTION_UNITS))
    units["AU12_r"] = [*smiles_of.values()]
    return units.assign(clip=[*smiles_of], frames_used=10)


@pytest.mark.parametrize("emotion", ["calm", "happy"])
def test_both_modalities_and_their_fusion_answer(bundle, tmp_path, emotion):
    media = sound(tmp_path / "a.wav", emotion)
    units = smiles(tmp_path / "a.csv", [SMILE[emotion]] * 25)
    (answer,) = predict(bundle, Request("a", media, units))
    assert list(answer.whole["modality"]) == ["speech+face", "speech", "face"]
    assert set(answer.whole["predicted"]) == {emotion}
    assert decision(answer) == ("speech+face", emotion)
    assert answer.whole["confidence"].between(0.5, 1).all()
    assert answer.remarks == []
    assert answer.failure is None


def test_without_a_face_the_speech_answers_and_says_so(bundle, tmp_path):
    units = smiles(tmp_path / "a.csv", [None] * 25)
    (answer,) = predict(bundle, Request("a", sound(tmp_path / "a.wav", "happy"), units))
    assert decision(answer) == ("speech", "happy")
    (remark,) = answer.remarks
    assert "No face" in remark
    assert "speech alone" in remark


def test_without_sound_the_face_answers_and_says_so(bundle, tmp_path):
    (answer,) = predict(bundle, Request("a", None, smiles(tmp_path / "a.csv", [3.0] * 25)))
    assert decision(answer) == ("face", "happy")
    assert "face alone" in answer.remarks[0]


def test_what_must_be_known_of_the_sound_is_remarked(bundle, tmp_path):
    voice = noise("happy", 3.0)
    opposite = recordings.write(tmp_path / "a.wav", sound=np.stack([voice, -voice], axis=1))
    (answer,) = predict(bundle, Request("a", opposite))
    assert decision(answer) == ("speech", "happy")
    assert "The sound channels cancel each other out; channel 1 is heard alone." in answer.remarks


def test_a_file_that_is_no_media_fails_and_the_others_do_not(bundle, tmp_path):
    text = tmp_path / "text.mp4"
    text.write_text("this is no video", encoding="utf-8")
    good = Request("good", sound(tmp_path / "a.wav", "calm"))
    failed, answered = predict(bundle, Request("text", text), good)
    assert "text.mp4 cannot be decoded" in failed.failure.found
    assert decision(answered) == ("speech", "calm")


def test_a_flaw_of_a_row_is_the_failure_of_its_clip_alone(bundle, tmp_path):
    media = sound(tmp_path / "a.wav", "happy")
    refused, answered = predict(
        bundle, Request("a", media, flaw="no such row"), Request("b", media)
    )
    assert refused.failure.found == "no such row"
    assert answered.failure is None


def test_several_faces_are_remarked_on(bundle, tmp_path):
    faces = [row(n, 3.0, face_id=face) for n in range(25) for face in (0, 1)]
    path = tmp_path / "a.csv"
    path.write_text(csv_text(faces, [*COLUMNS, "face_id"]), encoding="utf-8")
    (answer,) = predict(bundle, Request("a", None, path))
    assert any(
        told.startswith("2 faces are seen: the largest over the clip is") for told in answer.remarks
    )


def test_the_timeline_follows_what_happens_in_a_clip(bundle, tmp_path):
    loud_then_faint = [noise("happy", 4.0), noise("calm", 4.0, seed=1)]
    write_wav(pd.concat(map(pd.Series, loud_then_faint)).to_numpy(), tmp_path / "a.wav")
    units = smiles(tmp_path / "a.csv", [3.0] * 100 + [None] * 50 + [0.4] * 50)
    (answer,) = predict(bundle, Request("a", tmp_path / "a.wav", units))
    fused = answer.timeline[answer.timeline["is_answer"]].set_index("start")
    assert list(fused.index) == [0.5 * number for number in range(13)]
    assert (fused["end"] - fused.index == 2.0).all()
    assert set(fused.loc[:2.0, "predicted"]) == {"happy"}
    assert set(fused.loc[4.0:, "predicted"]) == {"calm"}
    assert fused.loc[4.0, "modality"] == "speech"  # no face is to be seen from 4 to 6 s
    assert fused.loc[6.0, "modality"] == "speech+face"
    assert "1 of 13 windows are judged by the speech alone." in answer.remarks


@pytest.mark.realdata
def test_sound_that_begins_after_the_pictures_is_judged_with_what_is_seen_then(
    bundle, tmp_path, realdata
):
    late = realdata / "faces/face_noface.mov"  # its sound begins after 2.43 s
    (answer,) = predict(bundle, Request("a", late, smiles(tmp_path / "a.csv", [3.0] * 160)))
    by_modality = answer.timeline.groupby("modality")["start"].min()
    assert by_modality.to_dict() == {"face": 0.0, "speech+face": 2.5, "speech": 2.5}
    assert answer.duration == pytest.approx(6.4, abs=0.05)


def test_windows_and_hops_are_as_long_as_asked_for(bundle, tmp_path):
    request = Request("a", sound(tmp_path / "a.wav", "calm", 4.0))
    (answer,) = predict(bundle, request, window=1.0, hop=1.0)
    assert list(answer.timeline["start"]) == [0.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize("normalise_by", ["none", "speaker"])
def test_many_windows_are_worked_on_in_chunks_to_the_same_end(tmp_path, monkeypatch, normalise_by):
    bundle = Bundle.load(make_bundle(tmp_path / "bundle", normalise_by=normalise_by))
    request = Request("a", sound(tmp_path / "a.wav", "happy", 4.0))
    (at_once,) = predict(bundle, request)
    monkeypatch.setattr("emofold.prediction.predictor.WINDOWS_TOGETHER", 2)
    (in_parts,) = predict(bundle, request)
    pd.testing.assert_frame_equal(in_parts.timeline, at_once.timeline)


def test_precomputed_means_take_the_place_of_frames(bundle, tmp_path):
    media = sound(tmp_path / "a.wav", "happy")
    answers = predict(bundle, Request("a", media), Request("b", media), means=means_of(a=3.0))
    assert [decision(answer)[0] for answer in answers] == ["speech+face", "speech"]


def test_a_speech_bundle_needs_no_face(tmp_path):
    alone = {"speech": SYSTEMS["speech"]}
    bundle = Bundle.load(make_bundle(tmp_path / "bundle", alone))
    (answer,) = predict(bundle, Request("a", sound(tmp_path / "a.wav", "happy")))
    assert decision(answer) == ("speech", "happy")
    assert answer.remarks == []


def test_clips_per_speaker_are_normalised_by_one_another(tmp_path):
    bundle = Bundle.load(make_bundle(tmp_path / "bundle", normalise_by="speaker"))
    quiet = tmp_path / "quiet.wav"
    write_wav(noise("happy") // 12, quiet)
    quieter = tmp_path / "quieter.wav"
    write_wav(noise("calm") // 12, quieter)
    (alone,) = predict(bundle, Request("quiet", quiet))
    assert "1 clip of the speaker" in alone.remarks[-1]
    others = [Request(f"q{number}", quieter) for number in range(5)]
    known = [Request(f"r{number}", quiet) for number in range(5)]
    first, *_ = predict(bundle, Request("quiet", quiet), *others, *known)
    assert "11 clips of the speaker" in first.remarks[-1]

    def happiness(answer):
        return answer.whole.set_index("modality").loc["speech", "score_happy"]

    assert happiness(first) > happiness(alone)


def test_the_timeline_of_a_clip_that_does_not_change_agrees_with_its_answer(tmp_path):
    bundle = Bundle.load(make_bundle(tmp_path / "bundle", normalise_by="speaker"))
    (answer,) = predict(bundle, Request("a", sound(tmp_path / "a.wav", "happy", 8.0)))
    (whole,) = answer.whole["score_happy"]
    assert (answer.timeline["score_happy"] - whole).abs().max() < 0.1


def test_a_clip_of_which_nothing_is_known_says_so(tmp_path):
    bundle = Bundle.load(make_bundle(tmp_path / "bundle", {"face": SYSTEMS["face"]}))
    units = smiles(tmp_path / "a.csv", [None] * 10)
    (answer,) = predict(bundle, Request("a", None, units))
    assert "in the 10 frames of a" in answer.failure.found


def test_a_table_of_means_that_lacks_a_clip_says_so(tmp_path):
    bundle = Bundle.load(make_bundle(tmp_path / "bundle", {"face": SYSTEMS["face"]}))
    empty = pd.DataFrame(columns=["clip", "frames_used", *ACTION_UNITS])
    (answer,) = predict(bundle, Request("a", None), means=empty)
    assert answer.failure.found == "no row of a in the table of means"


def test_a_program_that_is_not_there_ends_the_work_before_it_begins(bundle):
    with pytest.raises(InputError, match="does not exist"):
        predict(bundle, openface=Path("/no/such/FeatureExtraction"))


def test_an_interrupted_prediction_does_not_wait_for_the_face(bundle, tmp_path, monkeypatch):
    def make_slow_reader(settings, model, max_duration, on_progress=None):
        def read(media, action_units, segment):
            for frame in range(6000):
                time.sleep(0.01)
                on_progress(0.04 * frame)

        return read

    def interrupt(duration):
        if threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt

    monkeypatch.setattr("emofold.prediction.faces.make_frame_reader", make_slow_reader)
    request = Request("a", sound(tmp_path / "a.wav", "calm"), smiles(tmp_path / "a.csv", [1.0]))
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        Predictor(bundle, Options(), interrupt).predict([request])
    assert time.monotonic() - start < 30


def test_what_was_worked_on_is_reported_and_adds_up(bundle, tmp_path):
    reported = []
    request = Request("a", sound(tmp_path / "a.wav", "happy", 4.0))
    Predictor(bundle, Options(), reported.append).predict([request])
    assert sum(reported) == pytest.approx(4.0)


def test_nothing_is_written_while_clips_are_predicted(bundle, tmp_path, monkeypatch):
    request = Request("a", sound(tmp_path / "a.wav", "happy", 4.0))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary" / "none"))
    (answer,) = predict(bundle, request)
    assert decision(answer) == ("speech", "happy")


def test_frames_are_kept_with_what_read_them_and_which_are_valid(bundle, tmp_path):
    (answer,) = predict(bundle, Request("a", None, smiles(tmp_path / "a.csv", [3.0, None, 3.0])))
    assert answer.frames["is_valid"].tolist() == [True, False, True]
    assert set(answer.frames["extractor"]) == {"openface"}


def test_a_window_that_both_modalities_nearly_know_to_its_end_is_judged_by_both(bundle, tmp_path):
    media = sound(tmp_path / "a.wav", "happy", 4.0)
    units = smiles(tmp_path / "a.csv", [3.0] * 98)  # 3.92 s
    (answer,) = predict(bundle, Request("a", media, units))
    decisions = answer.timeline[answer.timeline["is_answer"]]
    assert list(decisions["modality"]) == ["speech+face"] * 5
    assert answer.timeline["end"].max() == 4.0


def test_a_window_is_heard_though_the_sound_is_hardly_longer(bundle, tmp_path):
    media = sound(tmp_path / "a.wav", "happy", 2.2)
    units = smiles(tmp_path / "a.csv", [3.0] * 200)
    (answer,) = predict(bundle, Request("a", media, units))
    decisions = answer.timeline[answer.timeline["is_answer"]]
    assert list(decisions["modality"])[:2] == ["speech+face", "face"]


@pytest.mark.parametrize("seconds", [1.0, 2.0, 2.4])
def test_a_clip_hardly_longer_than_a_window_has_no_timeline(bundle, tmp_path, seconds):
    (answer,) = predict(bundle, Request("a", sound(tmp_path / "a.wav", "happy", seconds)))
    assert answer.timeline.empty


def test_no_window_reaches_beyond_the_clip(bundle, tmp_path):
    (answer,) = predict(bundle, Request("a", sound(tmp_path / "a.wav", "happy", 3.9)))
    assert answer.timeline["end"].max() == 3.5


def test_a_clip_of_which_only_means_are_read_is_as_long_as_its_file_says(tmp_path):
    bundle = Bundle.load(make_bundle(tmp_path / "bundle", {"face": SYSTEMS["face"]}))
    media = sound(tmp_path / "a.wav", "happy", 4.0)
    (answer,) = predict(bundle, Request("a", media), means=means_of(a=3.0))
    assert answer.duration == pytest.approx(4.0)
    assert answer.whole["end"].unique() == pytest.approx([4.0])


def test_a_row_of_means_with_a_gap_fails_alone(bundle, tmp_path):
    media = sound(tmp_path / "a.wav", "happy")
    means = means_of(a=3.0, b=3.0)
    means.loc[1, "AU25_c"] = None
    first, second = predict(bundle, Request("a", media), Request("b", media), means=means)
    assert decision(first)[0] == "speech+face"
    assert decision(second)[0] == "speech"
    assert "(no AU25_c of b in the table of means)" in second.remarks[0]


def test_what_is_missing_is_told_without_the_folders_that_files_lie_in(bundle, tmp_path):
    text = tmp_path / "text.mp4"
    text.write_text("no video", encoding="utf-8")
    units = smiles(tmp_path / "a.csv", [3.0] * 25)
    (answer,) = predict(bundle, Request("a", text, units))
    assert "(text.mp4 cannot be decoded" in answer.remarks[0]
    click = Request("click", sound(tmp_path / "click.wav", "happy", 0.001), units)
    (answer,) = predict(bundle, click)
    assert "No sound to go by (0.001 s of sound in click" in answer.remarks[0]


def test_a_muted_track_is_no_voice_and_a_muted_part_of_one_is_none(bundle, tmp_path):
    hiss = np.random.default_rng(0).integers(-8, 9, 4 * SAMPLE_RATE).astype("int16")
    write_wav(hiss, tmp_path / "muted.wav")
    units = smiles(tmp_path / "a.csv", [3.0] * 100)
    (answer,) = predict(bundle, Request("muted", tmp_path / "muted.wav", units))
    assert decision(answer) == ("face", "happy")
    assert "(nothing but silence in muted.wav)" in answer.remarks[0]
    write_wav(np.append(noise("happy", 4.0), hiss), tmp_path / "half.wav")
    units = smiles(tmp_path / "b.csv", [3.0] * 200)
    (answer,) = predict(bundle, Request("half", tmp_path / "half.wav", units))
    by_modality = answer.timeline[answer.timeline["modality"] == "speech"]
    assert by_modality["start"].max() < 4.0 <= answer.timeline["start"].max()
    assert "5 of 13 windows are judged by the face alone." in answer.remarks


def test_a_clip_that_cannot_be_judged_costs_the_others_of_its_speaker_nothing(
    bundle, tmp_path, monkeypatch
):
    requests = [
        Request(name, sound(tmp_path / f"{name}.wav", "happy", seconds), speaker="anna")
        for name, seconds in (("a", 1.0), ("odd", 0.7), ("c", 1.0))
    ]
    features = acoustic.compute_acoustic_features

    def fail_on_odd(samples):
        if len(samples) == round(0.7 * SAMPLE_RATE):
            raise IndexError("a bug")
        return features(samples)

    monkeypatch.setattr(acoustic, "compute_acoustic_features", fail_on_odd)
    answers = predict_group(Predictor(bundle, Options()), requests)
    assert [answer.request.clip for answer in answers] == ["a", "odd", "c"]
    assert [answer.failure is None for answer in answers] == [True, False, True]
    assert "odd cannot be read (IndexError: a bug)" in str(answers[1].failure)


def test_a_model_that_refuses_one_clip_judges_the_others(bundle, tmp_path, monkeypatch):
    requests = [
        Request(name, sound(tmp_path / f"{name}.wav", "happy"), speaker="anna") for name in "abc"
    ]
    predict = Predictor.predict

    def fail_on_b(self, requests, together):
        if "b" in {request.clip for request in requests}:
            raise ZeroDivisionError("of b")
        return predict(self, requests, together)

    monkeypatch.setattr(Predictor, "predict", fail_on_b)
    answers = predict_group(Predictor(bundle, Options()), requests)
    assert [answer.failure is None for answer in answers] == [True, False, True]
    assert "ZeroDivisionError: of b" in str(answers[1].failure)


def test_a_full_disk_is_not_blamed_on_a_clip(bundle, tmp_path, monkeypatch):
    def fail(self, requests, together):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Predictor, "predict", fail)
    with pytest.raises(OSError, match="No space"):
        predict_group(Predictor(bundle, Options()), [Request("a", None)])
