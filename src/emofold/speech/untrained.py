"""A wav2vec 2.0 of any size with random weights, to try a training with."""

import shutil
from math import gcd
from pathlib import Path

import torch
from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor, Wav2Vec2Model
from transformers import logging as transformers_logging

from emofold.errors import InputError
from emofold.files import atomic_write

WEIGHTS = "model.safetensors"
CNN_SIZE = 32
POSITION_GROUPS = 16


def write_untrained_encoder(
    folder: Path, hidden_size: int, layers: int, heads: int, seed: int
) -> None:
    """Write the folder of a wav2vec 2.0 built like the large ones, but small, and never trained.

    Parameters
    ----------
    folder
        Where ``config.json``, ``preprocessor_config.json`` and ``model.safetensors`` go.
    hidden_size
        The size of the transformer's states.
    layers, heads
        How many transformer layers, and attention heads in each.
    seed
        What the weights depend on.

    Raises
    ------
    InputError
        When the heads do not divide the hidden size.
    """
    if hidden_size % heads:
        raise InputError(
            f"an untrained encoder of the hidden size {hidden_size} with {heads} heads",
            "a hidden size that is a multiple of the heads",
            "mend `hidden_size` or `heads` under `untrained`",
        )
    config = Wav2Vec2Config(
        hidden_size=hidden_size,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * hidden_size,
        conv_dim=[CNN_SIZE] * 7,
        conv_bias=True,
        feat_extract_norm="layer",
        do_stable_layer_norm=True,
        num_conv_pos_embedding_groups=gcd(hidden_size, POSITION_GROUPS),
        mask_feature_length=1,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Wav2Vec2Model(config)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    with atomic_write(folder / WEIGHTS) as partial:
        model.save_pretrained(folder)
        shutil.copyfile(folder / WEIGHTS, partial)
    extractor = Wav2Vec2FeatureExtractor(  # type: ignore[no-untyped-call]
        do_normalize=True, return_attention_mask=True
    )
    extractor.save_pretrained(folder)
