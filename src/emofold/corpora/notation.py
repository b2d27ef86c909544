"""Names that are the same but for their notation, as people and spreadsheets write them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from emofold.errors import InputError, listing

INVISIBLE = {"Cf", "Cc"}
DASHES = "Pd"
MOST_GROUPS = 5
BLANK_OF_NO_MEANING = re.compile(r"(?<!\w) | (?!\w)|(?<=[^\W\d_]) (?=\d)|(?<=\d) (?=[^\W\d_])")
WHOLE_NUMBER = re.compile(r"([0-9]+)[.,]0*")
LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


def compose(text: str) -> str:
    """Return a text with each letter and its accents in one character, where there is such a one.

    Examples
    --------
    >>> len("e\N{COMBINING ACUTE ACCENT}"), len(compose("e\N{COMBINING ACUTE ACCENT}"))
    (2, 1)
    """
    return unicodedata.normalize("NFC", text)


def simplify(name: str) -> str:
    """Return what names that differ in notation only have in common.

    Capitals, accents in one character or two, wide and narrow characters, blanks, what cannot be
    seen, leading zeros of numbers, and a fraction of zero are notation.

    Examples
    --------
    >>> {simplify(name) for name in ("1", "01", "1.0", " \N{FULLWIDTH DIGIT ONE}")}
    {'1'}
    >>> simplify("Actor 01") == simplify("actor1"), simplify("actor1") == simplify("actor10")
    (True, False)
    """
    wide = unicodedata.normalize("NFKC", name).casefold()
    signs = "".join(map(_plain, unicodedata.normalize("NFKC", wide)))
    spaced = BLANK_OF_NO_MEANING.sub("", " ".join(signs.split()))
    if number := WHOLE_NUMBER.fullmatch(spaced):
        spaced = number[1]
    return LEADING_ZEROS.sub("", spaced)


def find_alike(names: Iterable[str]) -> list[list[str]]:
    """Return the names that differ in notation only, each group sorted.

    Examples
    --------
    >>> find_alike(["1", "2", "01", "1.0"])
    [['01', '1', '1.0']]
    """
    groups: dict[str, set[str]] = defaultdict(set)
    for name in names:
        groups[simplify(name)].add(name)
    return [sorted(group) for group in groups.values() if len(group) > 1]


def check_notations(names: Iterable[str], what: str, where: str, remedy: str) -> None:
    """Raise an :class:`InputError` when names differ in notation only.

    Parameters
    ----------
    names
        The names.
    what, where
        What they name, in the plural, and where they stand.
    remedy
        What to do about it.
    """
    alike = find_alike(names)
    if alike:
        groups = "; ".join(listing(map(repr, group)) for group in alike[:MOST_GROUPS])
        raise InputError(
            f"the {what} {groups} {where}, which differ in notation only",
            f"one spelling for each of the {what}",
            remedy,
        )


def spell_alike(names: Iterable[str | int], spellings: Sequence[str]) -> list[str]:
    """Return names in the spellings of others that differ from them in notation only.

    Examples
    --------
    >>> spell_alike([1, "Bob", "eve"], ["01", "bob"])
    ['01', 'bob', 'eve']
    """
    known = {simplify(spelling): spelling for spelling in spellings}
    exact = {*spellings}
    return [name if name in exact else known.get(simplify(name), name) for name in map(str, names)]


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category in INVISIBLE and not sign.isspace():
        return ""
    return "-" if category == DASHES else sign
