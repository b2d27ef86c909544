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
        The same in a sentence or two, with numbers.
    clips
        How many clips it is about.
    examples
        The first of them; empty where it is about all, or about none in particular.
    """

    kind: str
    what: str
    clips: int
    examples: str

    @classmethod
    def of(cls, kind: str, what: str, clips: Collection[str]) -> Self:
        """Return an oddity that is about some clips, the first of which are its examples."""
        return cls(kind, what, len(clips), listing(clips))


def of_all(number: int, whole: int) -> str:
    """Return how many of the clips, for the beginning of a sentence.

    Examples
    --------
    >>> of_all(535, 535), of_all(1, 535), of_all(3, 535)
    ('All 535 clips', '1 of 535 clips', '3 of 535 clips')
    """
    return f"All {whole} clips" if number == whole > 1 else f"{number} of {whole} clips"
