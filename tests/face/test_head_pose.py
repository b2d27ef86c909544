"""The pose of a head is read from the matrix of its turns."""

import numpy as np
import pytest

from emofold.face.head_pose import measure_head_pose

CAMERA = np.array([0.0, 0.0, 1.0])


def turned(x=0.0, y=0.0, z=0.0):
    """The matrix of a head that is turned about x, then y, then z, by so many degrees."""
    matrix = np.eye(4)
    for axis, degrees in enumerate((x, y, z)):
        first, second = (axis + 1) % 3, (axis + 2) % 3
        turn, angle = np.eye(4), np.radians(degrees)
        turn[first, first] = turn[second, second] = np.cos(angle)
        turn[second, first], turn[first, second] = np.sin(angle), -np.sin(angle)
        matrix = turn @ matrix
    return matrix


def test_all_turns_are_found_again_together():
    pose = measure_head_pose(turned(x=-20, y=30, z=40))
    assert pose == pytest.approx({"head_pitch": 20, "head_yaw": 30, "head_roll": 40})


def test_the_signs_are_those_that_the_docstring_promises():
    nods_up, looks_right = turned(x=-10)[:3, :3] @ CAMERA, turned(y=10)[:3, :3] @ CAMERA
    assert nods_up[1] > 0
    assert looks_right[0] > 0
    assert measure_head_pose(turned(x=-10))["head_pitch"] > 0
    assert measure_head_pose(turned(y=10))["head_yaw"] > 0
