"""Clips that could not be processed: recorded in the metadata of every table that lacks them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

KEY = "failures"


@dataclass(frozen=True, order=True)
class Failure:
    """A clip that a step could not process, and why.

    Attributes
    ----------
    clip
        The clip.
    step
        The rule that met the problem first.
    reason
        What was found, what was expected, what to do.
    """

    clip: str
    step: str
    reason: str


def failures_of(described: Iterable[Mapping[Any, Any]]) -> list[Failure]:
    """Return the failures that the metadata of some tables name, each once, by clip."""
    recorded = {Failure(**row) for metadata in described for row in metadata.get(KEY, [])}
    return sorted(recorded)


def as_metadata(failures: Iterable[Failure]) -> dict[str, Any]:
    """Return the metadata by which a table says which clips it lacks."""
    return {KEY: [asdict(failure) for failure in failures]}


def without_failed(rows: pd.DataFrame, failures: Iterable[Failure]) -> pd.DataFrame:
    """Return the rows whose clip did not fail."""
    return rows[~rows["clip"].isin({failure.clip for failure in failures})]
