"""The demo in small: two speakers, 16 clips, every kind of model on them, and others to predict."""

from pathlib import Path
from typing import Any

import yaml

import recordings

OTHERS = {"a": "anna", "b": "anna", "c": ""}
LABELLED = {"a": "joy", "b": "sad", "c": "bored"}


def shrink(config: dict[str, Any]) -> dict[str, Any]:
    """Return the config of the demo with few clips and brief trainings, of models of its names."""
    (fusion,) = config["fusions"]
    (sequence,) = config["sequence_models"]
    (finetuned,) = config["finetuned_models"]
    return config | {
        "demo": {"speakers": 2, "takes": 1},
        "clips_per_shard": 8,
        "folds": [[1], [2]],
        "sequence_models": [sequence | {"hidden_size": 8}],
        "finetuned_models": [
            finetuned
            | {
                "untrained": {"hidden_size": 16, "layers": 2, "heads": 2},
                "epochs": 4,
                "frozen_layers": 1,
                "weighted_layers": True,
                "pooling": "attention",
                "augment": {"speeds": [1.1]},
            }
        ],
        "fusions": [fusion | {"posteriors": [*fusion["posteriors"], finetuned["name"]]}],
        "evaluation": config["evaluation"] | {"bootstrap_draws": 100},
        "predict": {"clips": "others.csv"},
        "test_corpora": [{"name": "elsewhere", "sheet": "elsewhere.csv", "map": {"joy": "happy"}}],
    }


def write_configs(folder: Path) -> None:
    """Shrink the demo of a project, by its own config and by one that tests may change."""
    config = shrink(yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8")))
    text = yaml.safe_dump(config, sort_keys=False)
    for name in ("config.yaml", "mini.yaml"):
        (folder / name).write_text(text, encoding="utf-8")


def write_others(folder: Path) -> None:
    """Put videos to predict into a folder, two of one speaker and one of nobody known."""
    for number, clip in enumerate(OTHERS, start=1):
        recordings.good(folder / f"video {clip}.mp4", f"01-01-0{number}-01-01-01-01")
    write_sheet(folder, *OTHERS)
    rows = [f"{clip},{OTHERS[clip] or 'ben'},{LABELLED[clip]},video {clip}.mp4" for clip in OTHERS]
    sheet = "\n".join(["clip,speaker,emotion,media", *rows])
    (folder / "elsewhere.csv").write_text(sheet, encoding="utf-8")


def write_sheet(folder: Path, *clips: str) -> None:
    """List videos of a folder as those to predict."""
    rows = [f"{clip},video {clip}.mp4,{OTHERS.get(clip, '')}" for clip in clips]
    sheet = "\n".join(["clip,media,speaker", *rows])
    (folder / "others.csv").write_text(sheet, encoding="utf-8")
