"""The config of a new corpus, as text for a person to read and to change."""

from typing import Any

import yaml

HEADER = """\
# Made by `emofold init`, and yours to change: docs/reference/config.md explains every key, and
# README.md what else there is. What is not said here is as in config.yaml.
"""
LINE_LENGTH = 100


def compose_config(
    *,
    name: str,
    sample_sheet: str,
    emotions: list[str],
    folds: int,
    protocol: str,
    has_sound: bool,
    has_pictures: bool,
) -> list[tuple[str, dict[str, Any]]]:
    """Return the keys of a config in sections, each with a comment.

    Parameters
    ----------
    name
        The run.
    sample_sheet
        The path of the sheet, as seen from the folder in which Snakemake is started.
    emotions
        The emotions, in order.
    folds
        How many folds the speakers are put into.
    protocol
        ``nested`` or ``paper``.
    has_sound, has_pictures
        What the clips have: the modalities.
    """
    encoders = [{"name": "acoustic", "kind": "acoustic"}] if has_sound else []
    extractors = [{"name": "mediapipe", "kind": "mediapipe"}] if has_pictures else []
    models: list[dict[str, Any]] = []
    if has_sound:
        models.append(_logistic("acoustic-logistic", "speech/embeddings/acoustic", protocol))
    if has_pictures:
        models.append(_logistic("action-units-logistic", "face/means/mediapipe", protocol))
    fusions: list[dict[str, Any]] = []
    if has_sound and has_pictures:
        posteriors = [model["name"] for model in models]
        fusions = [{"name": "speech+face", "method": "log_linear", "posteriors": posteriors}]
    return [
        ("The run; its results go to results/<name>/.", {"name": name}),
        (
            "A sheet with a row for each clip, whose files are seen from the folder of the sheet.\n"
            "The path of the sheet is seen from the folder in which snakemake is started.",
            {"corpus": "sheet", "sample_sheet": sample_sheet},
        ),
        ("The emotions, in the order of every table and figure.", {"emotions": emotions}),
        (
            "So many folds by speaker, alike in clips of each emotion; or the test speakers of\n"
            "each, such as [[anna, ben], [chiara, david], [eva]].",
            {"folds": folds},
        ),
        (_PROTOCOLS[protocol], {"protocol": protocol}),
        (
            "Speech: spectrum, pitch and energy, without a pretrained model. Whisper hears more:\n"
            "workflow/presets/lite.yaml shows how."
            if has_sound
            else "Speech: the clips have no sound.",
            {"speech": {"encoders": encoders}},
        ),
        (
            "Face: proxies of Action Units by MediaPipe."
            if has_pictures
            else "Face: the clips have no pictures.",
            {"face": {"extractors": extractors}},
        ),
        (_MODELS[protocol], {"models": models}),
        (
            "Models of Action Units over time, and speech encoders to fine-tune: none yet.",
            {"sequence_models": [], "finetuned_models": []},
        ),
        ("The fusions of models.", {"fusions": fusions}),
        (
            "What is trained on all speakers and kept, to predict other videos with:\n"
            "emofold predict VIDEO --model results/<name>/model",
            {"bundle": {"system": [*models, *fusions][-1]["name"]}},
        ),
    ]


def format_config(sections: list[tuple[str, dict[str, Any]]]) -> str:
    """Return the sections of a config as yaml, each below its comment."""
    parts = [HEADER]
    for comment, keys in sections:
        lines = "".join(f"# {line}\n" for line in comment.splitlines())
        parts.append(lines + "".join(_as_yaml(key, value) for key, value in keys.items()))
    return "\n".join(parts)


def _as_yaml(key: str, value: Any) -> str:
    """Return one key, with what holds no further lists or mappings in one line."""
    return yaml.safe_dump(
        {key: value},
        default_flow_style=None if isinstance(value, dict | list) else False,
        sort_keys=False,
        allow_unicode=True,
        width=LINE_LENGTH,
    )


def _logistic(name: str, features: str, protocol: str) -> dict[str, Any]:
    tuning = (
        {"parameters": {"max_iter": 1000}, "param_grid": {"C": [0.005, 0.05, 0.5]}}
        if protocol == "nested"
        else {"parameters": {"C": 0.05, "max_iter": 1000}}
    )
    model = {"name": name, "features": features, "classifier": "logistic_regression"}
    return {**model, "scaling": "standard", **tuning}


_PROTOCOLS = {
    "nested": "Nothing is chosen on a test fold: inner folds choose, and teach the fusion.",
    "paper": "The fusion learns from clips that its models were trained on, and the numbers are\n"
    "optimistic: `nested`, which is stricter, needs three speakers.",
}
_MODELS = {
    "nested": "The models, a row each; the inner folds choose the regularisation C.",
    "paper": "The models, a row each; C is the inverse of the regularisation.",
}
