"""Faces are followed from picture to picture, and one person is chosen for the whole clip."""

import numpy as np
import pytest

from emofold.face.people import People

SHAPE = (100, 200, 3)


def face(x, y, width):
    """The landmarks of a square face around a point."""
    half = width / 2
    return np.array([[x - half, y - half], [x + half, y + half], [x, y]])


def follow(*pictures, step=0.04):
    """Return the people, and who is who in each picture."""
    people = People()
    owners = [
        people.recognise(np.reshape(faces, (len(faces), 3, 2)), SHAPE, number * step)
        for number, faces in enumerate(pictures)
    ]
    return people, owners


LEFT, RIGHT = face(50, 50, 20), face(150, 50, 30)


def test_faces_keep_their_people_whatever_the_order_in_which_they_are_found():
    people, owners = follow([LEFT, RIGHT], [RIGHT, LEFT], [LEFT], [RIGHT], [RIGHT, LEFT])
    assert owners == [[1, 0], [0, 1], [1], [0], [0, 1]]  # the larger is the first of the two
    assert len(people.known) == 2


def test_a_face_that_wanders_is_the_same():
    _, owners = follow(*([face(20 + 4 * number, 50, 20)] for number in range(40)))
    assert {*map(tuple, owners)} == {(0,)}


def test_a_face_that_jumps_is_another():
    people, owners = follow([LEFT], [RIGHT], [RIGHT])
    assert owners == [[0], [1], [1]]
    assert people.describe("largest").startswith("2 faces are seen: the largest")


def test_a_face_that_was_away_for_long_may_come_back_elsewhere():
    people, _ = follow([LEFT], *[[]] * 75, [face(120, 50, 20)])
    assert len(people.known) == 1
    assert people.describe("largest") == ""


def test_of_two_lost_faces_the_nearer_one_comes_back():
    _, owners = follow([LEFT, RIGHT], [], [], [face(145, 52, 30)])
    assert owners[-1] == [0]


@pytest.mark.parametrize(("which", "chosen"), [("first", 0), ("largest", 2), ("central", 1)])
def test_one_is_chosen_by_all_pictures_together(which, chosen):
    small, large, central = face(20, 20, 10), face(170, 50, 60), face(100, 50, 12)
    people, owners = follow([small], [small, central], *[[small, central, large]] * 3, [central])
    assert owners[1:3] == [[0, 1], [0, 1, 2]]
    assert people.choose(which) == chosen


def test_the_largest_is_the_one_that_takes_most_of_the_clip_not_of_a_moment():
    people, _ = follow(*[[LEFT]] * 30, [LEFT, RIGHT], [LEFT, RIGHT], *[[LEFT]] * 30)
    assert people.choose("largest") == 0
