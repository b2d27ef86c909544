"""A small corpus in the very files and formats of the published one: real formats, made-up scores.

Six speakers, eight emotions, two statements: 96 clips in three folds of two speakers.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from emofold.corpora.published_files import CLIPS_FILE, MEANS_FILE, POSTERIORS, list_needed_files
from emofold.corpora.ravdess import EMOTIONS, describe_clip
from emofold.face.schemas import ACTION_UNITS

FOLDS = [[1, 2], [3, 4], [5, 6]]
MODELS = list(POSTERIORS)
CLIPS = [
    f"01-01-{emotion:02d}-01-{statement:02d}-01-{actor:02d}"
    for actor in range(1, 7)
    for emotion in range(1, 9)
    for statement in (1, 2)
]


def make_published(folder: Path, seed: int = 0) -> Path:
    """Write the files of the published corpus in small, and their manifest beside them."""
    rng = np.random.default_rng(seed)
    write(folder / CLIPS_FILE, "\n".join(CLIPS) + "\n")
    shuffled = list(rng.permutation(CLIPS))
    centres = rng.uniform(0, 3, size=(len(EMOTIONS), len(ACTION_UNITS)))
    means = pd.DataFrame(
        [centres[code(clip)] + rng.normal(0, 0.8, len(ACTION_UNITS)) for clip in shuffled],
        columns=list(ACTION_UNITS),
    ).assign(speech=0.5, name=shuffled, path=shuffled, index=0)
    write(folder / MEANS_FILE, means.to_csv(sep=";", index=False))
    for model in MODELS:
        for fold, test_speakers in enumerate(FOLDS):
            for split in ("train", "test"):
                clips = [c for c in shuffled if (actor(c) in test_speakers) == (split == "test")]
                path = POSTERIORS[model].path(fold, len(FOLDS), split)
                write(folder / path, published_text(model, clips, rng))
    return write_manifest(folder)


def write_manifest(folder: Path) -> Path:
    """Write the manifest of a folder as it is now."""
    checksums = {
        file: hashlib.sha256((folder / file).read_bytes()).hexdigest()
        for file in list_needed_files(MODELS, len(FOLDS))
        if (folder / file).is_file()
    }
    manifest = {"commit": "miniature", "base_url": "http://127.0.0.1:9", "sha256": checksums}
    return write(folder / "manifest.yaml", yaml.safe_dump(manifest))


def published_text(model: str, clips: list[str], rng: np.random.Generator) -> str:
    """Return posteriors in the model's own published format."""
    published = POSTERIORS[model]
    order = list(published.class_order)
    scores = rng.normal(0, 1, size=(len(clips), len(order)))
    for row, clip in enumerate(clips):
        scores[row, order.index(describe_clip(clip)["emotion"])] += 1.5
    if published.scale == "probability":
        scores = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    if model == "bilstm":
        table = pd.DataFrame(
            {
                "tag": [f"{clip}.csv" for clip in clips],
                "y": "sad",
                "y_hat": "sad",
                "posteriors": [json.dumps(list(row)) for row in scores],
                "attentions": "[0.5, 0.5]",
            }
        )
        return table.to_csv(sep="\t", index=False)
    table = pd.DataFrame(scores, columns=[f"embs{place}" for place in range(len(order))])
    return table.assign(**{published.clip_column: clips}).to_csv(sep=";", index=False)


def config_of(folder: Path) -> dict:
    """Return a config that runs the miniature: one model a branch, two trained, one fusion."""
    return {
        "name": "mini",
        "corpus": "published",
        "speech": {"encoders": []},
        "face": {"extractors": []},
        "sequence_models": [],
        "finetuned_models": [],
        "protocol": "paper",
        "folds": FOLDS,
        "published": {
            "source": str(folder),
            "manifest": str(folder / "manifest.yaml"),
            "posteriors": MODELS,
        },
        "models": [
            model("svc", "svc", parameters={"C": 1}),
            model("knn", "knn", parameters={"n_neighbors": 3}, job_per_fold=True),
        ],
        "fusions": [{"name": "both", "posteriors": ["wav2vec2-finetuned", "svc"]}],
        "bundle": {"system": None},
        "evaluation": {"bootstrap_draws": 100, "reported": None},
    }


def model(name: str, classifier: str, **more: object) -> dict:
    """Return a row of `models`."""
    return {"name": name, "classifier": classifier, "features": "face/means/published", **more}


def code(clip: str) -> int:
    """Return the place of a clip's emotion."""
    return int(clip.split("-")[2]) - 1


def actor(clip: str) -> int:
    """Return a clip's speaker."""
    return int(clip.rsplit("-", maxsplit=1)[-1])


def write(path: Path, text: str) -> Path:
    """Write a file, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
