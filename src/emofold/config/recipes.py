"""What a new config trains: one model of each modality, or what works best on a CPU."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WHISPER = "openai/whisper-base"
SPEECH, FACE = "speech", "face"


@dataclass(frozen=True)
class Recipe:
    """What the clips are turned into, and what is trained on it.

    Attributes
    ----------
    encoders, extractors, models, fusions
        The rows of the config.
    bundled
        The system that is trained on all speakers and kept.
    on_speech, on_face, on_models, on_fusions
        What a person should know of them.
    """

    encoders: Sequence[dict[str, Any]]
    extractors: Sequence[dict[str, Any]]
    models: Sequence[dict[str, Any]]
    fusions: Sequence[dict[str, Any]]
    bundled: str
    on_speech: str
    on_face: str
    on_models: str
    on_fusions: str


def make_plain_recipe(*, has_sound: bool, extractor: str | None, protocol: str) -> Recipe:
    """Return what needs no pretrained speech model: a logistic regression of each modality.

    Parameters
    ----------
    has_sound
        Whether the clips have sound.
    extractor
        The kind of extractor that Action Units are read by, ``mediapipe`` or ``csv``; None where
        there are none.
    protocol
        ``nested`` or ``paper``.
    """
    models = []
    if has_sound:
        models.append(_plain_model("acoustic-logistic", "speech/embeddings/acoustic", protocol))
    if extractor:
        models.append(_plain_model("action-units-logistic", _MEANS[extractor], protocol))
    names = [model["name"] for model in models]
    fusions = [_fusion("speech+face", names)] if len(names) > 1 else []
    return Recipe(
        encoders=[{"name": "acoustic", "kind": "acoustic"}] if has_sound else [],
        extractors=_EXTRACTORS[extractor],
        models=models,
        fusions=fusions,
        bundled=[*models, *fusions][-1]["name"],
        on_speech=(
            "Speech: spectrum, pitch and energy, without a pretrained model. Whisper hears more:\n"
            "emofold init --recipe writes such a config."
            if has_sound
            else _NO_SOUND
        ),
        on_face=_ON_FACE[extractor],
        on_models=f"The models, a row each; {_CHOSEN[protocol]}.",
        on_fusions="The fusions of models.",
    )


def make_good_recipe(*, has_sound: bool, extractor: str | None, protocol: str) -> Recipe:
    """Return what works best on a CPU: Whisper in two ways, and Action Units.

    Each model is there twice, inductive and normalised by speaker; so is each fusion. The
    parameters are those of :func:`make_plain_recipe`.
    """
    features = {}
    if has_sound:
        features["whisper"] = "speech/embeddings/whisper-base"
        features["whisper-thirds"] = "speech/embeddings/whisper-base-thirds"
    if extractor:
        features["action-units"] = _MEANS[extractor]
    models = [
        {
            "name": f"{name}{ending}",
            "features": table,
            **normalised,
            "classifier": "logistic_regression",
            "scaling": "standard",
            **_tuning(protocol, 300, _GRIDS[table.split("/")[0]]),
        }
        for ending, normalised in _NORMALISED.items()
        for name, table in features.items()
    ]
    heard = [name for name in features if name.startswith("whisper")]
    fused = {SPEECH: heard, f"{SPEECH}+{FACE}": [*features] if heard and extractor else []}
    fusions = [
        _fusion(f"{name}{ending}", [f"{member}{ending}" for member in members])
        for ending in _NORMALISED
        for name, members in fused.items()
        if members
    ]
    inductive = [row["name"] for row in [*models, *fusions] if not row["name"].endswith(_ENDING)]
    return Recipe(
        encoders=_WHISPERS if has_sound else [],
        extractors=_EXTRACTORS[extractor],
        models=models,
        fusions=fusions,
        bundled=inductive[-1],
        on_speech=(
            "Speech: the frozen Whisper base; means of each layer over a clip, and of layers 2\n"
            "to 5 over the thirds of what is loud."
            if has_sound
            else _NO_SOUND
        ),
        on_face=_ON_FACE[extractor],
        on_models=(
            "The models, a row each, in pairs: inductive, and normalised by speaker, which takes\n"
            f"all clips of a speaker (transductive); {_CHOSEN[protocol]}."
        ),
        on_fusions="The fusions of models, in pairs too.",
    )


def _plain_model(name: str, features: str, protocol: str) -> dict[str, Any]:
    model = {"name": name, "features": features, "classifier": "logistic_regression"}
    return {**model, "scaling": "standard", **_tuning(protocol, 1000, [0.005, 0.05, 0.5])}


def _tuning(protocol: str, iterations: int, grid: Sequence[float]) -> dict[str, Any]:
    """Return the values of C that inner folds choose from, or the middle one where none choose."""
    if protocol == "nested":
        return {"parameters": {"max_iter": iterations}, "param_grid": {"C": [*grid]}}
    return {"parameters": {"C": grid[len(grid) // 2], "max_iter": iterations}}


def _fusion(name: str, members: Sequence[str]) -> dict[str, Any]:
    return {"name": name, "method": "log_linear", "posteriors": [*members]}


_ENDING = "-normalised"
_NORMALISED: dict[str, dict[str, Any]] = {
    "": {"normalise_by": "none"},
    _ENDING: {"normalise_by": "speaker", "shrink": True},
}
_GRIDS = {SPEECH: [0.001, 0.003, 0.01, 0.03], FACE: [0.03, 0.1, 0.3]}
_WHISPERS: list[dict[str, Any]] = [
    {"name": "whisper-base", "kind": "transformer", "model": WHISPER, "layers": "all"},
    {
        "name": "whisper-base-thirds",
        "kind": "transformer",
        "model": WHISPER,
        "layers": [2, 3, 4, 5],
        "pooling": "thirds",
    },
]
_NO_SOUND = "Speech: the clips have no sound."
_EXTRACTORS: dict[str | None, list[dict[str, Any]]] = {
    "mediapipe": [{"name": "mediapipe", "kind": "mediapipe"}],
    "csv": [{"name": "openface", "kind": "csv"}],
    None: [],
}
_MEANS = {"mediapipe": "face/means/mediapipe", "csv": "face/means/openface"}
_ON_FACE = {
    "mediapipe": "Face: proxies of Action Units by MediaPipe.",
    "csv": "Face: Action Units by OpenFace, from csv files. To predict other videos, name your\n"
    "OpenFace: --openface path/to/FeatureExtraction.",
    None: "Face: the clips have no pictures.",
}
_CHOSEN = {
    "nested": "the inner folds choose the regularisation C",
    "paper": "C is the inverse of the regularisation",
}
