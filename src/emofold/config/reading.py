"""A config is checked, with every problem named at once, and filled with defaults."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emofold.config.cross_checks import find_contradictions
from emofold.config.schema import fill_defaults, find_misfits, parse_texts, read_schema
from emofold.errors import InputError, counted

REMEDY = (
    "correct the config; config.yaml, workflow/presets/ and docs/reference/config.md show every "
    "key with its meaning"
)


def complete_config(config: Mapping[str, Any], schema_file: Path) -> dict[str, Any]:
    """Return the config with the defaults of its schema filled in.

    Parameters
    ----------
    config
        What the user's files and the command line say.
    schema_file
        The JSON schema, as yaml, see :func:`emofold.config.schema.read_schema`.

    Raises
    ------
    InputError
        When a key is unknown or missing, a value does not fit, or values contradict one another.
        The message lists every problem.
    """
    schema = read_schema(schema_file)
    given = parse_texts(config, schema)
    problems = find_misfits(given, schema)
    completed: dict[str, Any] = {}
    if not problems:
        completed = fill_defaults(given, schema)
        problems = [*find_contradictions(completed)]
    if problems:
        raise InputError(
            f"{counted(len(problems), 'problem')} in the config: {'; '.join(problems)}",
            f"a config that fits {schema_file.name}",
            REMEDY,
        )
    return completed
