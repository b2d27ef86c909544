"""What the documents show to a user: commands, what they print, configs, and where links lead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
# In the order in which their commands are run.
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
REFERENCE = sorted((DOCS / "reference").glob("*.md"))
CHANGELOG = ROOT / "CHANGELOG.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MAKE = re.compile(r"make [a-z-]+( [A-Z]+=\S+)*")


@dataclass(frozen=True)
class Command:
    """A command that a document shows.

    Attributes
    ----------
    document
        The name of the document.
    text
        The command, without its prompt.
    printed
        What it prints, where that stands below it in the same block.
    table
        The block of text that follows, such as the table that it prints.
    """

    document: str
    text: str
    printed: str = ""
    table: str = ""

    def __str__(self) -> str:
        return f"{self.document}: {self.text}"


def read(document: Path) -> str:
    """Return the text of a document."""
    return document.read_text(encoding="utf-8")


def prose(document: Path) -> str:
    """Return the text of a document without its blocks of code."""
    return BLOCK.sub("", read(document))


def spans(document: Path) -> list[str]:
    """Return what a document sets as code in its running text, each in one line."""
    return [" ".join(span.split()) for span in SPAN.findall(prose(document))]


def links(document: Path) -> list[str]:
    """Return where the links and pictures of a document lead."""
    return LINK.findall(prose(document))


def rows_of_table(document: Path, first_column: str) -> list[list[str]]:
    """Return the cells of the table of a document whose first column is called so."""
    table = re.search(rf"^\| {first_column} \|.*?\n\n", prose(document), re.MULTILINE | re.DOTALL)
    assert table, f"{document.name} has no table with the column {first_column}"
    rows = [line.strip("|").split("|") for line in table[0].splitlines() if line]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def configs(document: Path) -> list[dict[str, Any]]:
    """Return what a document shows in yaml, in blocks and in the running text."""
    blocks = [text for language, text in BLOCK.findall(read(document)) if language == "yaml"]
    inline = [span for span in spans(document) if re.match(r"[a-z_]+: ", span)]
    return [yaml.safe_load(text) for text in [*blocks, *inline] if "…" not in text]


def commands() -> list[Command]:
    """Return every command of the documents, in their order; those of the text alone come last."""
    in_blocks = [command for document in DOCUMENTS for command in _in_blocks(document)]
    known = {command.text for command in in_blocks}
    in_text = {
        span: Command(document.name, span)
        for document in DOCUMENTS
        for span in spans(document)
        if MAKE.fullmatch(span) and span not in known
    }
    return [*in_blocks, *in_text.values()]


def _in_blocks(document: Path) -> Iterator[Command]:
    blocks = BLOCK.findall(read(document))
    for (language, block), (following, text) in zip_longest(blocks, blocks[1:], fillvalue=("", "")):
        if language == "console":
            table = text if following == "text" else ""
            for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command = re.match(r"(.*\\\n)*.*", shown)[0]
                printed = shown.removeprefix(command).strip("\n")
                yield Command(document.name, command, printed, table)
