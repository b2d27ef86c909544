"""Tables of a shard of the clips, which keep the rows of clips that did not change."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from emofold.errors import InputError
from emofold.files import sha256
from emofold.tables.failures import Failure, as_metadata
from emofold.tables.schema import TableSchema
from emofold.tables.storage import read_table

WHOLE: Mapping[str, Sequence[float | None]] = MappingProxyType({})  # no clip is a segment

logger = logging.getLogger(__name__)


def source_digests(files: Mapping[str, Path]) -> tuple[dict[str, str], dict[str, InputError]]:
    """Return the digest of each clip's file, and why there is none of a file that is unreadable."""
    digests, errors = {}, {}
    read = cache(sha256)
    for clip, file in files.items():
        try:
            digests[clip] = read(file)
        except OSError as error:
            found = f"{file} cannot be read ({error.strerror})"
            remedy = "see to its permissions or the disk, and run again with --forcerun"
            errors[clip] = InputError(found, "a file that can be read", remedy)
    return digests, errors


class ShardUpdate:
    """The new state of a shard's table: rows kept from the earlier table, and rows made anew.

    A clip's rows are kept when its source has the same digest as before, the clip is the same
    segment of it, and they were made by the same recipe. Clips that failed before are tried again.

    Parameters
    ----------
    path
        The earlier table, where there is one.
    schema
        What the table must look like.
    step
        The rule that makes it.
    sources
        The digest of each clip's source, in the order in which the clips are to stand.
    recipe
        What else decides the rows: code and parameters, as json has them.
    segments
        From when to when a clip lasts in its source, of those that are not all of it.

    Attributes
    ----------
    waiting
        The clips whose rows have to be made.
    """

    def __init__(
        self,
        path: Path,
        schema: TableSchema,
        step: str,
        sources: Mapping[str, str],
        recipe: Mapping[str, Any],
        *,
        segments: Mapping[str, Sequence[float | None]] = WHOLE,
    ) -> None:
        self._step, self._sources, self._recipe = step, dict(sources), dict(recipe)
        self._segments = {clip: [*bounds] for clip, bounds in segments.items()}
        self._columns = schema.columns_among(()).names
        self._kept = self._unchanged_rows(path, schema) if path.is_file() else {}
        self._made: dict[str, pd.DataFrame] = {}
        self._failures: list[Failure] = []

    @property
    def kept(self) -> pd.DataFrame:
        """The rows that are kept."""
        return pd.concat(self._kept.values()) if self._kept else pd.DataFrame({"clip": []})

    @property
    def waiting(self) -> list[str]:
        """The clips whose rows have to be made."""
        done = self._kept.keys() | self._made.keys()
        return [clip for clip in self._sources if clip not in done]

    def discard(self, clips: Sequence[str]) -> None:
        """Have the rows of some clips made anew all the same."""
        for clip in clips:
            self._kept.pop(clip, None)

    def take(self, path: Path, schema: TableSchema) -> None:
        """Take the rows that another job made of waiting clips, by this recipe, where it did."""
        if path.is_file():
            made = self._unchanged_rows(path, schema)
            self._made |= {clip: made[clip] for clip in self.waiting if clip in made}

    def add(self, clip: str, rows: pd.DataFrame) -> None:
        """Take the rows that were made for a clip; all columns but ``clip``."""
        self._made[clip] = rows.assign(clip=clip)

    def fail(self, clip: str, reason: InputError) -> None:
        """Record that a clip cannot be processed."""
        logger.error("%s failed. %s", clip, reason)
        self._failures.append(Failure(clip, self._step, str(reason)))

    def fail_without_source(
        self, clips: Iterable[str], what: str, unreadable: Mapping[str, InputError]
    ) -> None:
        """Record the clips for which there is nothing to make rows from, or nothing readable."""
        for clip in clips:
            if clip in unreadable:
                self.fail(clip, unreadable[clip])
            elif clip not in self._sources:
                found = f"no {what} of the clip {clip}"
                remedy = "name the file in the sample sheet, or take the clip out of it"
                self.fail(clip, InputError(found, "a file for each clip", remedy))

    def table(self) -> pd.DataFrame:
        """Return all rows, clips in the order of the sources."""
        parts = [
            rows
            for clip in self._sources
            if (rows := self._made.get(clip, self._kept.get(clip))) is not None
        ]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=self._columns)

    def metadata(self, earlier_failures: Sequence[Failure] = ()) -> dict[str, Any]:
        """Return what the table says of itself; `earlier_failures` are those of earlier steps.

        ``rows_computed`` and ``rows_reused`` count clips.
        """
        done = {*self._made, *self._kept}
        return {
            "rows_computed": len(self._made),
            "rows_reused": len(self._kept),
            "sources": {clip: self._sources[clip] for clip in self._sources if clip in done},
            **({"segments": self._segments} if self._segments else {}),
            "recipe": self._recipe,
            **as_metadata(sorted([*earlier_failures, *self._failures])),
        }

    def _unchanged_rows(self, path: Path, schema: TableSchema) -> dict[str, pd.DataFrame]:
        try:
            earlier = read_table(path, schema)
        except InputError as error:
            logger.warning("All rows are made anew. %s", error)
            return {}
        sources, segments = (earlier.attrs.get(key, {}) for key in ("sources", "segments"))
        if earlier.attrs.get("recipe") != self._recipe:
            logger.info("the code or a parameter has changed: all rows are made anew")
            return {}
        earlier.attrs.clear()
        by_clip = {str(clip): rows for clip, rows in earlier.groupby("clip", sort=False)}
        return {
            clip: rows
            for clip, rows in by_clip.items()
            if clip in self._sources
            and sources.get(clip) == self._sources[clip]
            and segments.get(clip) == self._segments.get(clip)
        }
