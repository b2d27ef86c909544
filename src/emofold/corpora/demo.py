"""The clips of the demo corpus, whose videos :mod:`emofold.demo` makes."""

from itertools import product

from emofold.corpora import ravdess
from emofold.corpora.sample_sheet import Clip

SYNTHETIC = "Synthetic demo corpus, made by code: its numbers say nothing about people."


def list_demo_clips(speakers: int, takes: int, folder: str) -> list[Clip]:
    """Return the clips of the demo corpus, whose videos lie in one folder per actor."""
    return [
        Clip(
            **ravdess.describe_clip(name),  # type: ignore[arg-type]
            media=f"{folder}/{name[-2:]}/{name}.mp4",
        )
        for name in list_demo_names(speakers, takes)
    ]


def list_demo_names(speakers: int, takes: int) -> list[str]:
    """Return the RAVDESS names of the clips of the first speakers, sorted.

    Parameters
    ----------
    speakers
        How many, 1 to 8.
    takes
        How often each speaker acts each emotion, 1 to 4: both statements, then both once more.

    Examples
    --------
    >>> list_demo_names(speakers=1, takes=2)[:3]
    ['01-01-01-01-01-01-01', '01-01-01-01-02-01-01', '01-01-02-01-01-01-01']
    """
    statements_and_repetitions = ((1, 1), (2, 1), (1, 2), (2, 2))[:takes]
    return sorted(
        f"01-01-{emotion:02d}-01-{statement:02d}-{repetition:02d}-{speaker:02d}"
        for emotion, (statement, repetition), speaker in product(
            range(1, len(ravdess.EMOTIONS) + 1), statements_and_repetitions, range(1, speakers + 1)
        )
    )
