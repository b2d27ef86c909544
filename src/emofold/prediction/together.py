"""Clips that are given together: the features of all of them, by which a corpus is normalised.

Of each clip only features are kept, and what was read of faces, which takes long: the sound of some
hundred clips need not fit into memory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from emofold.errors import InputError
from emofold.prediction.faces import Faces
from emofold.prediction.features import Features
from emofold.prediction.requests import Request


def name_clips(requests: Iterable[Request]) -> tuple[str, ...]:
    """Return the names of some clips, in order."""
    return tuple(request.clip for request in requests)


@dataclass
class Together:
    """What is known of all clips before the first of them is judged.

    Attributes
    ----------
    tables
        The features of the clips that have any, by the name of the table.
    errors
        Why clips have none, by modality.
    faces
        What was read of the faces of a speaker's clips, by the names of these.
    surveyed
        The clips that all this is known of, by modality.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    errors: dict[str, dict[str, InputError]] = field(default_factory=dict)
    faces: dict[tuple[str, ...], Faces] = field(default_factory=dict)
    surveyed: dict[str, set[str]] = field(default_factory=dict)

    def add(
        self,
        modality: str,
        requests: Sequence[Request],
        features: Features,
        sources: Iterable[str],
    ) -> None:
        """Keep tables of the features of some more clips."""
        for source in sources:
            parts = [self.tables.get(source), features.table(source)]
            filled = [part for part in parts if part is not None and len(part)]
            if filled:
                self.tables[source] = pd.concat(filled)
        self.errors.setdefault(modality, {}).update(features.errors)
        self.surveyed.setdefault(modality, set()).update(one.clip for one in requests)

    def tables_of(self, modality: str, requests: Sequence[Request]) -> dict[str, pd.DataFrame]:
        """Return what tables have of some clips; none of clips that were not surveyed."""
        clips = {request.clip for request in requests}
        if not clips <= self.surveyed.get(modality, set()):
            return {}
        return {
            name: table[table.index.isin(clips)]
            for name, table in self.tables.items()
            if name.startswith(f"{modality}/")
        }

    def errors_of(self, modality: str, requests: Sequence[Request]) -> dict[str, InputError]:
        """Return why some of these clips have no features."""
        errors = self.errors.get(modality, {})
        return {one.clip: errors[one.clip] for one in requests if one.clip in errors}
