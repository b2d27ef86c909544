"""What the pages play: recordings as they are, or reduced copies that are made once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from emofold.errors import InputError, errors_of_one
from emofold.media.playable import Playable, make_playable
from emofold.prediction.requests import Request
from emofold.prediction.schemas import PLAYABLE
from emofold.tables import read_table, write_table

TABLE = "playable.parquet"


def make_playable_copies(
    requests: Sequence[Request], folder: Path, provenance: dict[str, Any] | None = None
) -> None:
    """Write a copy of each recording that browsers do not play, and a table of what they play.

    Parameters
    ----------
    requests
        The clips; those without media are left out.
    folder
        Where the copies and the table go.
    provenance
        How they are made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for request in requests:
        if request.media is None:
            continue
        playable, problem = None, None
        try:
            with errors_of_one(request.media):
                playable = make_playable(
                    request.media, _locate_copy(folder, request), segment=request.segment
                )
        except InputError as error:
            problem = request.shorten(error)
        rows.append(
            {
                "clip": request.clip,
                "media_type": playable.media_type if playable else None,
                "is_copy": playable.is_copy if playable else False,
                "problem": problem,
            }
        )
    table = pd.DataFrame(rows, columns=PLAYABLE.columns.names)
    write_table(table, folder / TABLE, PLAYABLE, provenance=provenance)


def read_playables(
    requests: Sequence[Request], folder: Path
) -> dict[str, tuple[Playable | None, str | None]]:
    """Return what can be played of each clip that has media, and what is wrong with it.

    Parameters
    ----------
    requests
        The clips.
    folder
        Where :func:`make_playable_copies` has written.
    """
    by_clip = {request.clip: request for request in requests}
    found: dict[str, tuple[Playable | None, str | None]] = {}
    for row in read_table(folder / TABLE, PLAYABLE).to_dict("records"):
        request = by_clip.get(row["clip"])
        if request is None or request.media is None:
            continue
        if pd.isna(row["media_type"]):
            found[request.clip] = None, None if pd.isna(row["problem"]) else row["problem"]
            continue
        path = _locate_copy(folder, request) if row["is_copy"] else request.media
        found[request.clip] = Playable(path, row["media_type"], row["is_copy"]), None
    return found


def _locate_copy(folder: Path, request: Request) -> Path:
    return folder / f"{request.clip}.mp4"
