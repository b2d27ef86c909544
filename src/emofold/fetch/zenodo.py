"""What a record of Zenodo says of its files: their sizes and their checksums."""

import json
import logging
from typing import Any

from emofold.fetch.http import NAMES, PATIENCE, Content, open_session
from emofold.fetch.retry import TROUBLE, Patience, raise_if_passing

logger = logging.getLogger(__name__)


def listed_files(record: str, patience: Patience = PATIENCE) -> dict[str, Content]:
    """Return what is known of each file of a record, by its name.

    A record that cannot be had, or says nothing of use, is no error: the log warns that nothing is
    known.

    Parameters
    ----------
    record
        The address of its description, as ``https://zenodo.org/api/records/1188976``.
    patience
        How long to try.
    """
    try:
        described = patience.retrying()(_described, record, patience.timeout)
        files = {entry["key"]: _content(entry) for entry in described["files"]}
    except (*TROUBLE, ValueError, TypeError, KeyError, AttributeError) as error:
        logger.warning("no list of files at %s (%s: %s)", record, type(error).__name__, error)
        return {}
    return files


def _described(record: str, timeout: tuple[float, float]) -> Any:
    with open_session() as session, session.get(record, timeout=timeout) as response:
        raise_if_passing(response)
        if not response.ok:
            raise ValueError(f"status {response.status_code}")
        return json.loads(response.content)


def _content(entry: dict[str, Any]) -> Content:
    """Return what an entry of the list says, as far as it can be used."""
    kind, _, checksum = str(entry.get("checksum") or "").partition(":")
    size = entry.get("size")
    return Content(
        checksum=checksum.lower() if kind in NAMES and checksum else None,
        kind=kind if kind in NAMES else "sha256",
        size=size if isinstance(size, int) and size > 0 else None,
    )
