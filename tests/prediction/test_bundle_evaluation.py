"""A bundle on another corpus: what it knows, what it does not, and what cannot be read."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, recall_score

from emofold.corpora.other_corpora import read_other_corpus
from emofold.evaluation.schemas import ALONE, TOGETHER
from emofold.prediction.bundle import Bundle
from emofold.prediction.bundle_evaluation import evaluate_bundle
from emofold.prediction.predictor import Options, Predictor, predict_all
from emofold.prediction.requests import requests_for
from emofold.speech import acoustic
from emofold.tables import read_table, write_table
from small_bundle import EMOTIONS, SYSTEMS, make_bundle, smiles, sound

SPEECH = {"speech": SYSTEMS["speech"]}
CLIPS = {  # speaker, emotion in the sheet, how it sounds
    "j1": ("ann", "joy", "happy"),
    "j2": ("ann", "joy", "happy"),
    "j3": ("ben", "joy", "calm"),
    "c1": ("ann", "calm", "calm"),
    "c2": ("ben", "calm", "calm"),
    "b1": ("ben", "bored", "calm"),
    "b2": ("cleo", "bored", "happy"),
}
COUNTS = {"confidence": 0.95, "draws": 200, "seed": 1}


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    """A sheet of emotions that both know, that a map names, and that the bundle does not know."""
    folder = tmp_path_factory.mktemp("other corpus")
    rows = ["clip,speaker,emotion,media,action_units"]
    for seed, (clip, (speaker, emotion, heard)) in enumerate(CLIPS.items()):
        sound(folder / f"{clip}.wav", heard, 0.5, seed)
        rows.append(f"{clip},{speaker},{emotion},{clip}.wav,")
    (folder / "bad.wav").write_text("this is no sound", encoding="utf-8")
    rows.append("bad,ann,calm,bad.wav,")
    rows.append("gone,ann,calm,gone.wav,")
    smiles(folder / "j1.csv", [3.0] * 25)
    rows[1] += "j1.csv"
    (folder / "clips.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder / "clips.csv"


def bundle_of(folder, systems, normalise_by):
    return Bundle.load(make_bundle(folder / normalise_by, systems, normalise_by))


@pytest.fixture(scope="module")
def by_corpus(tmp_path_factory):
    return bundle_of(tmp_path_factory.mktemp("bundle"), SPEECH, "corpus")


def evaluate(bundle, sheet):
    corpus = read_other_corpus(sheet, bundle.emotions, [("joy", "happy")])
    return evaluate_bundle(Predictor(bundle, Options()), corpus, **COUNTS)


@pytest.fixture(scope="module")
def evaluation(by_corpus, sheet):
    return evaluate(by_corpus, sheet)


def test_emotions_are_named_that_only_one_side_knows(evaluation):
    assert evaluation.known_as == {"joy": "happy", "calm": "calm"}
    assert evaluation.unknown == ["bored"]
    assert evaluation.missing == []


def test_clips_that_cannot_be_read_are_named_and_the_others_judged(evaluation):
    reasons = {failure.clip: failure.reason for failure in evaluation.failures}
    assert reasons.keys() == {"bad", "gone"}
    assert "bad.wav" in reasons["bad"]
    assert {*evaluation.tables["predictions"]["clip"]} == {*CLIPS}


def test_each_setting_answers_as_predict_does(evaluation, by_corpus, sheet):
    whole = sheet.with_name("whole.csv")
    lines = sheet.read_text(encoding="utf-8").splitlines()
    whole.write_text("\n".join(line for line in lines if "gone" not in line), encoding="utf-8")
    predictor = Predictor(by_corpus, Options())
    together = [one for group in predict_all(predictor, requests_for([whole])) for one in group]
    alone = [
        one
        for request in requests_for([whole])
        for group in predict_all(predictor, [request])
        for one in group
    ]
    judged = evaluation.tables["predictions"].set_index(["setting", "clip"])
    for setting, answers in ((TOGETHER, together), (ALONE, alone)):
        expected = pd.concat([one.whole for one in answers if len(one.whole)]).set_index("clip")
        found = judged.loc[setting].loc[expected.index]
        assert len(found) == len(CLIPS)
        for column in ("score_calm", "score_happy", "novelty"):
            assert np.allclose(found[column].astype(float), expected[column].astype(float))
    shift = judged.loc[TOGETHER, "score_happy"] - judged.loc[ALONE, "score_happy"]
    assert shift.abs().max() > 0.01


def test_metrics_are_those_of_scikit_learn_over_the_emotions_that_both_know(evaluation):
    judged = evaluation.tables["predictions"]
    metrics = evaluation.tables["metrics"].set_index(["setting", "among"])
    for setting in (ALONE, TOGETHER):
        rows = judged[(judged["setting"] == setting) & (judged["emotion"] != "bored")]
        truth = rows["emotion"].replace("joy", "happy")
        found = metrics.loc[(setting, "shared")]
        assert found["n"] == 5
        assert found["speakers"] == 2
        assert found["accuracy"] == pytest.approx(100 * accuracy_score(truth, rows["predicted"]))
        uar = recall_score(truth, rows["predicted"], average="macro")
        assert found["uar"] == pytest.approx(100 * uar)
        assert found["confidence"] == pytest.approx(100 * rows["confidence"].mean())
        assert found["remarked"] == pytest.approx(100 * (rows["novelty"] > 1).mean())
        assert found["ci_low"] <= found["accuracy"] <= found["ci_high"]


def test_clips_of_unknown_emotions_are_counted_apart(evaluation):
    confusion = evaluation.tables["confusion"]
    bored = confusion[(confusion["emotion"] == "bored") & (confusion["setting"] == ALONE)]
    assert bored["known_as"].isna().all()
    assert bored["clips"].sum() == 2
    emotions = evaluation.tables["emotions"].set_index(["setting", "emotion"])
    assert pd.isna(emotions.loc[(ALONE, "bored"), "recall"])
    assert emotions.loc[(ALONE, "bored"), "confidence"] > 50
    assert emotions.loc[(ALONE, "calm"), ["listed", "answered"]].tolist() == [3, 2]
    assert emotions.loc[(ALONE, "joy"), "recall"] == pytest.approx(200 / 3)
    assert {*evaluation.tables["speakers"]["speaker"]} == {"ann", "ben"}


def test_all_tables_are_what_their_schemas_say(evaluation, tmp_path):
    for name, table in evaluation.tables.items():
        path = tmp_path / f"{name}.parquet"
        write_table(table, path, evaluation.schemas[name], evaluation.metadata)
        read = read_table(path, evaluation.schemas[name])
        assert len(read) == len(table)
        assert read.attrs["unknown"] == ["bored"]


def test_a_model_that_normalises_nothing_is_tried_once(sheet, tmp_path):
    found = evaluate(bundle_of(tmp_path, SPEECH, "none"), sheet)
    assert {*found.tables["metrics"]["setting"]} == {ALONE}


def test_of_several_modalities_each_is_measured_alone_too(sheet, tmp_path):
    found = evaluate(bundle_of(tmp_path, SYSTEMS, "speaker"), sheet)
    metrics = found.tables["metrics"]
    shared = metrics[metrics["among"] == "shared"].groupby("judged_by")["n"].first()
    assert shared.to_dict() == {"answer": 5, "speech": 5}
    every = metrics[metrics["among"] == "all"].groupby("judged_by")["n"].first()
    assert every.to_dict() == {"answer": 5, "speech": 5, "face": 1}
    judged = found.tables["predictions"]
    answers = judged[judged["is_answer"] & (judged["setting"] == ALONE)].set_index("clip")
    assert answers.loc["j1", "modality"] == "speech+face"


def test_features_are_computed_once(by_corpus, sheet, monkeypatch):
    heard = []
    compute = acoustic.compute_acoustic_features

    def counting(samples):
        heard.append(len(samples))
        return compute(samples)

    monkeypatch.setattr(acoustic, "compute_acoustic_features", counting)
    evaluate(by_corpus, sheet)
    assert len(heard) == len(CLIPS)
    assert [*by_corpus.emotions] == EMOTIONS
