"""What tables say of themselves, put into few words."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

DIGITS_SHOWN = 8
LONG_DIGEST = re.compile(r"[0-9a-f]{32,}")


def flatten(nested: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """Return the values of nested mappings as text, by keys that name the whole way to them.

    Empty mappings are left out.

    Examples
    --------
    >>> flatten({"svc": {"C": 0.1, "param_grid": {}}, "folds": [[1], [2]]})
    {'svc.C': '0.1', 'folds': '[[1], [2]]'}
    """
    flat: dict[str, str] = {}
    for key, value in nested.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{above}{key}.")
        else:
            flat[f"{above}{key}"] = as_word(value)
    return flat


def first_of_each(lines: Iterable[tuple[str, str]], most: int = 8) -> list[str]:
    """Return lines on flattened values, of each mapping the first ones, and how many more it has.

    Parameters
    ----------
    lines
        The key of each value, and what is said of the value.
    most
        How many lines a mapping gets.

    Examples
    --------
    >>> first_of_each([("clips.a", "a: 1"), ("seed", "seed: 4"), ("clips.b", "b: 2")], most=1)
    ['a: 1', '... and 1 more of clips', 'seed: 4']
    """
    of_each: dict[str, list[str]] = {}
    for key, line in lines:
        of_each.setdefault(key.partition(".")[0], []).append(line)
    first = []
    for name, of_one in of_each.items():
        more = len(of_one) - most
        first += [*of_one[:most], *([f"... and {more} more of {name}"] if more > 0 else [])]
    return first


def as_word(value: Any) -> str:
    """Return text as it is and anything else as json has it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def shorten(text: str, most: int = 60) -> str:
    """Return a text's beginning, marked as such, where the text is longer or is a long digest.

    Examples
    --------
    >>> shorten("neutral, calm, happy", most=14)
    'neutral, calm…'
    >>> shorten("240d343be1c2beb88cd3f70624feffd5a0af9a894e5ec35a44d3c6ed7be56b5c")
    '240d343b…'
    """
    if LONG_DIGEST.fullmatch(text):
        most = DIGITS_SHOWN + 1
    return text if len(text) <= most else f"{text[: most - 1]}…"


def short_digest(digest: str) -> str:
    """Return as much of a digest as tells it apart."""
    return digest[:DIGITS_SHOWN]
