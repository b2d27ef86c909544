"""What `import emofold` offers."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import emofold
from emofold.errors import InputError
from emofold.evaluation.schemas import CONFUSION
from emofold.media.audio import decode_audio, write_wav
from emofold.tables import write_table
from small_bundle import EMOTIONS, make_bundle, noise, sound


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_bundle(tmp_path_factory.mktemp("bundle") / "model")


@pytest.fixture
def answers():
    truth = ["calm", "calm", "happy", "happy"] * 2
    return pd.DataFrame(
        {
            "clip": [f"c{number}" for number in range(8)],
            "speaker": ["a"] * 4 + ["b"] * 4,
            "emotion": truth,
            "predicted": [*truth[:6], "calm", "calm"],
        }
    )


def test_nothing_heavy_is_loaded_by_the_import():
    code = "import emofold, sys; print([m for m in ('torch', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_files_are_predicted_and_those_that_fail_say_why(bundle, tmp_path):
    good = sound(tmp_path / "good.wav", "happy")
    bad = tmp_path / "bad.wav"
    bad.write_text("no sound")
    table = emofold.predict(bundle, [str(good), bad])
    assert table.index.tolist() == ["good", "bad"]
    assert table.loc["good", "predicted"] in EMOTIONS
    assert table.loc["good", [f"score_{name}" for name in EMOTIONS]].sum() == pytest.approx(1)
    assert pd.isna(table.loc["good", "error"])
    assert "bad.wav" in table.loc["bad", "error"]


def test_samples_are_predicted_as_a_file_of_them_is(bundle, tmp_path):
    path = sound(tmp_path / "good.wav", "happy")
    samples = decode_audio(path)
    of_file = emofold.predict(bundle, path)
    of_samples = emofold.predict(bundle, {"good": samples})
    pd.testing.assert_frame_equal(of_file, of_samples)


def test_samples_may_have_any_name_and_write_nowhere_else(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "a/b"))
    (tmp_path / "a/b").mkdir(parents=True)
    samples = decode_audio(sound(tmp_path / "good.wav", "happy"))
    names = ["../../evil", "anna/1", "bob/1", str(tmp_path / "elsewhere")]
    written = {*tmp_path.rglob("*")}
    table = emofold.predict(bundle, dict.fromkeys(names, samples), speaker="anna")
    assert table.index.tolist() == names
    assert table["error"].isna().all()
    vectors = emofold.embed_speech(dict.fromkeys(names, samples))
    assert vectors.index.get_level_values("clip").tolist() == names
    assert {*tmp_path.rglob("*")} == written
    with pytest.raises(InputError, match="no clip"):
        emofold.predict(bundle, {})


def test_samples_that_fail_are_called_by_their_names(bundle):
    quiet = {"quiet": np.zeros(16000)}
    for error in (
        emofold.predict(bundle, quiet).loc["quiet", "error"],
        emofold.embed_speech(quiet).attrs["errors"]["quiet"],
    ):
        assert "nothing but silence in quiet" in error


def test_videos_of_equal_names_are_told_apart_and_a_bad_one_says_why(tmp_path, monkeypatch):
    def read(media, action_units, segment):
        if not media.is_file():
            raise FileNotFoundError(2, "No such file", str(media))
        return pd.DataFrame({"AU12_r": [float(media.read_text())]})

    monkeypatch.setattr("emofold.face.extraction.make_frame_reader", lambda *_: read)
    videos = [tmp_path / name / "v.mp4" for name in ("one", "two", "none")]
    for number, video in enumerate(videos[:2]):
        video.parent.mkdir()
        video.write_text(str(number))
    table = emofold.read_action_units(videos)
    assert table[["clip", "AU12_r"]].to_numpy().tolist() == [["v-1", 0.0], ["v-2", 1.0]]
    assert [*table.attrs["errors"]] == ["v-3"]
    assert "none/v.mp4" in table.attrs["errors"]["v-3"]
    assert emofold.read_action_units(videos[2]).empty


def test_speech_is_embedded_by_clip_and_layer(tmp_path):
    path = sound(tmp_path / "good.wav", "happy")
    vectors = emofold.embed_speech([path, tmp_path / "none.wav"])
    assert vectors.index.tolist() == [("good", 0)]
    assert vectors.notna().all(axis=None)
    assert [*vectors.attrs["errors"]] == ["none"]


def test_speech_of_a_segment_is_embedded_alone(tmp_path):
    whole = np.concatenate([noise("calm"), noise("happy", seed=1)])
    write_wav(whole, tmp_path / "both.wav")
    rows = ["clip,media,start,end", "second,both.wav,1,2", "beyond,both.wav,1,9"]
    (tmp_path / "clips.csv").write_text("\n".join(rows), encoding="utf-8")
    of_sheet = emofold.embed_speech(tmp_path / "clips.csv")
    of_file = emofold.embed_speech(sound(tmp_path / "second.wav", "happy", seed=1))
    pd.testing.assert_frame_equal(of_sheet, of_file)
    assert "a segment within the recording" in of_sheet.attrs["errors"]["beyond"]


def test_a_table_is_read_with_what_holds_for_it(tmp_path):
    row = {"system": "s", "fold": None, "emotion": "calm", "predicted": "happy", "clips": 3}
    frame = pd.DataFrame([row]).astype({"fold": "Int64"})
    write_table(frame, tmp_path / "t.parquet", CONFUSION, {"note": "made up"})
    table = emofold.read_table(str(tmp_path / "t.parquet"))
    assert (table["emotion"].item(), table["predicted"].item()) == ("calm", "happy")
    assert table.attrs["note"] == "made up"


def test_answers_are_evaluated_with_both_intervals(answers):
    table = emofold.evaluate(answers, draws=200)
    assert table["accuracy"].tolist() == [75.0, 75.0]
    assert table["uar"].tolist() == [75.0, 75.0]
    assert set(table["ci_method"]) == {"wald", "speaker_bootstrap"}


def test_posteriors_are_evaluated_on_their_test_clips(answers):
    scores = answers.assign(
        score_calm=np.where(answers["predicted"] == "calm", 0.9, 0.1),
        score_happy=np.where(answers["predicted"] == "calm", 0.1, 0.9),
    ).drop(columns="predicted")
    wrong = scores.assign(emotion="happy", clip=scores["clip"] + "-train", split="train")
    table = emofold.evaluate(pd.concat([scores.assign(split="test"), wrong]), draws=200)
    assert table["n"].tolist() == [8, 8]
    assert table["accuracy"].tolist() == [75.0, 75.0]


def test_systems_are_compared(answers):
    better = answers.assign(predicted=answers["emotion"], system="better")
    tests = emofold.compare(pd.concat([answers.assign(system="worse"), better]))
    assert tests["only_b_right"].item() == 2


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda rows: rows.drop(columns="speaker"), "answers without speaker"),
        (lambda rows: pd.concat([rows, rows]), "several answers of one system"),
        (lambda rows: rows.assign(predicted=None), "clips without an answer"),
    ],
)
def test_answers_that_cannot_be_evaluated_are_refused(answers, spoil, found):
    with pytest.raises(InputError, match=found):
        emofold.evaluate(spoil(answers))
