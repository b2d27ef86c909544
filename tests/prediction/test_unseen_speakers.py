"""What a bundle promises, kept on real Action Units of speakers that it has never seen."""

import numpy as np
import pytest
import yaml

from emofold.corpora.published_files import CLIPS_FILE, MEANS_FILE, read_clips
from emofold.corpora.ravdess import EMOTIONS
from emofold.face.published_means import read_means
from emofold.face.schemas import ACTION_UNITS
from emofold.models.candidates import list_candidates
from emofold.models.nested import Trainings
from emofold.prediction.bundle import Bundle
from emofold.prediction.bundle_training import Material, fit_members, fit_systems
from emofold.prediction.predictor import Options, Predictor
from emofold.prediction.requests import Request
from workflow_project import ROOT

LOGISTIC = {
    "classifier": "logistic_regression",
    "scaling": "standard",
    "layers": "all",
    "parameters": {"C": 0.1},
    "param_grid": {},
}
MODEL = {"kind": "static", "modality": "face", "source": "face/means/published"}
ALONE = {"method": "log_linear", "scaling": "minmax", "parameters": {}}


def trained(clips, features, normalise_by):
    trainings = Trainings(features, clips, EMOTIONS, normalise_by, False, seed=2020)
    folds = []
    for fold in range(5):
        posteriors, scale = trainings.as_in_paper(fold, list_candidates(**LOGISTIC)[0])
        posteriors.attrs = {
            "scale": scale,
            "kind": "model",
            "modality": "face",
            "protocol": "nested",
            "normalised_by": normalise_by,
        }
        folds.append(posteriors)
    material = Material(clips, {"units": folds}, {"units": features}, None)
    normalisation = {"normalise_by": normalise_by, "shrink": False}
    row = {**MODEL, **normalisation, "classifier": LOGISTIC, "tried": []}
    options = {"min_confidence": 0.7, "seed": 2020, "threads": 1}
    members = fit_members(material, {"units": row}, EMOTIONS, **options)
    systems = {"face": {"models": ["units"], **ALONE}}
    fitted, expected = fit_systems(
        material, systems, EMOTIONS, confidence=0.95, draws=1000, seed=2020
    )
    extractor = {"kind": "openface", "file": None, "min_confidence": 0.7}
    facts = {"max_duration": None, "clips_per_speaker": 60, "note": ""}
    return Bundle(
        *("faces", EMOTIONS, members, fitted, {}, {"published": extractor}, expected, facts)
    )


def accuracy_on(bundle, clips, means):
    """Predict clips, speaker by speaker."""
    predictor = Predictor(bundle, Options(means=means))
    hits = []
    for _, of_speaker in clips.groupby("speaker"):
        answers = predictor.predict([Request(clip, None) for clip in of_speaker["clip"]])
        found = [answer.whole["predicted"].iloc[0] for answer in answers]
        hits += list(np.array(found) == of_speaker["emotion"].to_numpy())
    assert len(hits) == 240
    return 100 * np.mean(hits)


@pytest.mark.realdata
@pytest.mark.parametrize("normalise_by", ["none", "speaker"])
def test_four_unseen_speakers_are_predicted_as_well_as_the_folds_of_the_other_twenty_say(
    real_published, normalise_by
):
    """Speakers differ more than their mean does, so that all of them have their turn."""
    preset = yaml.safe_load((ROOT / "workflow/presets/published.yaml").read_text())
    means = read_means(real_published / MEANS_FILE)
    clips = read_clips(real_published / CLIPS_FILE, preset["folds"])
    found, expected = [], []
    for first in range(1, 7):
        unseen = clips["speaker"].isin([str(first + 6 * turn) for turn in range(4)])
        features = means.set_index("clip")[list(ACTION_UNITS)].loc[clips["clip"][~unseen]]
        bundle = trained(clips[~unseen], features, normalise_by)
        found.append(accuracy_on(bundle, clips[unseen], means))
        expected.append(bundle.expected["face"])
    low, high, mean = (
        np.mean([row[key] for row in expected]) for key in ("ci_low", "ci_high", "accuracy")
    )
    assert low <= np.mean(found) <= high
    assert abs(np.mean(found) - mean) < 2.5
