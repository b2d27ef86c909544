"""The keys of earlier versions, and what is written in their place now."""

from collections.abc import Collection
from typing import Any

import yaml

RENAMED = {
    "speaker_norm": "normalise_by",
    "stage": "modality",
    "choices": "param_grid",
    "final": "bundle",
    "without_speakers": "held_out_speakers",
    "known_clips_curves": "enrolment_curves",
    "known_clips": "enrolled_clips",
    "known_clips_draws": "enrolment_draws",
    "longest_seconds": "max_duration",
}
UNBROKEN = 10_000  # characters in a line
NORMALISATIONS: dict[str, dict[str, Any]] = {
    "False": {"normalise_by": "none"},
    "True": {"normalise_by": "speaker"},
    "shrunk": {"normalise_by": "speaker", "shrink": True},
}


def explain_old_key(key: str, value: Any, known: Collection[str]) -> str | None:
    """Return what an old key is called now and what to write; None for a key that is no old one.

    Parameters
    ----------
    key, value
        What the config says.
    known
        The keys that the config may have there.

    Examples
    --------
    >>> print(explain_old_key("speaker_norm", "shrunk", ["normalise_by", "shrink"]))
    now `normalise_by`: write `normalise_by: speaker` and `shrink: true`
    """
    if key not in RENAMED or RENAMED[key] not in known:
        return None
    lines = [f"`{_as_line(new, inner)}`" for new, inner in _translate({key: value}).items()]
    return f"now `{RENAMED[key]}`: write {' and '.join(lines)}"


def _as_line(key: str, value: Any) -> str:
    line: str = yaml.safe_dump(
        {key: value}, default_flow_style=True, sort_keys=False, width=UNBROKEN
    )
    return line.strip()[1:-1]


def _translate(value: Any) -> Any:
    """Return a value with all old keys in it replaced."""
    if not isinstance(value, dict):
        return value
    translated: dict[str, Any] = {}
    for key, inner in value.items():
        if key == "speaker_norm" and str(inner) in NORMALISATIONS:
            translated |= NORMALISATIONS[str(inner)]
        else:
            translated[RENAMED.get(str(key), str(key))] = _translate(inner)
    return translated
