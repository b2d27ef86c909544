"""Faces are followed from picture to picture, and one person is chosen for the whole clip."""

import numpy as np
import pytest

from emofold.face.people import People

SHAPE = (100, 200, 3)


def face(x, y, width):
    """The landmarks of a square face around a point."""
    half = width / 2
    return np.array([[x - half, y - half], [x + half, y + half], [x, y]])


LEFT, RIGHT, FAR_LEFT = face(50, 50, 20), face(150, 50, 30), face(10, 50, 20)


def follow(*pictures, step=0.04):
    """Return the people, and who is who in each picture."""
    people = People()
    owners = [
        people.recognise(np.reshape(faces, (len(faces), 3, 2)), SHAPE, number * step)
        for number, faces in enumerate(pictures)
    ]
    return people, owners


def test_faces_keep_their_people_whatever_the_order_in_which_they_are_found():
    people, owners = follow([LEFT, RIGHT], [RIGHT, LEFT], [LEFT], [RIGHT], [RIGHT, LEFT])
    assert owners == [[1, 0], [0, 1], [1], [0], [0, 1]]  # the larger is the first of the two
    assert len(people.known) == 2


def test_a_face_that_wanders_is_the_same():
    _, owners = follow(*([face(20 + 4 * number, 50, 20)] for number in range(40)))
    assert {*map(tuple, owners)} == {(0,)}


def test_after_a_cut_to_another_face_that_is_another_person():
    people, owners = follow(*[[LEFT]] * 20, *[[RIGHT]] * 40)
    assert {*map(tuple, owners)} == {(0,), (1,)}
    assert people.choose("largest") == [1]
    assert people.choose("first") == [0]
    assert people.describe("largest") == (
        "2 faces are seen: the largest over the clip is used throughout"
    )


def test_a_face_that_jumps_for_a_moment_is_the_same_person():
    people, owners = follow([FAR_LEFT], *[[RIGHT]] * 40)
    assert owners[:2] == [[0], [1]]
    assert people.choose("largest") == [1, 0]
    assert people.describe("largest") == ""


def test_a_face_that_was_away_may_come_back_beside_its_place_but_not_across_the_picture():
    beside, across = ([[LEFT], *[[]] * 75, [face(x, 50, 20)]] for x in (88, 120))
    assert follow(*beside)[1][-1] == [0]
    assert follow(*across)[1][-1] == [1]


def test_a_bystander_who_is_seen_after_a_gap_is_another_person_and_that_is_said():
    people, _ = follow(*[[LEFT]] * 40, *[[]] * 50, *[[RIGHT]] * 30)
    assert people.choose("first") == [0]
    assert "2 faces are seen" in people.describe("first")


def test_of_two_lost_faces_the_nearer_one_comes_back():
    _, owners = follow([LEFT, RIGHT], [], [], [face(145, 52, 30)])
    assert owners[-1] == [0]


@pytest.mark.parametrize(("which", "chosen"), [("first", 0), ("central", 1), ("largest", 2)])
def test_one_is_chosen_by_all_pictures_together(which, chosen):
    small, large, central = face(20, 20, 10), face(170, 50, 60), face(100, 50, 12)
    people, owners = follow(
        [small], [small, central], *[[small, central, large]] * 4, [central], step=0.2
    )
    assert owners[1:3] == [[0, 1], [0, 1, 2]]
    assert people.choose(which) == [chosen]


def test_the_largest_is_the_one_that_takes_most_of_the_clip_not_of_a_part():
    people, _ = follow(*[[LEFT]] * 30, *[[LEFT, RIGHT]] * 4, *[[LEFT]] * 30, step=0.2)
    assert people.choose("largest") == [0]


def test_nobody_is_chosen_where_there_is_nobody():
    people, _ = follow([], [])
    assert people.choose("largest") == []
    assert people.describe("largest") == ""
