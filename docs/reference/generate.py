"""Write the reference: the config from its schema, commands from their parser, known corpora."""

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from emofold.__main__ import make_parser
from emofold.config.known_corpora import SCHEMA, list_known_corpora, read_known_corpus
from emofold.config.schema import kinds_of, read_schema

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WIDTH = 100
MADE = "<!-- Made by `make reference`; change what it is made of, not this page. -->"
CONFIG = f"""\
{MADE}

# The config

`config.yaml` is always read first: the demo. A file named with `--configfile`, and keys named with
`--config`, go on top of it: mappings are merged, lists are replaced. The defaults below are for
keys that none of them names, such as those of a row of a list. A key that is misspelt, or that
does not go with others, is named before anything runs.
"""
COMMANDS = f"""\
{MADE}

# The commands

With these two lines, bash completes commands, options, choices, files and folders at the tab key:

```sh
.venv/bin/emofold --print-completion bash > ~/.emofold-completion.bash
echo 'source ~/.emofold-completion.bash' >> ~/.bashrc
```

With zsh, the script goes to a file `_emofold` in a folder of `$fpath`; with tcsh, it is sourced in
`~/.tcshrc`.
"""
CORPORA = f"""\
{MADE}

# The known corpora

`emofold init DIR --corpus NAME` makes a sheet and a config of a copy of one of these, without a
pattern; [Your own corpus](../own-corpus.md#known-corpora) says how. emofold fetches none of them.
Clips are those of a whole copy, without what is known to be bad. No licence is given where none
could be verified.
"""
ANOTHER = """\
## Another one

A file `workflow/resources/corpora/<name>.yaml` is enough for another corpus. Its keys:

| key | meaning |
|---|---|
"""
NAMES_OF_TYPES = {
    "string": "text",
    "boolean": "true or false",
    "object": "mapping",
    "null": "null",
}
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def write_config_page(schema: Mapping[str, Any], order: list[str]) -> str:
    """Return the page of the config.

    Parameters
    ----------
    schema
        The schema of the config.
    order
        The keys at the top, in the order of the page.
    """
    keys = {key: schema["properties"][key] for key in order}
    sections = (_section((key,), rule, key in schema["required"]) for key, rule in keys.items())
    return "\n".join([CONFIG, *(line for lines in sections for line in lines)])


def write_commands_page(parser: argparse.ArgumentParser) -> str:
    """Return the page of the commands: the help of each."""
    os.environ["COLUMNS"] = str(WIDTH)
    (commands,) = (a.choices for a in parser._actions if isinstance(a.choices, dict))
    parts = [COMMANDS, *_help(parser)]
    for command in commands.values():
        parts += [f"## {command.prog}", "", *_help(command)]
    return "\n".join(parts)


def write_corpora_page(names: list[str], schema: Mapping[str, Any]) -> str:
    """Return the page of the known corpora, and of the keys of their files."""
    table = ["name", "corpus", "language", "acted", "clips", "speakers", "emotions", "licence"]
    lines = [CORPORA, f"| {' | '.join(table)} |", "|---|---|---|---|---:|---:|---|---|"]
    about = []
    for name in names:
        corpus = read_known_corpus(name)
        counts = corpus.counts
        emotions = [f"{word} {counts.emotions.get(word, '')}".strip() for word in corpus.emotions]
        cells = [
            f"`{name}`",
            f"[{corpus.title}]({corpus.source})",
            corpus.language,
            "yes" if corpus.acted else "no",
            str(counts.clips),
            str(counts.speakers or ""),
            ", ".join(emotions),
            corpus.licence or "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
        about += [f"- `{name}`: {corpus.citation}"]
        about += [f"  - bad: `{bad.name}`, {bad.reason}" for bad in corpus.bad]
    lines += ["", "## How to cite them, and which clips are bad", "", *about, "", ANOTHER.rstrip()]
    for key, rule in schema["properties"].items():
        needed = ", required" if key in schema["required"] else ""
        lines.append(f"| `{key}`{needed} | {rule['description']} |")
    return "\n".join([*lines, ""])


def _help(parser: argparse.ArgumentParser) -> list[str]:
    return ["```text", parser.format_help().rstrip(), "```", ""]


def _section(path: tuple[str, ...], rule: Mapping[str, Any], required: bool) -> Iterator[str]:
    """Yield the lines of a key at the top, or of a list of rows."""
    yield f"{'#' * (len(path) + 1)} `{': '.join(path)}`"
    yield ""
    yield _meaning(rule)
    yield ""
    rows = rule.get("items", {})
    keys = [*_keys(rows if "properties" in rows else rule)]
    if not keys:
        default = _default(rule, required)
        yield f"{_values(rule)}; {default if required else f'default: {default}'}."
        yield ""
        return
    yield "| key | values | default | meaning |"
    yield "|---|---|---|---|"
    for name, inner, is_required, note in keys:
        yield from _rows_of_table(name, inner, is_required, note)
    yield ""
    for name, inner, is_required, _ in keys:
        if "properties" in inner.get("items", {}):
            yield from _section((*path, name), inner, is_required)


def _rows_of_table(name: str, rule: Mapping[str, Any], required: bool, note: str) -> Iterator[str]:
    if "properties" in rule.get("items", {}):
        return
    cells = [f"`{name}`{note}", _values(rule), _default(rule, required), _meaning(rule)]
    yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
    for inner, inner_rule, is_required, _ in _keys(rule):
        yield from _rows_of_table(f"{name}: {inner}", inner_rule, is_required, note)


def _keys(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], bool, str]]:
    """Yield the keys of a mapping, whether it must have each, and of what kind it must be."""
    for key, rule in schema.get("properties", {}).items():
        yield key, rule, key in schema.get("required", []), ""
    for branch in schema.get("allOf", []):
        kind = " or ".join(kinds_of(branch))
        for key, rule in branch["then"]["properties"].items():
            yield key, rule, key in branch["then"].get("required", []), f" ({kind})"


def _meaning(rule: Mapping[str, Any]) -> str:
    """Return the description of a key, with its choices as code."""
    text = str(rule["description"]).replace("<", "&lt;")
    for choice in [*rule.get("enum", []), "null"]:
        text = text.replace(f"{choice} - ", f"`{choice}`: ")
    return text


def _values(rule: Mapping[str, Any]) -> str:
    if "enum" in rule or "const" in rule:
        return ", ".join(f"`{choice}`" for choice in rule.get("enum", [rule.get("const")]))
    if "anyOf" in rule:
        return "; or ".join(_values(option) for option in rule["anyOf"])
    types = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
    return " or ".join(_values_of_type(name, rule) for name in types)


def _values_of_type(name: str, rule: Mapping[str, Any]) -> str:
    if name == "array":
        return _list(rule)
    if name in ("integer", "number"):
        bounds = [f"{sign} {rule[key]}" for key, sign in BOUNDS.items() if key in rule]
        return f"{name} {' and '.join(bounds)}".strip()
    return NAMES_OF_TYPES[name]


def _list(rule: Mapping[str, Any]) -> str:
    items = rule.get("items")
    return f"list of {_values(items)}" if items and "properties" not in items else "list"


def _default(rule: Mapping[str, Any], required: bool) -> str:
    if required:
        return "required"
    if "default" not in rule:
        return ""
    if isinstance(rule["default"], str):
        return f"`{rule['default']}`"
    line = yaml.safe_dump(
        rule["default"], default_flow_style=True, sort_keys=False, width=10 * WIDTH
    )
    return f"`{line.splitlines()[0]}`"


def pages() -> dict[Path, str]:
    """Return the text of each page of the reference."""
    order = [*yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))]
    schema = read_schema(ROOT / "workflow/schemas/config.schema.yaml")
    return {
        HERE / "config.md": write_config_page(schema, order),
        HERE / "commands.md": write_commands_page(make_parser()),
        HERE / "corpora.md": write_corpora_page(list_known_corpora(), read_schema(SCHEMA)),
    }


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, encoding="utf-8")
