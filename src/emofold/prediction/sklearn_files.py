"""scikit-learn pipelines in files that run no code when they are read."""

from pathlib import Path
from typing import Any

from emofold.errors import InputError, listing

TRUSTED = (  # what trained models of the classifiers hold besides what skops knows already
    "sklearn.metrics._dist_metrics.",
    "sklearn.neighbors._ball_tree.",
    "sklearn.neighbors._kd_tree.",
    "sklearn.neural_network._stochastic_optimizers.",
    "sklearn.tree._tree.",
)


def save_pipeline(pipeline: Any, path: Path) -> None:
    """Write a trained pipeline."""
    from skops.io import dump  # noqa: PLC0415

    dump(pipeline, path)


def load_pipeline(path: Path) -> Any:
    """Read what :func:`save_pipeline` wrote.

    Raises
    ------
    InputError
        When the file is no such file, or names a type that no classifier of emofold consists of.
    """
    from skops.io import get_untrusted_types, load  # noqa: PLC0415

    try:
        unknown = get_untrusted_types(file=path)
        strange = [name for name in unknown if not name.startswith(TRUSTED)]
        if strange:
            raise InputError(
                f"the type {listing(strange)} in {path}",
                "the parts of a scikit-learn classifier and nothing else",
                "do not use this file: take the bundle anew from whom you trust",
            )
        return load(path, trusted=unknown)
    except InputError:
        raise
    except Exception as error:  # of zipfile, json, skops and scikit-learn
        raise InputError(
            f"{path} cannot be read as a model ({type(error).__name__}: {error})",
            "a file that the training of a bundle wrote",
            "make the bundle anew, or install the versions that its manifest names",
        ) from error
