"""Names that differ in notation only are told to be the same, and no others are."""

import unicodedata

import pytest

from emofold.corpora.notation import check_notations, find_alike, spell_alike
from emofold.errors import InputError


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("1", "01"), ("1", "1.0"), ("1", "1,0"), ("1", "1."), ("10", "010.00")),
        *(("S1", "s1"), ("S01", "S1"), ("actor1", "Actor 01"), ("STRASSE", "straße")),
        *(("Zoë", unicodedata.normalize("NFD", "Zoë")), ("ﬁn", "fin"), ("１", "1"), ("١", "1")),
        *(("ann b", "ann  b"), ("ann b", "ann\N{NO-BREAK SPACE}b"), ("anna", " anna ")),
        *(("anna", "an\N{ZERO WIDTH SPACE}na"), ("anna", "\N{ZERO WIDTH NO-BREAK SPACE}anna")),
        ("s-1", "s\N{EN DASH}1"),
    ],
)
def test_another_notation_is_the_same_name(one, other):
    assert find_alike([one, other, "somebody else"]) == [sorted([one, other])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("actor1", "actor10"), ("1", "10"), ("1.1", "1.10"), ("1 2", "12"), ("0", "00x")),
        *(("ann a", "anna"), ("anna", "änna"), ("a_1", "a-1"), ("s1.0", "s1"), ("-1", "1")),
    ],
)
def test_another_name_is_another_name(one, other):
    assert find_alike([one, other]) == []
    check_notations([one, other], "speakers", "in x", "mend it")


def test_all_spellings_are_named():
    with pytest.raises(InputError) as error:
        check_notations(["1", "2", "01", "1.0", "Zoë", "zoë"], "speakers", "in x.csv", "mend it")
    assert error.value.found == (
        "the speakers '01', '1', '1.0'; 'Zoë', 'zoë' in x.csv, which differ in notation only"
    )


def test_a_name_that_is_there_is_spelt_as_it_is():
    assert spell_alike(["1", 2, "x"], ["1", "02"]) == ["1", "02", "x"]
