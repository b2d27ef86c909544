"""What the documents name is there: files, headings, options, rules, and the paper's numbers."""

import re

import pytest
import yaml
from snakemake.cli import get_argument_parser

import documents
from documents import DOCUMENTS, ROOT
from emofold.__main__ import main

NAMED_PATH = re.compile(r"(?:workflow|src|tests|envs|benchmarks|docs|scripts)/[\w./-]*")
OPTION = re.compile(r"(?<!\S)--[a-z-]+")
ROW = re.compile(r"^ *(\S+) +([\d.]+) +[\d.]+ +-?[\d.]+ +(.+)$", re.MULTILINE)
README = ROOT / "README.md"
PAPER = ROOT / "workflow/resources/paper.yaml"

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def anchors(document):
    """Return the anchors of the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", documents.prose(document), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_links_and_pictures_lead_to_what_is_there(document):
    for link in documents.links(document):
        if not re.match(r"[a-z]+:", link):
            path, _, anchor = link.partition("#")
            target = document.parent / path if path else document
            assert target.is_file(), f"{document.name} links to {link}, which is not there"
            assert not anchor or anchor in anchors(target), link


@each_document
def test_files_of_the_repository_that_are_named_are_there(document):
    for span in documents.spans(document):
        if NAMED_PATH.fullmatch(span):
            assert (ROOT / span).exists(), f"{document.name} names {span}, which is not there"


def test_the_readme_tells_of_every_rule_once():
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "workflow/rules").glob("*.smk"))
    rules = set(re.findall(r"^ *rule (\w+):", text, re.MULTILINE))
    table = re.search(r"^\| step .*?\n\n", documents.prose(README), re.M | re.S)[0]
    named = [name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(rules)


def test_options_in_the_text_of_the_readme_are_those_of_the_programs(capsys):
    named = {option for span in documents.spans(README) for option in OPTION.findall(span)}
    assert len(named) > 5
    shown = get_argument_parser().format_help()
    for command in ("init", "show", "predict", "compare"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
    shown += capsys.readouterr().out
    assert named <= {*OPTION.findall(shown)} | {"--help"}


def test_the_numbers_of_the_paper_are_quoted_as_they_are():
    (command,) = (c for c in documents.commands() if c.text == "make published")
    rows = yaml.safe_load(PAPER.read_text(encoding="utf-8"))["rows"]
    reported = {(row["system"], f"{row['reported']:.2f}", row["source"]) for row in rows}
    quoted = ROW.findall(command.table)
    assert len(quoted) == len(command.table.splitlines()) - 1
    assert {*quoted} <= reported
