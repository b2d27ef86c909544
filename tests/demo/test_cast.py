"""The cast of the demo corpus and the names of its clips."""

from collections import Counter

import pytest

from emofold.corpora.demo import list_demo_names
from emofold.corpora.ravdess import EMOTIONS, describe_clip
from emofold.demo.cast import CAST, SPEAKERS, TRAITS
from emofold.demo.muscles import ACTIONS, CREASES, LANDMARKS


def test_each_speaker_acts_each_emotion_in_each_take():
    clips = [describe_clip(name) for name in list_demo_names(SPEAKERS, takes=2)]
    acted = Counter((clip["speaker"], clip["emotion"]) for clip in clips)
    assert len(acted) == SPEAKERS * len(EMOTIONS)
    assert set(acted.values()) == {2}


@pytest.mark.parametrize("takes", [1, 2, 3, 4])
def test_names_are_sorted_and_differ(takes):
    names = list_demo_names(speakers=3, takes=takes)
    assert names == sorted(set(names))
    assert len(names) == 3 * len(EMOTIONS) * takes


def test_fewer_takes_are_among_more():
    assert set(list_demo_names(2, takes=2)) < set(list_demo_names(2, takes=3))
    assert {name[12:14] for name in list_demo_names(2, takes=2)} == {"01", "02"}


def test_no_two_speakers_look_or_sound_alike():
    assert len({(looks.skin, looks.hair, looks.wall) for looks in (s.looks for s in CAST)}) == 8
    assert len({speaker.voice for speaker in CAST}) == 8


def test_whatever_is_named_exists():
    pulls = [pull for group in (ACTIONS, TRAITS) for pulls in group.values() for pull in pulls]
    assert {pull.landmark for pull in pulls} <= set(LANDMARKS)
    assert {crease.action for crease in CREASES} <= set(ACTIONS)
    assert {trait for speaker in CAST for trait in speaker.looks.traits} <= set(TRAITS)
