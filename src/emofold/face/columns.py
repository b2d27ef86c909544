"""Choosing among the columns of a table of faces: by the name of a group, by names, by patterns."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from emofold.errors import InputError, listing, nearest
from emofold.face.schemas import COLUMN_GROUPS


def choose_columns(names: Sequence[str], wanted: str | Sequence[str]) -> list[str]:
    """Return those columns of a table that are wanted, in the order of the table.

    Parameters
    ----------
    names
        The columns of the table.
    wanted
        One or more of the groups ``action_units``, ``blendshapes`` and ``head_pose``, of
        names, and of patterns such as ``AU*_r``.

    Raises
    ------
    InputError
        When one of them fits no column.

    Examples
    --------
    >>> choose_columns(["AU12_r", "AU12_c", "jawOpen"], ["jawOpen", "AU*_r"])
    ['AU12_r', 'jawOpen']
    """
    chosen: set[str] = set()
    for one in _as_list(wanted):
        fitting = _fit(one, names)
        if not fitting:
            others = [name for name in (*COLUMN_GROUPS, *names) if name != one]
            raise InputError(
                f"no column `{one}`{nearest(one, others)} in the table of faces",
                f"one of {listing(names)}",
                "correct `columns` of the model, or take another extractor",
            )
        chosen.update(fitting)
    return [name for name in names if name in chosen]


def find_unknown_columns(wanted: str | Sequence[str], known: Iterable[str]) -> list[str]:
    """Return which groups, names and patterns fit none of the columns that a table may have."""
    columns = [*known]
    return [one for one in _as_list(wanted) if not _fit(one, columns)]


def _as_list(wanted: str | Sequence[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else [*wanted]


def _fit(wanted: str, names: Iterable[str]) -> list[str]:
    if wanted in COLUMN_GROUPS:
        return [name for name in names if name in COLUMN_GROUPS[wanted]]
    return [name for name in names if fnmatchcase(name, wanted)]
