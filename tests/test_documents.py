"""What the documents name is there: files, headings, options, rules, config keys and columns."""

import pkgutil
import re
from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from snakemake.cli import get_argument_parser

import documents
import emofold.corpora.schemas
import emofold.evaluation.schemas
import emofold.face.schemas
import emofold.models.schemas
import emofold.prediction.schemas
import emofold.pretrained.schemas
import emofold.speech.schemas
from documents import CHANGELOG, DOCS, DOCUMENTS, README, REFERENCE, ROOT
from emofold.__main__ import COMMANDS, main
from emofold.face.schemas import COLUMN_GROUPS
from emofold.tables import TableSchema

NAMED_PATH = re.compile(r"(?:workflow|src|tests|envs|benchmarks|docs|scripts)/[\w./-]*")
OPTION = re.compile(r"(?<!\S)--[a-z-]+")
OF_SLURM = {"--time"}
WORD_OF_THE_PROJECT = re.compile(r"[a-z]+(_[a-z0-9]+)+")
IN_METADATA = {"rows_computed", "rows_reused"}
OF_PROFILES = {"default-resources", "set-resources", "gpu_model", "groups", "group-components"}
ROW = re.compile(r"^ *(\S+) +([\d.]+) +[\d.]+ +-?[\d.]+ +(.+)$", re.MULTILINE)
PAPER = ROOT / "workflow/resources/paper.yaml"
SCHEMAS = ROOT / "workflow/schemas"
RULES = ROOT / "workflow/rules"
TABLES = [
    emofold.corpora.schemas.clips_schema(["sad"]),
    emofold.evaluation.schemas.clip_facts_schema(["mediapipe"]),
    emofold.models.schemas.posteriors_schema(["sad"]),
    emofold.prediction.schemas.predictions_schema(["sad"]),
    emofold.pretrained.schemas.embeddings_schema(1),
    *(
        table
        for stage in ("evaluation", "face", "models", "speech")
        for table in vars(getattr(emofold, stage).schemas).values()
        if isinstance(table, TableSchema)
    ),
]

each_page = pytest.mark.parametrize(
    "document", [*DOCUMENTS, *REFERENCE, CHANGELOG], ids=lambda path: path.name
)
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def anchors(document):
    """Return the anchors of the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", documents.prose(document), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_page
def test_links_and_pictures_lead_to_what_is_there(document):
    for link in documents.links(document):
        if not re.match(r"[a-z]+:", link):
            path, _, anchor = link.partition("#")
            target = document.parent / path if path else document
            assert target.is_file(), f"{document.name} links to {link}, which is not there"
            assert not anchor or anchor in anchors(target), link


def test_the_table_of_contents_leads_to_every_page():
    linked = {DOCS / link for link in documents.links(DOCS / "index.md")}
    assert {*DOCS.rglob("*.md")} - linked == {DOCS / "index.md"}


def test_the_readme_stays_short():
    assert len(documents.read(README).splitlines()) <= 150


@each_document
def test_files_of_the_repository_that_are_named_are_there(document):
    for span in documents.spans(document):
        if NAMED_PATH.fullmatch(span):
            assert (ROOT / span).exists(), f"{document.name} names {span}, which is not there"


def rules():
    text = "\n".join(documents.read(path) for path in RULES.glob("*.smk"))
    return set(re.findall(r"^ *rule (\w+):", text, re.MULTILINE))


def derived_rules():
    text = "\n".join(documents.read(path) for path in RULES.glob("*.smk"))
    return set(re.findall(r"^use rule \w+ as (\w+) with:", text, re.MULTILINE))


def test_the_documents_tell_of_every_rule_once():
    rows = documents.rows_of_table(DOCS / "how-it-works.md", "step")
    named = [name for _, of_step, _ in rows for name in re.findall(r"`(\w+)`", of_step)]
    assert sorted(named) == sorted(rules())


@cache
def options_of_the_programs():
    return {*OPTION.findall(get_argument_parser().format_help())} | {"--help"} | OF_SLURM


@each_document
def test_options_in_the_text_are_those_of_the_programs(document, capsys):
    named = {option for span in documents.spans(document) for option in OPTION.findall(span)}
    for command in ([], *([one.__name__.rpartition(".")[2]] for one in COMMANDS)):
        with pytest.raises(SystemExit):
            main([*command, "--help"])
    assert named <= options_of_the_programs() | {*OPTION.findall(capsys.readouterr().out)}


@cache
def validator():
    files = {file.name: yaml.safe_load(documents.read(file)) for file in SCHEMAS.glob("*.yaml")}
    resources = ((name, Resource(content, DRAFT202012)) for name, content in files.items())
    registry = Registry().with_resources(resources)
    return Draft202012Validator(files["config.schema.yaml"], registry=registry)


def words_of(schema: Any):
    """Yield the keys and the values that a schema allows, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from map(str, schema.get("enum", []))
        for part in schema.values():
            yield from words_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from words_of(part)


@cache
def words_of_configs():
    files = SCHEMAS.glob("*.yaml")
    return {word for file in files for word in words_of(yaml.safe_load(documents.read(file)))}


@each_document
def test_names_of_the_library_are_those_of_its_code(document):
    for span in documents.spans(document):
        if re.fullmatch(r"emofold(\.\w+)+", span):
            pkgutil.resolve_name(span)


@each_document
def test_configs_that_are_shown_fit_the_schema(document):
    for config in documents.configs(document):
        if config.keys() <= validator().schema["properties"].keys():
            misfits = validator().iter_errors({"name": "shown", "folds": 3} | config)
            assert [error.message for error in misfits] == []
        elif config.keys() <= OF_PROFILES:
            named = config.get("set-resources", {}).keys() | config.get("groups", {}).keys()
            assert named <= rules() | derived_rules()
            assert {*config.get("groups", {}).values()} == config.get("group-components", {}).keys()
        else:
            assert config.keys() <= words_of_configs() | rules(), config


@each_document
def test_words_of_the_project_are_those_of_its_configs_tables_and_rules(document):
    columns = {column for table in TABLES for column in table.columns.names}
    known = columns | words_of_configs() | rules() | IN_METADATA | OF_PROFILES | {*COLUMN_GROUPS}
    named = {span for span in documents.spans(document) if WORD_OF_THE_PROJECT.fullmatch(span)}
    assert named <= known


def test_tables_of_results_have_the_columns_that_are_named():
    clip_facts = emofold.evaluation.schemas.clip_facts_schema(["…"])
    judged = emofold.evaluation.schemas.judged_schema(["…"])
    tables = {"clips": TABLES[0], "clip_facts": clip_facts, "other_predictions": judged} | {
        name.lower(): table for name, table in vars(emofold.evaluation.schemas).items()
    }
    rows = documents.rows_of_table(DOCS / "results.md", "table")
    assert len(rows) > 10
    for path, _, columns in rows:
        found = re.fullmatch(r"`(?:evaluation/|(other)_corpora/<corpus>/)?(\w+)\.parquet`", path)
        file = "_".join(filter(None, found.groups()))
        assert columns.split(", ") == tables[file].columns.names, path


def test_predictions_have_the_columns_that_are_named():
    (row, _) = documents.rows_of_table(DOCS / "own-videos.md", "table")
    *named, scores = row[1].removesuffix(" …").split(", ")
    (table,) = (table for table in TABLES if table.name == "predictions")
    assert [*named, scores.replace("&lt;emotion&gt;", "sad")] == table.columns.names


def test_the_numbers_of_the_paper_are_quoted_as_they_are():
    (table,) = {c.table for c in documents.commands() if c.text == "make published" and c.table}
    rows = yaml.safe_load(documents.read(PAPER))["rows"]
    reported = {(row["system"], f"{row['reported']:.2f}", row["source"]) for row in rows}
    quoted = ROW.findall(table)
    assert len(quoted) == len(table.splitlines()) - 1
    assert {*quoted} <= reported
