"""Precomputed mean Action Units, in the place of what videos would show."""

from collections.abc import Sequence

import pandas as pd

from emofold.errors import InputError, listing
from emofold.prediction.requests import Request


class PrecomputedMeans:
    """A table of means, from which those of some clips are taken.

    Parameters
    ----------
    means
        The columns of :data:`emofold.face.schemas.MEANS`.
    """

    def __init__(self, means: pd.DataFrame) -> None:
        self._means = means
        self._gaps = means.set_index("clip").dropna(axis="columns", how="all").isna()

    def select(self, requests: Sequence[Request]) -> tuple[pd.DataFrame, dict[str, InputError]]:
        """Return the rows of some clips, and why a clip has none."""
        errors = {}
        for request in requests:
            clip = request.clip
            if clip not in self._gaps.index:
                found, expected = f"no row of {clip}", "a row for each clip"
            elif lacking := [name for name in self._gaps if self._gaps.at[clip, name]]:
                found = f"no {listing(lacking)} of {clip}"
                expected = "what the table has of other clips"
            else:
                continue
            errors[clip] = InputError(
                f"{found} in the table of means", expected, "complete the table"
            )
        known = {request.clip for request in requests} - errors.keys()
        return self._means[self._means["clip"].isin(known)], errors
