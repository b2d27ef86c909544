"""Calibration: how right a system is by how sure it is, and its expected calibration error."""

import numpy as np
import pandas as pd

BINS = 10


def calibration_bins(decisions: pd.DataFrame, bins: int = BINS) -> pd.DataFrame:
    """Return how sure and how right each system was, by how sure it was.

    Parameters
    ----------
    decisions
        The decisions of any number of systems.
    bins
        Into how many bins of equal width the confidences from 0 to 1 go.

    Returns
    -------
    pandas.DataFrame
        The columns of the calibration table: system, bin (from 0), n, and in percent the mean
        confidence and the accuracy. Bins without a clip are left out.
    """
    index = np.clip(np.ceil(decisions["confidence"] * bins).astype(int) - 1, 0, bins - 1)
    marked = decisions.assign(
        bin=index,
        confidence=100 * decisions["confidence"],
        accuracy=100.0 * (decisions["predicted"] == decisions["emotion"]),
    )
    return (
        marked.groupby(["system", "bin"], sort=False)
        .agg(n=("clip", "size"), confidence=("confidence", "mean"), accuracy=("accuracy", "mean"))
        .reset_index()
        .sort_values(["system", "bin"], ignore_index=True)
    )


def expected_calibration_errors(calibration: pd.DataFrame) -> pd.Series:
    """Return the expected calibration error of each system, in points.

    The mean distance of confidence and accuracy over the bins, each weighing as its clips do (Guo
    et al. 2017, On Calibration of Modern Neural Networks, equation 3).

    Examples
    --------
    >>> bins = pd.DataFrame(
    ...     {"system": "a", "n": [1, 3], "confidence": [30, 80], "accuracy": [50, 80]}
    ... )
    >>> expected_calibration_errors(bins).to_dict()
    {'a': 5.0}
    """
    distance = (calibration["confidence"] - calibration["accuracy"]).abs() * calibration["n"]
    by_system = calibration["system"]
    return distance.groupby(by_system).sum() / calibration["n"].groupby(by_system).sum()
