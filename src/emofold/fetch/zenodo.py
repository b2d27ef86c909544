"""What a record of Zenodo says of its files: their sizes and their checksums."""

import json
import logging
from typing import Any

import requests
import tenacity

from emofold.errors import InputError
from emofold.fetch.download import ALGORITHMS, Content
from emofold.fetch.http import RETRY, Session, check_status

MOST_BYTES = 16 * 1024**2

logger = logging.getLogger(__name__)


def list_files(record: str, retry: tenacity.Retrying = RETRY) -> dict[str, Content]:
    """Return what is known of each file of a record, by its name.

    A record that cannot be had, or says nothing of use, is no error: the log warns that nothing is
    known.

    Parameters
    ----------
    record
        The address of its description, as ``https://zenodo.org/api/records/1188976``.
    retry
        When to ask again, and when to give up.
    """
    try:
        entries = retry(_read, record)["files"]
        return {entry["key"]: _describe(entry) for entry in entries}
    except (requests.RequestException, InputError, LookupError, ValueError, TypeError) as error:
        logger.warning("no list of files at %s (%s: %s)", record, type(error).__name__, error)
        return {}


def _read(record: str) -> Any:
    with Session() as session, session.ask(record) as response:
        check_status(response)
        content = next(response.iter_content(MOST_BYTES + 1), b"")
        if len(content) > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES} bytes")
        return json.loads(content)


def _describe(entry: dict[str, Any]) -> Content:
    """Return what an entry of the list says, as far as it can be used."""
    algorithm, _, checksum = str(entry.get("checksum") or "").partition(":")
    size = entry.get("size")
    return Content(
        checksum=checksum.lower() or None if algorithm in ALGORITHMS else None,
        algorithm=algorithm if algorithm in ALGORITHMS else "sha256",
        size=size if isinstance(size, int) and size > 0 else None,
    )
