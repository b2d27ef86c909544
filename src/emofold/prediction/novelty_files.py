"""What models of a bundle take for new, in files of numbers alone."""

from pathlib import Path

import numpy as np

from emofold.errors import InputError
from emofold.files import atomic_write
from emofold.models.novelty import PERCENTILES, Distribution, Novelty
from emofold.prediction.manifest import ANEW

EXPECTED = "where the training clips of a model lie, and how far held-out clips do"


def save_novelty(novelty: Novelty, path: Path) -> None:
    """Write what a model takes for new as safetensors."""
    from safetensors.numpy import save_file  # noqa: PLC0415

    numbers = {
        **vars(novelty.distribution),
        "sizes": novelty.sizes,
        "percentiles": novelty.percentiles,
        "exponent": np.array([novelty.exponent]),
    }
    with atomic_write(path) as partial:
        save_file({name: np.ascontiguousarray(one) for name, one in numbers.items()}, partial)


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
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.numpy import load_file  # noqa: PLC0415

    try:
        numbers = load_file(path)
        sizes, percentiles, (exponent,) = (
            numbers.pop(name) for name in ("sizes", "percentiles", "exponent")
        )
        novelty = Novelty(Distribution(**numbers), sizes, percentiles, float(exponent))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error})", EXPECTED, ANEW) from error
    if not (_fits(novelty, width) and all(map(_is_finite, numbers.values()))):
        raise InputError(f"numbers in {path} that do not fit each other", EXPECTED, ANEW)
    return novelty


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
