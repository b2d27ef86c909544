"""One pass of a model for several tables of embeddings, its views.

Each table is made by a job of its own, so that none of them is stale by what another one is. The
first of these jobs runs the model for all, and leaves what the others lack beside their tables.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from emofold.errors import InputError
from emofold.pretrained.schemas import schema_of_table, tabulate_vectors
from emofold.speech.encoders import Vectors
from emofold.tables import ShardUpdate

AHEAD = ".ahead.parquet"


def ahead_of(table: Path) -> Path:
    """Return where the rows of a table lie that were made ahead of its job."""
    return table.with_suffix(AHEAD)


def open_view(
    table: Path, step: str, sources: Mapping[str, str], recipe: Mapping[str, Any]
) -> ShardUpdate:
    """Return the new state of a table of embeddings, with the rows that were made ahead.

    The parameters are those of :class:`emofold.tables.ShardUpdate`.
    """
    view, ahead = ShardUpdate(table, schema_of_table(table), step, sources, recipe), ahead_of(table)
    view.take(ahead, schema_of_table(ahead))
    return view


class Pass:
    """The clips that a job runs its model on, for its own table and on the way for those of others.

    Where its own table waits for none, there is nothing to do for others either.

    Parameters
    ----------
    views
        The new state of each table, by its name.
    own
        The name of the job's own.

    Attributes
    ----------
    views
        Those that wait for a clip.
    clips
        The clips that any of them waits for.
    """

    def __init__(self, views: Mapping[str, ShardUpdate], own: str) -> None:
        waiting = {name: view.waiting for name, view in views.items()}
        self._waiting = {name: set(clips) for name, clips in waiting.items() if waiting[own]}
        self.views = {name: view for name, view in views.items() if self._waiting.get(name)}
        self.clips = [*dict.fromkeys(clip for name in self.views for clip in waiting[name])]

    def add(self, clip: str, vectors: Vectors, duration: float, source: str) -> None:
        """Take what an encoder says of a clip that lasts so long and has sound of this digest."""
        for name, view in self._views_that_want(clip):
            view.add(clip, tabulate_vectors(vectors[name], duration, source))

    def fail(self, clip: str, reason: InputError) -> None:
        """Record that a clip has no vectors."""
        for _, view in self._views_that_want(clip):
            view.fail(clip, reason)

    def _views_that_want(self, clip: str) -> Iterator[tuple[str, ShardUpdate]]:
        return ((name, view) for name, view in self.views.items() if clip in self._waiting[name])
