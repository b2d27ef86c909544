"""Joins by clip: complete, one to one, never by the order of rows."""

from collections.abc import Iterable

import pandas as pd

from emofold.errors import InputError, counted, listing


def join_by_clip(left: pd.DataFrame, right: pd.DataFrame, what: str) -> pd.DataFrame:
    """Join two tables that hold the same clips, in the order of the left one.

    Parameters
    ----------
    left, right
        Tables with a column ``clip``. The left one says which clips there should be.
    what
        What the two tables are, for the message of an error: ``"the means and the clips"``.

    Raises
    ------
    InputError
        When a clip is doubled in either table, or is in one of them only.

    Examples
    --------
    >>> left = pd.DataFrame({"clip": ["b", "a"], "au": [2, 1]})
    >>> right = pd.DataFrame({"clip": ["a", "b"], "emotion": ["calm", "happy"]})
    >>> join_by_clip(left, right, "means and clips").emotion.tolist()
    ['happy', 'calm']
    """
    check_same_clips(right["clip"], left["clip"], what)
    return left.merge(right, on="clip", how="left", validate="one_to_one")


def check_same_clips(found: Iterable[str], expected: Iterable[str], what: str) -> None:
    """Raise an :class:`InputError` unless both hold the same clips, each once."""
    found_clips, expected_clips = pd.Index(found), pd.Index(expected)
    for clips in (found_clips, expected_clips):
        doubled = clips[clips.duplicated()].unique()
        if len(doubled):
            raise InputError(
                f"{counted(len(doubled), 'clip')} more than once in {what}: {listing(doubled)}",
                "each clip once",
                "remove the doubled rows from the source",
            )
    missing = expected_clips.difference(found_clips)
    surplus = found_clips.difference(expected_clips)
    if len(missing) or len(surplus):
        parts = [
            f"{counted(len(clips), 'clip')} {state}: {listing(clips)}"
            for clips, state in ((missing, "missing"), (surplus, "not expected"))
            if len(clips)
        ]
        raise InputError(
            f"{' and '.join(parts)}, in {what}",
            f"the same {len(expected_clips)} clips in both",
            "complete the source, or list only the clips that it holds",
        )
