"""What attention says of the frames of a clip, and whether it says anything."""

import math

import numpy as np
from numpy.typing import ArrayLike

EVEN = 0.1  # of the even share: what differs less is not seen in a drawing


def describe_if_even(weights: ArrayLike) -> str:
    """Return how even attention is, in words, where no frame stands out; empty where one does.

    Examples
    --------
    >>> describe_if_even([0.251, 0.25, 0.25, 0.249])
    'even: all frames within 1 % of the same share'
    >>> describe_if_even([0.4, 0.2, 0.2, 0.2])
    ''
    """
    shares = np.asarray(weights, dtype=float)
    furthest = float(np.abs(shares * len(shares) - 1).max())  # from an even share, as part of it
    if furthest > EVEN:
        return ""
    return f"even: all frames within {max(1, math.ceil(100 * furthest - 1e-6))} % of the same share"
