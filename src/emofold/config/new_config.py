"""The config of a new corpus, as text for a person to read and to change."""

import textwrap
from collections.abc import Sequence
from typing import Any

import yaml

from emofold.config.recipes import Recipe

HEADER = """\
# Made by `emofold init`, and yours to change: docs/reference/config.md explains every key, and
# README.md what else there is. What is not said here is as in config.yaml.
"""
LINE_LENGTH = 100


def compose_config(
    *,
    name: str,
    sample_sheet: str,
    emotions: list[str],
    folds: int | str,
    protocol: str,
    recipe: Recipe,
    about: Sequence[str] = (),
) -> list[tuple[str, dict[str, Any]]]:
    """Return the keys of a config in sections, each with a comment.

    Parameters
    ----------
    name
        The run.
    sample_sheet
        The path of the sheet, as seen from the folder in which Snakemake is started.
    emotions
        The emotions, in order.
    folds
        How many folds the speakers are put into, or ``speakers``.
    protocol
        ``nested`` or ``paper``.
    recipe
        What the clips are turned into, and what is trained on it.
    about
        What is known of the corpus.
    """
    known: list[tuple[str, dict[str, Any]]] = (
        [("\n".join(_wrap(line) for line in about), {})] if about else []
    )
    return [
        *known,
        ("The run; its results go to results/<name>/.", {"name": name}),
        (
            "A sheet with a row for each clip, whose files are seen from the folder of the sheet.\n"
            "The path of the sheet is seen from the folder in which snakemake is started.",
            {"corpus": "sheet", "sample_sheet": sample_sheet},
        ),
        ("The emotions, in the order of every table and figure.", {"emotions": emotions}),
        (
            "So many folds by speaker, alike in clips of each emotion; `speakers`, for a fold for\n"
            "each; or the test speakers of each, such as [[anna, ben], [chiara, david], [eva]].",
            {"folds": folds},
        ),
        (_PROTOCOLS[protocol], {"protocol": protocol}),
        (recipe.on_speech, {"speech": {"encoders": [*recipe.encoders]}}),
        (recipe.on_face, {"face": {"extractors": [*recipe.extractors]}}),
        (recipe.on_models, {"models": [*recipe.models]}),
        (
            "Models of Action Units over time, and speech encoders to fine-tune: none yet.",
            {"sequence_models": [], "finetuned_models": []},
        ),
        (recipe.on_fusions, {"fusions": [*recipe.fusions]}),
        (
            "What is trained on all speakers and kept, to predict other videos with:\n"
            "emofold predict VIDEO --model results/<name>/model",
            {"bundle": {"system": recipe.bundled}},
        ),
    ]


def format_config(sections: list[tuple[str, dict[str, Any]]]) -> str:
    """Return the sections of a config as yaml, each below its comment."""
    parts = [HEADER]
    for comment, keys in sections:
        lines = "".join(f"# {line}\n" for line in comment.splitlines())
        parts.append(lines + "".join(_as_yaml(key, value) for key, value in keys.items()))
    return "\n".join(parts)


def _wrap(text: str) -> str:
    """Return a line in several, where it is too long for a comment."""
    lines = textwrap.wrap(
        text,
        LINE_LENGTH - 2,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def _as_yaml(key: str, value: Any) -> str:
    """Return one key, with what holds no further lists or mappings in one line."""
    return yaml.safe_dump(
        {key: value},
        default_flow_style=None if isinstance(value, dict | list) else False,
        sort_keys=False,
        allow_unicode=True,
        width=LINE_LENGTH,
    )


_PROTOCOLS = {
    "nested": "Nothing is chosen on a test fold: inner folds choose, and teach the fusion.",
    "paper": "The fusion learns from clips that its models were trained on, and the numbers are\n"
    "optimistic: `nested`, which is stricter, needs three speakers.",
}
