"""The order in which people expect names."""

import re
from collections.abc import Iterable

NUMBERS = re.compile(r"(\d+)")


def natural_key(name: str) -> tuple[list[str | int], str]:
    """Return what puts names in order, numbers in them as numbers.

    Examples
    --------
    >>> sorted(["b10", "b9", "a"], key=natural_key)
    ['a', 'b9', 'b10']
    """
    parts = NUMBERS.split(name)
    return [int(part) if part.isdecimal() else part for part in parts], name


def in_natural_order(names: Iterable[str]) -> list[str]:
    """Return the names once each, in natural order.

    Examples
    --------
    >>> in_natural_order(["b10", "b9", "a", "b9"])
    ['a', 'b9', 'b10']
    """
    return sorted(set(names), key=natural_key)
