"""A small bundle: it takes loud noise for happy and faint noise for calm, and smiles for happy."""

import numpy as np
import pandas as pd

from emofold.face.schemas import ACTION_UNITS
from emofold.media.audio import SAMPLE_RATE, write_wav
from emofold.models.candidates import list_candidates
from emofold.models.nested import Trainings
from emofold.prediction.bundle import Bundle
from emofold.prediction.bundle_training import Material, fit_members, fit_systems
from emofold.prediction.bundled_files import copy_encoders, copy_extractors
from emofold.speech.acoustic import compute_acoustic_features
from openface_files import csv_text, row

EMOTIONS = ["calm", "happy"]
LOUDNESS = {"calm": 200, "happy": 8000}
SMILE = {"calm": 0.4, "happy": 3.0}
LOGISTIC = {
    "classifier": "logistic_regression",
    "scaling": "standard",
    "layers": "all",
    "parameters": {"C": 0.1},
    "param_grid": {},
}
STATIC = {"kind": "static", "shrink": False, "classifier": LOGISTIC, "tried": []}
MODELS = {
    "voice": {**STATIC, "modality": "speech", "source": "speech/embeddings/acoustic"},
    "smile": {**STATIC, "modality": "face", "source": "face/means/openface"},
}
FUSION = {"method": "log_linear", "scaling": "minmax", "parameters": {}}
SYSTEMS = {
    "speech+face": {"models": ["voice", "smile"], **FUSION},
    "speech": {"models": ["voice"], **FUSION},
    "face": {"models": ["smile"], **FUSION},
}


def noise(emotion, seconds=1.0, seed=0):
    """Return noise as loud as an emotion, int16."""
    rng = np.random.default_rng(seed)
    return (LOUDNESS[emotion] * rng.normal(size=round(seconds * SAMPLE_RATE))).astype("int16")


def sound(path, emotion, seconds=1.0, seed=0):
    """Write a wav of noise."""
    write_wav(noise(emotion, seconds, seed), path)
    return path


def smiles(path, strengths):
    """Write a csv of OpenFace, 25 frames a second; None is a frame without a face."""
    frames = [
        row(number, strength or 0.0, confidence=0.98 if strength is not None else 0.0)
        for number, strength in enumerate(strengths)
    ]
    path.write_text(csv_text(frames), encoding="utf-8")
    return path


def make_material(normalise_by="none", speakers=6, takes=3):
    """What a bundle is trained on: speakers that differ in loudness and in how they smile."""
    rng = np.random.default_rng(1)
    rows, voices, faces = [], [], []
    for speaker in range(speakers):
        for emotion in EMOTIONS:
            for take in range(takes):
                rows.append((f"{speaker}-{emotion}-{take}", str(speaker), emotion, speaker % 3))
                samples = noise(emotion, 0.4, seed=100 * speaker + take) / 32_768
                voice = 2.0 ** (speaker - 3) * samples.astype("float32")
                voices.append(compute_acoustic_features(voice))
                face = dict.fromkeys(ACTION_UNITS, 0.0)
                face["AU12_r"] = SMILE[emotion] + 0.1 * speaker + rng.normal(0, 0.3)
                faces.append([face[unit] for unit in ACTION_UNITS])
    clips = pd.DataFrame(rows, columns=["clip", "speaker", "emotion", "fold"])
    features = {
        name: pd.DataFrame(np.array(values, "float32").astype("float64"), clips["clip"], columns)
        for name, values, columns in (("voice", voices, None), ("smile", faces, ACTION_UNITS))
    }
    folds = {}
    for name, table in features.items():
        trainings = Trainings(table, clips, EMOTIONS, normalise_by, False, seed=1)
        folds[name] = []
        for fold in range(3):
            posteriors, scale = trainings.as_in_paper(fold, list_candidates(**LOGISTIC)[0])
            posteriors.attrs = {
                "scale": scale,
                "kind": "model",
                "modality": MODELS[name]["modality"],
                "protocol": "nested",
                "normalised_by": normalise_by,
            }
            folds[name].append(posteriors)
    return Material(clips, folds, features, 0.4)


def make_bundle(folder, systems=SYSTEMS, normalise_by="none"):
    """Train a bundle, save it, and return its folder."""
    train_bundle(folder, systems, normalise_by)
    return folder


def train_bundle(folder, systems=SYSTEMS, normalise_by="none"):
    """Train a bundle, save it, and return it."""
    material = make_material(normalise_by)
    used = {name for system in systems.values() for name in system["models"]}
    models = {n: {**row, "normalise_by": normalise_by} for n, row in MODELS.items() if n in used}
    members = fit_members(material, models, EMOTIONS, min_confidence=0.7, seed=1, threads=1)
    fitted, expected = fit_systems(material, systems, EMOTIONS, confidence=0.95, draws=100, seed=1)
    folder.mkdir(parents=True)
    acoustic = {"kind": "acoustic", "layers": "all", "pooling": "mean", "model": None}
    bundle = Bundle(
        "noises",
        tuple(EMOTIONS),
        members,
        fitted,
        copy_encoders({"acoustic": acoustic} if "voice" in used else {}, folder),
        copy_extractors(
            {"openface": "openface"} if "smile" in used else {}, None, 0.7, "largest", folder
        ),
        expected,
        {
            "system": next(iter(systems)),
            "protocol": "nested",
            "corpus": "sheet",
            "note": "",
            "clips": 36,
            "speakers": 6,
            "clips_per_speaker": 6,
            "held_out_speakers": [],
            "max_duration": material.max_duration,
        },
    )
    bundle.save(folder, {"rule": "train_bundle"})
    return bundle
