"""The order in which people expect names."""

import re
from collections.abc import Iterable


def in_natural_order(names: Iterable[str]) -> list[str]:
    """Return the names once each, numbers in them ordered as numbers.

    Examples
    --------
    >>> in_natural_order(["b10", "b9", "a", "b9"])
    ['a', 'b9', 'b10']
    """

    def sort_key(name: str) -> tuple[list[str | int], str]:
        parts = re.split(r"(\d+)", name)
        return [int(part) if part.isdecimal() else part for part in parts], name

    return sorted(set(names), key=sort_key)
