"""What models of a bundle normalise by, and what they take for new, in files of numbers alone."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from emofold.errors import InputError
from emofold.files import atomic_write
from emofold.models.normalisation import Population
from emofold.models.novelty import PERCENTILES, Distribution, Novelty
from emofold.prediction.manifest import ANEW

EXPECTED = "where the training clips of a model lie, and how far held-out clips do"


def save_population(population: Population, path: Path) -> None:
    """Write what a model normalises by as safetensors."""
    _save(vars(population), path)


def load_population(path: Path, width: int) -> Population:
    """Read what :func:`save_population` wrote.

    Parameters
    ----------
    path
        The file.
    width
        How many features the table has that the model reads.

    Raises
    ------
    InputError
        When the file cannot be read, or its numbers are not such.
    """
    numbers = _load(path, "a population")
    try:
        population = Population(**numbers)
    except TypeError as error:
        raise InputError(f"{path} cannot be read ({error})", "a population", ANEW) from error
    values = {name: value.astype("float64") for name, value in numbers.items()}
    shapes = {value.shape for value in values.values()}
    negative = [name for name, value in values.items() if name != "mean" and (value < 0).any()]
    broken = [name for name in ("mean", "variance") if not _is_finite(values[name])]
    if shapes != {(width,)} or negative or broken or any(map(_has_nan, values.values())):
        raise InputError(
            f"the numbers of speakers in {path}",
            f"means and variances of {width} features, and how many clips they are worth",
            ANEW,
        )
    return population


def save_novelty(novelty: Novelty, path: Path) -> None:
    """Write what a model takes for new as safetensors."""
    numbers = {
        **vars(novelty.distribution),
        "sizes": novelty.sizes,
        "percentiles": novelty.percentiles,
        "exponent": np.array([novelty.exponent]),
    }
    _save({name: np.ascontiguousarray(one) for name, one in numbers.items()}, path)


def load_novelty(path: Path, width: int) -> Novelty:
    """Read what :func:`save_novelty` wrote.

    Parameters
    ----------
    path
        The file.
    width
        How many features the model sees.

    Raises
    ------
    InputError
        When the file cannot be read, or its numbers are not such.
    """
    numbers = _load(path, EXPECTED)
    try:
        sizes, percentiles, (exponent,) = (
            numbers.pop(name) for name in ("sizes", "percentiles", "exponent")
        )
        novelty = Novelty(Distribution(**numbers), sizes, percentiles, float(exponent))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error})", EXPECTED, ANEW) from error
    if not (_fits(novelty, width) and all(map(_is_finite, numbers.values()))):
        raise InputError(f"numbers in {path} that do not fit each other", EXPECTED, ANEW)
    return novelty


def _save(numbers: Mapping[str, np.ndarray], path: Path) -> None:
    from safetensors.numpy import save_file  # noqa: PLC0415

    with atomic_write(path) as partial:
        save_file(dict(numbers), partial)


def _load(path: Path, expected: str) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.numpy import load_file  # noqa: PLC0415

    try:
        return load_file(path)
    except (OSError, SafetensorError, TypeError, ValueError, KeyError) as error:
        raise InputError(f"{path} cannot be read ({error})", expected, ANEW) from error


def _fits(novelty: Novelty, width: int) -> bool:
    known, sizes, percentiles = novelty.distribution, novelty.sizes, novelty.percentiles
    seen = known.chosen.shape
    return bool(
        seen == known.mean.shape == known.variance.shape
        and known.factor.shape == (*seen, *seen)
        and known.chosen.dtype.kind == "i"
        and (known.chosen >= 0).all()
        and (known.chosen < width).all()
        and (known.variance >= 0).all()
        and (np.diag(known.factor) > 0).all()
        and percentiles.shape == (*sizes.shape, len(PERCENTILES))
        and sizes.size > 0
        and (sizes >= 1).all()
        and (np.diff(sizes) > 0).all()
        and _is_finite(sizes)
        and _is_finite(percentiles)
        and 0 <= novelty.exponent < np.inf
    )


def _is_finite(values: np.ndarray) -> bool:
    return bool(np.isfinite(values).all())


def _has_nan(values: np.ndarray) -> bool:
    return bool(np.isnan(values).any())
