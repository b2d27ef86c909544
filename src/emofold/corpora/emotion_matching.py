"""Which emotion of a sheet is which of a bundle: by equal names, and by an explicit map."""

from collections.abc import Iterable, Iterator, Sequence

from emofold.corpora.notation import spell_alike
from emofold.errors import InputError, listing, nearest

MOST_SHOWN = 20
REMEDY = "correct the map, whose pairs name an emotion of the sheet and one of the bundle"


def match_emotions(
    of_sheet: Sequence[str], of_bundle: Sequence[str], pairs: Iterable[tuple[str, str]] = ()
) -> dict[str, str]:
    """Return what the bundle calls each emotion of a sheet, of those that it knows.

    Names that differ in notation only, such as in capitals, are equal.

    Parameters
    ----------
    of_sheet, of_bundle
        The emotions of both.
    pairs
        Names of the same emotion, that of the sheet first; where only the other way round fits,
        they are read so. Equal names need none.

    Raises
    ------
    InputError
        When a pair names an emotion of neither side, an emotion is paired twice, or there is no
        emotion that both know.

    Examples
    --------
    >>> match_emotions(["fear", "bored", "sad"], ["sad", "fearful"], [("fear", "fearful")])
    {'fear': 'fearful', 'sad': 'sad'}
    """
    paired: dict[str, str] = {}
    for pair in pairs:
        name, known_as = _read_pair(pair, of_sheet, of_bundle)
        if paired.get(name, known_as) != known_as:
            raise InputError(
                f"`{name}` of the sheet mapped to both `{paired[name]}` and `{known_as}`",
                "one emotion of the bundle for each of the sheet",
                REMEDY,
            )
        paired[name] = known_as
    spelled = dict(zip(of_sheet, spell_alike(of_sheet, of_bundle), strict=True))
    equal = {name: known_as for name, known_as in spelled.items() if known_as in of_bundle}
    matched = equal | paired
    if not matched:
        raise InputError(
            f"no emotion that the sheet ({listing(of_sheet, MOST_SHOWN)}) and the bundle "
            f"({listing(of_bundle, MOST_SHOWN)}) share",
            "at least one that both know",
            "map the names of the sheet to those of the bundle",
        )
    return {name: matched[name] for name in of_sheet if name in matched}


def _read_pair(
    pair: tuple[str, str], of_sheet: Sequence[str], of_bundle: Sequence[str]
) -> tuple[str, str]:
    """Return the names of a pair as the sheet and the bundle spell them."""
    for one, other in (pair, pair[::-1]):
        (name,), (known_as,) = spell_alike([one], of_sheet), spell_alike([other], of_bundle)
        if name in of_sheet and known_as in of_bundle:
            return name, known_as
    raise _explain_pair(pair, of_sheet, of_bundle)


def _explain_pair(
    pair: tuple[str, str], of_sheet: Sequence[str], of_bundle: Sequence[str]
) -> InputError:
    return InputError(
        f"the map {'='.join(pair)}: {'; '.join(_find_strangers(pair, of_sheet, of_bundle))}",
        f"an emotion of the sheet ({listing(of_sheet, MOST_SHOWN)}) and one of the bundle "
        f"({listing(of_bundle, MOST_SHOWN)})",
        REMEDY,
    )


def _find_strangers(
    pair: tuple[str, str], of_sheet: Sequence[str], of_bundle: Sequence[str]
) -> Iterator[str]:
    """Yield which name is of neither side; or of which side alone both are."""
    strangers = [name for name in pair if name not in {*of_sheet, *of_bundle}]
    for name in strangers:
        hint = nearest(name, [*of_sheet, *of_bundle])
        yield f"neither the sheet nor the bundle knows `{name}`{hint}"
    if not strangers:
        side = "sheet" if pair[0] in of_sheet else "bundle"
        yield f"both are of the {side}"
