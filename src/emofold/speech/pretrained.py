"""Pretrained speech encoders in local Hugging Face folders."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE
from emofold.pretrained.layers import Layers
from emofold.pretrained.weights import check_not_pointers, errors_of_model, read_model_type
from emofold.speech import wav2vec2, whisper
from emofold.speech.transformer import PretrainedModel

LOADERS: dict[str | None, Callable[[Path, Sequence[Layers], torch.device], PretrainedModel]] = {
    "wav2vec2": wav2vec2.load,
    "hubert": wav2vec2.load,
    "wavlm": wav2vec2.load,
    "whisper": whisper.load,
}
UNTRAINED: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], PretrainedModel]] = {
    "wav2vec2": wav2vec2.make_untrained,
    "hubert": wav2vec2.make_untrained,
    "wavlm": wav2vec2.make_untrained,
    "whisper": whisper.make_untrained,
}


def load_model(folder: Path, *layers: Layers) -> PretrainedModel:
    """Return a pretrained speech model in float32, on the GPU where there is one.

    Layers above the highest wanted one are not even loaded.

    Parameters
    ----------
    folder
        A model folder as ``save_pretrained`` and the Hugging Face hub lay it out: wav2vec 2.0 [1]_,
        HuBERT [2]_, WavLM [3]_ or Whisper [4]_, whose decoder is left aside.
    layers
        ``"cnn"`` for the convolutional front end alone, ``"all"`` for the hidden states, or the
        number of one or more of these; once for each view of the model.

    Raises
    ------
    InputError
        When the folder holds no such model, or not all of its weights, the model has no such layer,
        or was trained on sound of another sampling rate than 16 kHz.

    References
    ----------
    .. [1] Baevski et al., wav2vec 2.0, NeurIPS 2020.
    .. [2] Hsu et al., HuBERT, IEEE/ACM TASLP 29, 2021.
    .. [3] Chen et al., WavLM, IEEE JSTSP 16(6), 2022.
    .. [4] Radford et al., Robust Speech Recognition via Large-Scale Weak Supervision, ICML 2023.
    """
    model_type = read_model_type(folder)
    if model_type not in LOADERS:
        raise InputError(
            f"a model of the type {model_type!r} in {folder}",
            f"a speech encoder of one of the types {', '.join(map(str, LOADERS))}",
            "name another folder as `model` in the config",
        )
    check_not_pointers(folder)
    cuda = torch.cuda.is_available()
    torch.backends.cudnn.allow_tf32 = False  # a GPU is to give the numbers that a CPU gives
    with errors_of_model(folder):
        model = LOADERS[model_type](folder, layers, torch.device("cuda" if cuda else "cpu"))
    check_hears(model, SAMPLE_RATE, str(folder))
    return model


def build_untrained(config: Mapping[str, Any], extractor: Mapping[str, Any]) -> PretrainedModel:
    """Return a model in float32 on the CPU, with random weights.

    Parameters
    ----------
    config
        The content of a model folder's ``config.json``.
    extractor
        The content of its ``preprocessor_config.json``.
    """
    model = UNTRAINED[config["model_type"]](config, extractor)
    check_hears(model, SAMPLE_RATE, "the settings")
    return model


def check_hears(model: PretrainedModel, rate: int, source: str) -> None:
    """Raise an :class:`InputError` where a model was trained on sound of another sampling rate."""
    found = model.extractor.sampling_rate
    if found != rate:
        raise InputError(
            f"a model that hears {found} samples a second, by preprocessor_config.json of {source}",
            f"one that hears {rate} samples a second, as emofold gives it",
            "name another model",
        )
