"""scikit-learn pipelines in files that run no code when they are read."""

import zipfile
from pathlib import Path
from typing import Any

from emofold.errors import InputError, listing

DISTANCES = "sklearn.metrics._dist_metrics.{}Distance64"
TRUSTED = {  # what trained classifiers hold besides what skops trusts; most of it is made anew
    *map(DISTANCES.format, ("Euclidean", "Manhattan", "Chebyshev", "Minkowski", "Canberra")),
    *map(DISTANCES.format, ("BrayCurtis", "Hamming", "SEuclidean", "Mahalanobis")),
    "sklearn.neighbors._ball_tree.BallTree",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    "sklearn.tree._tree.Tree",
}


def save_pipeline(pipeline: Any, path: Path) -> None:
    """Write a trained pipeline."""
    from skops.io import dump  # noqa: PLC0415

    dump(pipeline, path)


def load_pipeline(path: Path, classes: int) -> Any:
    """Read what :func:`save_pipeline` wrote.

    Parameters
    ----------
    path
        The file.
    classes
        How many classes the pipeline tells apart: 0, 1 and so on.

    Raises
    ------
    InputError
        When the file is no such file, names a type that no classifier of emofold consists of, or
        holds a model that no training leaves behind, or one of other classes.
    """
    from skops.io import get_untrusted_types, load  # noqa: PLC0415

    from emofold.prediction.trained_estimators import rebuild_pipeline  # noqa: PLC0415

    try:
        _check_not_packed(path)
        unknown = get_untrusted_types(file=path)
        strange = [name for name in unknown if name not in TRUSTED]
        if strange:
            raise InputError(
                f"the type {listing(strange)} in {path}",
                "the parts of a scikit-learn classifier and nothing else",
                "do not use this file: take the bundle anew from whom you trust",
            )
        pipeline = rebuild_pipeline(load(path, trusted=unknown))
        if len(pipeline.classes_) != classes:
            raise ValueError(f"{len(pipeline.classes_)} classes, not {classes}")
        return pipeline
    except InputError:
        raise
    except Exception as error:  # of zipfile, json, skops and scikit-learn
        raise InputError(
            f"{path} cannot be read as a model ({type(error).__name__}: {error})",
            "a file that the training of a bundle wrote",
            "make the bundle anew, or install the versions that its manifest names",
        ) from error


def check_width(pipeline: Any, features: int, source: Path | str) -> None:
    """Raise an :class:`InputError` unless a pipeline takes so many features from a source."""
    if pipeline.n_features_in_ != features:
        raise InputError(
            f"a model of {pipeline.n_features_in_} features, and {features} of {source}",
            "as many as the model was trained on",
            "make the bundle anew, or take it anew from where it was made",
        )


def _check_not_packed(path: Path) -> None:
    """Raise a :class:`ValueError` where content takes more memory than the file has bytes."""
    with zipfile.ZipFile(path) as archive:
        if any(one.compress_type != zipfile.ZIP_STORED for one in archive.infolist()):
            raise ValueError("packed content, which skops does not write")
