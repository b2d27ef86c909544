"""One oddity of a corpus, and the words that all of them share."""

from collections.abc import Collection
from typing import NamedTuple, Self

from emofold.errors import listing

MIN_CLIPS = 5  # of fewer clips, nothing that they have in common is odd


class Oddity(NamedTuple):
    """One oddity of a corpus.

    Attributes
    ----------
    kind
        What it is, in a word or two, alike in all corpora.
    what
        The same as a clause, with numbers.
    meaning
        What follows from it, as a clause; may be empty.
    clips
        How many clips it is about.
    examples
        The first of them; empty where it is about all, or about none in particular.
    """

    kind: str
    what: str
    meaning: str
    clips: int
    examples: str = ""

    @classmethod
    def of(cls, kind: str, what: str, meaning: str, clips: Collection[str]) -> Self:
        """Return an oddity that is about some clips, the first of which are its examples."""
        return cls(kind, what, meaning, len(clips), listing(clips))

    def about_all_of(self, clips: int) -> Self:
        """Return the same, without examples if it is about all of so many clips."""
        return self._replace(examples="") if self.clips == clips else self


def of_all(number: int, whole: int) -> str:
    """Return how many of all clips.

    Examples
    --------
    >>> of_all(535, 535), of_all(1, 535), of_all(3, 535)
    ('all 535 clips', '1 of 535 clips', '3 of 535 clips')
    """
    return f"all {whole} clips" if number == whole > 1 else f"{number} of {whole} clips"


def agree(number: int, plural: str) -> str:
    """Return the verb that goes with a number.

    Examples
    --------
    >>> agree(1, "are"), agree(2, "are"), agree(1, "last")
    ('is', 'are', 'lasts')
    """
    singular = {"are": "is", "have": "has"}
    return singular.get(plural, f"{plural}s") if number == 1 else plural
