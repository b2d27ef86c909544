"""Where a page finds the recordings of clips."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

SEGMENT = ("start", "end")


def link_recordings(clips: pd.DataFrame, page: Path) -> Sequence[str | None]:
    """Return the address of each clip's recording as it is seen from a page; None without one.

    It is relative for recordings below the working folder, so that results can be moved or served
    as a whole. Of a clip that is a part of a recording, the address says from when to when.

    Parameters
    ----------
    clips
        The column ``media``, and where clips can be parts, ``start`` and ``end`` in seconds.
    page
        Where the page lies.
    """
    rows = clips.reindex(columns=["media", *SEGMENT]).to_dict("records")
    return [_link(row, page) for row in rows]


def _link(row: dict[Any, Any], page: Path) -> str | None:
    media, start, end = (row[name] for name in ("media", *SEGMENT))
    if pd.isna(media):
        return None
    path, here = Path(os.path.abspath(Path(media).expanduser())), Path.cwd()
    if path.is_relative_to(here):
        address = quote(Path(os.path.relpath(path, page.parent.absolute())).as_posix())
    else:
        address = path.as_uri()
    if pd.isna(start) and pd.isna(end):
        return address
    return f"{address}#t={0 if pd.isna(start) else start:g}{'' if pd.isna(end) else f',{end:g}'}"
