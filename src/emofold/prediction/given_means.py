"""Mean Action Units that are given, in the place of what videos would show."""

from collections.abc import Sequence

import pandas as pd

from emofold.errors import InputError, listing
from emofold.prediction.requests import Request


def means_of_clips(
    requests: Sequence[Request], means: pd.DataFrame | None
) -> tuple[pd.DataFrame | None, dict[str, InputError]]:
    """Return the rows of some clips in a table of means, and why a clip has none.

    Parameters
    ----------
    requests
        The clips.
    means
        The columns of :data:`emofold.tables.schemas.MEANS`; None where faces are read from videos.
    """
    if means is None:
        return None, {}
    errors = {}
    gaps = means.set_index("clip").dropna(axis="columns", how="all").isna()
    for request in requests:
        clip = request.clip
        if clip not in gaps.index:
            found, expected = f"no row of {clip}", "a row for each clip"
        elif lacking := [name for name in gaps if gaps.at[clip, name]]:
            found = f"no {listing(lacking)} of {clip}"
            expected = "what the table has of other clips"
        else:
            continue
        errors[clip] = InputError(f"{found} in the table of means", expected, "complete the table")
    known = {request.clip for request in requests} - errors.keys()
    return means[means["clip"].isin(known)], errors
