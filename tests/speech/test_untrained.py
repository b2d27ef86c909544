"""Untrained encoders: small, whole, and the same from the same seed."""

import numpy as np
import pytest

from emofold.errors import InputError
from emofold.speech.untrained import write_untrained_encoder
from single_views import embedded, encoder_of

SIZE = {"hidden_size": 24, "layers": 2, "heads": 4}


def test_an_untrained_encoder_embeds_like_any_other(tmp_path):
    write_untrained_encoder(tmp_path / "encoder", **SIZE, seed=1)
    noise = np.random.default_rng(0).normal(0, 3000, 8000).astype(np.int16)
    settings = {"kind": "transformer", "model": tmp_path / "encoder", "layers": "all"}
    layers = embedded(encoder_of(settings), {"a": noise})["a"]
    assert list(layers) == [0, 1, 2]
    assert all(vector.shape == (24,) and np.isfinite(vector).all() for vector in layers.values())


def test_the_seed_decides_the_weights(tmp_path):
    weights = []
    for number, seed in enumerate([1, 1, 2]):
        folder = tmp_path / str(number)
        write_untrained_encoder(folder, **SIZE, seed=seed)
        weights.append((folder / "model.safetensors").read_bytes())
    assert weights[0] == weights[1] != weights[2]


def test_heads_that_do_not_divide_the_size_are_refused(tmp_path):
    with pytest.raises(InputError, match="hidden size 24 with 5 heads"):
        write_untrained_encoder(tmp_path, hidden_size=24, layers=1, heads=5, seed=1)
