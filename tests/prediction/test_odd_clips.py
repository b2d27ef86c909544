"""A clip without a column that a model sees, as of another tool, fails alone among many."""

from dataclasses import replace

import numpy as np
import pytest

from emofold.corpora.other_corpora import read_other_corpus
from emofold.face.schemas import AU_PRESENCES
from emofold.prediction.bundle import Bundle
from emofold.prediction.bundle_evaluation import evaluate_bundle
from emofold.prediction.faces import FaceReader
from emofold.prediction.predictor import Options, Predictor, predict_all
from emofold.prediction.requests import Request
from small_bundle import EMOTIONS, SMILE, SYSTEMS, make_bundle, smiles

SHOWN = [*EMOTIONS * 3, "happy"]
CLIPS = [*map(str, range(6)), "odd"]


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles")
    return {
        by: Bundle.load(make_bundle(folder / by, {"face": SYSTEMS["face"]}, by))
        for by in ("none", "corpus")
    }


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The csv files of some clips, of which one is read as pyfaceau would read it."""
    for clip, emotion in zip(CLIPS, SHOWN, strict=True):
        smiles(tmp_path / f"{clip}.csv", [SMILE[emotion]] * 60)
    read = FaceReader.read

    def reading(self, requests, on_progress):
        faces = read(self, requests, on_progress)
        if "odd" in (frames := faces.frames["openface"]):
            frames["odd"] = frames["odd"].assign(**dict.fromkeys(AU_PRESENCES, np.nan))
        return faces

    monkeypatch.setattr(FaceReader, "read", reading)
    return tmp_path


@pytest.mark.parametrize("speaker", [None, "anna"])
def test_it_is_left_out_of_the_corpus_that_others_are_normalised_by(bundles, folder, speaker):
    requests = [Request(clip, None, folder / f"{clip}.csv") for clip in CLIPS]
    requests[4:] = [replace(one, speaker=speaker) for one in requests[4:]]
    answers = predict_all(Predictor(bundles["corpus"], Options()), requests)
    by_clip = {one.request.clip: one for some in answers for one in some}
    assert "AU01_c" in str(by_clip.pop("odd").failure)
    assert {clip: one.whole["predicted"].item() for clip, one in by_clip.items()} == dict(
        zip(CLIPS[:-1], SHOWN, strict=False)
    )
    assert all("by the 6 clips that" in " ".join(one.remarks) for one in by_clip.values())


@pytest.mark.parametrize("by", ["none", "corpus"])
def test_it_does_not_end_the_evaluation_on_another_corpus(bundles, folder, by):
    rows = [
        f"{clip},{number % 3},{emotion},{clip}.csv"
        for number, (clip, emotion) in enumerate(zip(CLIPS, SHOWN, strict=True))
    ]
    sheet = folder / "sheet.csv"
    sheet.write_text("\n".join(["clip,speaker,emotion,action_units", *rows]), encoding="utf-8")
    corpus = read_other_corpus(sheet, EMOTIONS, [])
    predictor = Predictor(bundles[by], Options())
    found = evaluate_bundle(predictor, corpus, confidence=0.95, draws=100, seed=1)
    (failure,) = found.failures
    assert failure.clip == "odd"
    assert "AU01_c" in failure.reason
    assert {*found.tables["predictions"]["clip"]} == {*CLIPS[:-1]}
