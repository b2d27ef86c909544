"""How a head is turned, by the matrix that lays MediaPipe's model of a face over the one seen."""

import numpy as np

from emofold.face.schemas import HEAD_POSE


def measure_head_pose(matrix: np.ndarray) -> dict[str, float]:
    """Return how far a head is turned from looking straight into the camera.

    The head is taken to be turned first about the axis from ear to ear, then about the vertical
    one, then about the one that leads into the camera.

    Parameters
    ----------
    matrix
        The facial transformation matrix, shape (4, 4): x to the right of the picture, y up, z
        towards the camera.

    Returns
    -------
    dict
        In degrees. ``head_pitch``: upwards. ``head_yaw``: to the right of the picture.
        ``head_roll``: the top of the head to the left of the picture.

    Examples
    --------
    >>> measure_head_pose(np.eye(4))
    {'head_pitch': 0.0, 'head_yaw': 0.0, 'head_roll': 0.0}
    """
    rotation = np.asarray(matrix, dtype="float64")[:3, :3]
    radians = (
        np.arctan2(-rotation[2, 1], rotation[2, 2]),
        np.arctan2(-rotation[2, 0], np.hypot(rotation[2, 1], rotation[2, 2])),
        np.arctan2(rotation[1, 0], rotation[0, 0]),
    )
    degrees = np.degrees(radians) + 0.0  # no negative zero
    return dict(zip(HEAD_POSE, map(float, degrees), strict=True))
