"""Whether the tables in the places of a run are those that its rules made for these places."""

import re
from collections.abc import Iterable
from pathlib import Path

from emofold.errors import InputError
from emofold.tables import read_metadata
from emofold.tables.storage import MAKE_ANEW

TABLE_OF_A_RUN = re.compile(
    r"results/media/[^/]+/(speech|face)/.+\.parquet"
    r"|results/(?!media/)[^/]+/(clips|failures|predictions|timeline"
    r"|(face/means|posteriors|fusion|models|evaluation|other_corpora)/.+)\.parquet"
)
PREDICTED_GROUP = re.compile(r"results/[^/]+/predictions/[^/]+")


def check_places(inputs: Iterable[str]) -> None:
    """Raise an :class:`InputError` where an input of a job is the table of another place.

    Inputs outside of the places where rules put their tables may be anybody's.
    """
    for path in map(str, inputs):
        if TABLE_OF_A_RUN.fullmatch(path):
            check_place(Path(path), path)
        elif PREDICTED_GROUP.fullmatch(path):
            for table in sorted(Path(path).glob("*.parquet")):
                check_place(table, path)


def check_place(table: Path, place: str) -> None:
    """Raise an :class:`InputError` unless a rule made a table for a place.

    Parameters
    ----------
    table
        The file.
    place
        Its path, or that of the folder that was made as a whole; from the folder of a run onwards
        where the run may have been moved.
    """
    made = read_metadata(table).get("provenance", {})
    path = made.get("path", "")
    if path != place and not path.endswith(f"/{place}"):
        raise InputError(
            f"{table}, which was made as {path}" if path else f"{table}, which no rule made",
            "in each place of a run the table that was made for it",
            MAKE_ANEW,
        )
