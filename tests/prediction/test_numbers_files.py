"""What a model takes for new, on disk."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from emofold.errors import InputError
from emofold.models.novelty import Distribution, Novelty
from emofold.prediction.numbers_files import load_novelty, save_novelty

X = np.random.default_rng(1).normal(size=(40, 6))


@pytest.fixture
def path(tmp_path):
    sizes, percentiles = np.array([1, 9]), np.array([[1.0, 1.5, 2.0], [1.0, 1.2, 1.5]])
    save_novelty(Novelty(Distribution.of(X), sizes, percentiles, 0.7), tmp_path / "n.safetensors")
    return tmp_path / "n.safetensors"


def test_what_is_read_judges_as_what_was_written(path):
    read = load_novelty(path, 6)
    written = Novelty(Distribution.of(X), read.sizes, read.percentiles, 0.7)
    for found, expected in zip(read.judge(X + 3, 4), written.judge(X + 3, 4), strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "change",
    [
        {"factor": np.full((6, 6), np.nan, "float32")},
        {"factor": np.eye(5, dtype="float32")},
        {"factor": -np.eye(6, dtype="float32")},
        {"chosen": np.arange(1, 7)},
        {"chosen": np.arange(6) - 1},
        {"chosen": np.arange(6.0)},
        {"mean": np.zeros(5)},
        {"variance": -np.ones(6)},
        {"sizes": np.array([9, 1])},
        {"sizes": np.array([0, 9])},
        {"sizes": np.array([], "int64"), "percentiles": np.empty((0, 3))},
        {"percentiles": np.ones((2, 2))},
        {"percentiles": np.full((2, 3), np.inf)},
        {"exponent": np.array([-1.0])},
        {"exponent": np.array([np.nan])},
        {"exponent": np.array([1.0, 2.0])},
        {"another": np.zeros(1)},
    ],
)
def test_numbers_that_do_not_fit_are_refused(path, change):
    save_file({**load_file(path), **change}, path)
    with pytest.raises(InputError, match=r"n\.safetensors"):
        load_novelty(path, 6)


def test_a_broken_or_missing_file_is_refused(path):
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match="cannot be read"):
        load_novelty(path, 6)
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        load_novelty(path, 6)
