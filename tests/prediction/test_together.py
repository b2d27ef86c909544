"""Clips that are given together, by a bundle that normalises by corpus."""

import pytest

from emofold.errors import InputError
from emofold.media.audio import write_wav
from emofold.prediction import predictor as module
from emofold.prediction.bundle import Bundle
from emofold.prediction.predictor import Options, Predictor, predict_all
from emofold.prediction.requests import Request
from small_bundle import SYSTEMS, make_bundle, noise, smiles

EMOTIONS = ["calm", "happy"] * 4
TURNED_DOWN = 0.03


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus") / "bundle"
    return Bundle.load(make_bundle(folder, {"speech": SYSTEMS["speech"]}, "corpus"))


@pytest.fixture
def faint(tmp_path):
    """Clips by a microphone that is turned down, of whom nobody knows who speaks."""
    requests = []
    for number, emotion in enumerate(EMOTIONS):
        path = tmp_path / f"{number}.wav"
        write_wav((TURNED_DOWN * noise(emotion, 2.6, seed=number)).astype("int16"), path)
        requests.append(Request(str(number), path))
    return requests


def predict(bundle, requests):
    """Return the answers by clip."""
    found = predict_all(Predictor(bundle, Options()), requests)
    return {answer.request.clip: answer for of_speaker in found for answer in of_speaker}


def predicted(answers):
    return [answer.whole["predicted"].item() for answer in answers.values()]


def test_clips_without_speakers_are_normalised_by_one_another(bundle, faint):
    alone = {one.clip: predict(bundle, [one])[one.clip] for one in faint}
    assert predicted(alone) != EMOTIONS
    together = predict(bundle, faint)
    assert predicted(together) == EMOTIONS
    assert all("by the 8 clips that" in " ".join(one.remarks) for one in together.values())
    assert all("by this one clip" in " ".join(one.remarks) for one in alone.values())


def test_clips_of_speakers_belong_to_those_that_were_given_together(bundle, faint):
    named = [Request(one.clip, one.media, speaker=f"{int(one.clip) % 3}") for one in faint]
    for answer in predict(bundle, named).values():
        assert "by the 8 clips that" in " ".join(answer.remarks)
    loose, by_speaker = predict(bundle, faint), predict(bundle, named)
    for clip, answer in loose.items():
        other = by_speaker[clip]
        assert answer.whole["confidence"].item() == pytest.approx(other.whole["confidence"].item())
        assert [*answer.timeline["confidence"]] == pytest.approx([*other.timeline["confidence"]])


def test_windows_are_normalised_as_the_whole_clips_are(bundle, faint):
    for answer, emotion in zip(predict(bundle, faint).values(), EMOTIONS, strict=True):
        assert set(answer.timeline["predicted"]) == {emotion}


def test_whole_clips_are_embedded_once(bundle, faint, monkeypatch):
    embedded = []
    embed = module.Features._embed

    def counting(self, encoder):
        embedded.extend(self.sounds)
        return embed(self, encoder)

    monkeypatch.setattr(module.Features, "_embed", counting)
    predict(bundle, faint)
    whole = [clip for clip in embedded if "-" not in clip]
    assert sorted(whole) == [one.clip for one in faint]


def test_a_clip_that_cannot_be_heard_is_its_own_failure(bundle, faint, tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    broken = Request("broken", tmp_path / "broken.wav")
    answers = predict(bundle, [broken, *faint])
    assert isinstance(answers.pop("broken").failure, InputError)
    assert predicted(answers) == EMOTIONS
    assert "by the 8 clips that" in " ".join(answers["0"].remarks)


def test_faces_are_read_once_and_normalised_together(tmp_path, monkeypatch):
    folder = make_bundle(tmp_path / "bundle", {"face": SYSTEMS["face"]}, "corpus")
    strengths = [0.4, 3.0] * 3
    requests = [
        Request(str(number), None, smiles(tmp_path / f"{number}.csv", [strength] * 60))
        for number, strength in enumerate(strengths)
    ]
    read = []
    reading = module.FaceReader.read

    def counting(self, of_speaker, on_progress):
        read.extend(one.clip for one in of_speaker)
        return reading(self, of_speaker, on_progress)

    monkeypatch.setattr(module.FaceReader, "read", counting)
    answers = predict(Bundle.load(folder), requests)
    assert read == [one.clip for one in requests]
    assert predicted(answers) == ["calm", "happy"] * 3
    assert "by the 6 clips that" in " ".join(answers["0"].remarks)
