"""What is to be said of many is said once, with their number, and what differs is not hidden."""

from functools import partial

from emofold.commands.say_once import Said, name_some, say_once


def told(*said):
    return [line for _, line in say_once(said, partial(name_some, noun="clip"))]


def test_of_few_the_names_are_said():
    assert told(Said("a", "It is new."), Said("b", "It is new."), Said("a", "It is long.")) == [
        "a, b: It is new.",
        "a: It is long.",
    ]


def test_of_many_a_few_names_and_the_number_are_said():
    said = [Said(f"c{number}", "It is new.") for number in range(400)]
    assert told(*said) == ["400 clips (c0, c1, c2 and 397 more): It is new."]
    assert [number for number, _ in say_once(said, lambda names: "x")] == [400]


def test_files_and_numbers_make_no_other_kind_and_the_first_stands_for_all():
    said = [
        Said(f"c{number}", f"the file /x/c{number}.mp4 breaks off at {number}.5 s")
        for number in range(5)
    ]
    (line,) = told(*said)
    assert line == (
        "5 clips (c0, c1, c2 and 2 more), such as c0: the file /x/c0.mp4 breaks off at 0.5 s"
    )


def test_the_name_of_a_clip_is_its_own_as_a_whole_word_only():
    said = [Said(name, f"no Action Units of {name}") for name in ("Act", "ion", "Uni", "its")]
    assert told(*said) == [
        "4 clips (Act, ion, Uni and 1 more), such as Act: no Action Units of Act"
    ]


def test_a_few_whose_numbers_differ_have_a_line_each():
    assert told(Said("a", "A face in 93 %."), Said("b", "A face in 88 %.")) == [
        "a: A face in 93 %.",
        "b: A face in 88 %.",
    ]


def test_what_is_quoted_makes_another_kind():
    said = [Said(f"c{number}", f"the emotion '0{number % 2}'") for number in range(8)]
    assert told(*said) == [
        "4 clips (c0, c2, c4 and 1 more): the emotion '00'",
        "4 clips (c1, c3, c5 and 1 more): the emotion '01'",
    ]


def test_what_is_said_twice_of_one_is_said_once():
    assert told(Said("a", "It is new."), Said("a", "It is new.")) == ["a: It is new."]
