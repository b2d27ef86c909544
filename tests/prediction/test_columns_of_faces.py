"""A model of a bundle sees the columns of faces that it was trained on, whatever more there is."""

import shlex
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recordings
from emofold.errors import InputError
from emofold.face.columns import choose_columns
from emofold.face.functionals import compute_functionals
from emofold.face.schemas import ACTION_UNITS, AU_INTENSITIES
from emofold.models.candidates import list_candidates
from emofold.models.nested import Trainings
from emofold.prediction.bundle_training import fit_static_member
from emofold.prediction.faces import FaceReader
from emofold.prediction.features import Features, Tools
from emofold.prediction.members.static import StaticMember
from emofold.prediction.requests import Request
from emofold.prediction.windows import Content

EMOTIONS = ["calm", "happy"]
EXTRACTORS = {"faces": {"kind": "openface", "file": None, "min_confidence": 0.7}}
CLASSIFIER = {
    "classifier": "logistic_regression",
    "scaling": "standard",
    "layers": "all",
    "parameters": {},
    "param_grid": {},
}
GROWING = {"columns": ["AU*_r"], "pooling": ["mean", "rise"]}
WRITES_THE_CSV = "import sys; open(sys.argv[3], 'w').write(open(sys.argv[0] + '.csv').read())"


def frames_of(clip, rise, columns=ACTION_UNITS):
    """Frames whose smile has the same mean in every clip, and rises so far."""
    values = dict.fromkeys(columns, 0.0)
    smile = 2.0 + np.linspace(-rise / 2, rise / 2, 5)
    return pd.DataFrame(values | {"AU12_r": smile}).assign(
        clip=clip, frame=range(5), timestamp=np.arange(5) / 25, confidence=1.0, success=1
    )


@pytest.fixture(scope="module")
def material():
    """Clips of three speakers who smile when they are happy, and only then."""
    rng = np.random.default_rng(3)
    rows = [
        (f"{speaker}-{emotion}-{take}", str(speaker), emotion, speaker)
        for speaker in range(3)
        for emotion in EMOTIONS
        for take in range(4)
    ]
    clips = pd.DataFrame(rows, columns=["clip", "speaker", "emotion", "fold"])
    rises = np.where(clips["emotion"] == "happy", 2.0, 0.0) + rng.uniform(0, 0.3, len(clips))
    frames = pd.concat([*map(frames_of, clips["clip"], rises)], ignore_index=True)
    functionals, _ = compute_functionals(frames, 0.7)
    return functionals.drop(columns="frames_used").set_index("clip"), clips


@pytest.fixture(scope="module")
def member(material):
    row = {"modality": "face", "source": "face/functionals/faces", "normalise_by": "speaker"}
    row |= {"shrink": True, "tried": [], "classifier": CLASSIFIER | GROWING}
    return fit_static_member(*material, EMOTIONS, row, seed=1, threads=1)


def score(member, *frames):
    content = Content(frames={"faces": pd.concat(frames, ignore_index=True)})
    values = member.score(Features(content, Tools({}, EXTRACTORS, Path(), 1))).values
    return {clip: EMOTIONS[int(row.to_numpy().argmax())] for clip, row in values.iterrows()}


def test_what_rises_is_learned_from_functionals_and_kept_in_the_bundle(member, tmp_path):
    described = {"modality": member.modality, "source": member.source} | member.save(tmp_path)
    assert described["columns"] == [f"{u}.{p}" for u in AU_INTENSITIES for p in ("mean", "rise")]
    loaded = StaticMember.load(tmp_path, described, EMOTIONS)
    told = score(loaded, frames_of("still", 0.1), frames_of("smiles", 2.1))
    assert told == {"still": "calm", "smiles": "happy"}


def test_more_columns_than_it_learned_from_do_not_confuse_it(member):
    more = frames_of("smiles", 2.1).assign(jawOpen=0.9), frames_of("still", 0.1).assign(jawOpen=0.1)
    assert score(member, *more) == {"smiles": "happy", "still": "calm"}


def test_columns_that_are_lacking_are_named(member):
    less = frames_of("a", 1.0, [unit for unit in ACTION_UNITS if unit != "AU04_r"])
    with pytest.raises(
        InputError, match=r"no AU04_r\.mean, AU04_r\.rise in face/functionals/faces"
    ):
        score(member, less)


def test_a_bundle_that_names_no_columns_was_trained_on_the_action_units():
    values = pd.DataFrame(1.0, ["a"], [*ACTION_UNITS, "jawOpen"])
    old = StaticMember("face", "face/means/faces", None, "all", len(ACTION_UNITS), None)
    features = Features(Content(), Tools({}, {}, Path(), 1), tables={"face/means/faces": values})
    assert [*old.known_clips(features)] == [*ACTION_UNITS]


def test_inner_folds_choose_among_columns_and_functionals(material):
    features, clips = material
    grid = {"pooling": ["mean", "rise"], "columns": [["AU04_r"], "action_units"]}
    candidates = list_candidates(**CLASSIFIER | {"param_grid": grid})
    trainings = Trainings(features, clips, EMOTIONS, "none", False, seed=1)
    for fold in range(3):
        _, _, tried = trainings.nested(fold, candidates)
        (chosen,) = tried.loc[tried["chosen"], "candidate"]
        assert chosen == "pooling=rise, columns=action_units"


@pytest.fixture
def pyfaceau(tmp_path):
    """A stand-in for the program, and a video to run it on."""
    code = tmp_path / "pyfaceau.py"
    code.write_text(WRITES_THE_CSV)
    units = ",".join(["0.5"] * len(AU_INTENSITIES))
    header = ",".join(["frame", "timestamp", "success", *AU_INTENSITIES])
    Path(f"{code}.csv").write_text(f"{header}\n0,0.0,True,{units}\n1,0.04,True,{units}\n")
    program = tmp_path / "pyfaceau"
    program.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(code)])} "$@"\n')
    program.chmod(0o755)
    recordings.good(tmp_path / "clip.mp4", "01-01-01-01-01-01-01")
    return program


def test_pyfaceau_takes_the_place_of_openface_only_when_asked_and_says_so(pyfaceau, tmp_path):
    request = Request("a", tmp_path / "clip.mp4")
    refused = FaceReader(EXTRACTORS, {}, tmp_path).read([request], print)
    assert "--openface" in refused.errors["a"].remedy
    faces = FaceReader(EXTRACTORS, {}, tmp_path, pyfaceau=pyfaceau).read([request], print)
    assert not faces.errors
    assert faces.frames["faces"]["a"]["AU12_r"].tolist() == [0.5, 0.5]
    (remark,) = faces.remarks["a"]
    assert "AU20 (.82) and AU15 (.89)" in remark


def test_a_bundle_of_pyfaceau_needs_it_and_has_nothing_to_remark(pyfaceau, tmp_path):
    of_pyfaceau = {"faces": EXTRACTORS["faces"] | {"kind": "pyfaceau"}}
    request = Request("a", tmp_path / "clip.mp4")
    lacking = FaceReader(of_pyfaceau, {}, tmp_path, openface=pyfaceau).read([request], print)
    assert "--extractor pyfaceau" in lacking.errors["a"].remedy
    faces = FaceReader(of_pyfaceau, {}, tmp_path, pyfaceau=pyfaceau).read([request], print)
    assert not faces.errors
    assert not faces.remarks
    assert choose_columns([*faces.frames["faces"]["a"]], "AU*_r") == [*AU_INTENSITIES]
