"""The reference is current, holds every key of the config once, and no key is without a use."""

import importlib.util
import re
import tokenize
from collections import Counter
from pathlib import Path

import pytest

from configs import SCHEMA_FILE
from emofold.__main__ import COMMANDS
from emofold.config.schema import read_schema

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
SCHEMA = read_schema(SCHEMA_FILE)
CONFIG = ROOT / "src" / "emofold" / "config"
CHECKS_ALONE = [
    CONFIG / f"{name}.py" for name in ("cross_checks", "old_keys", "new_config", "recipes")
]


def generated():
    spec = importlib.util.spec_from_file_location("generate", REFERENCE / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def keys_of(schema, path=()):
    """Yield the path and the schema of every key, also of the rows of lists and of their kinds."""
    for key, rule in schema.get("properties", {}).items():
        yield (*path, key), rule
        yield from keys_of(rule, (*path, key))
        yield from keys_of(rule.get("items", {}), (*path, key))
    for branch in schema.get("allOf", []):
        yield from keys_of(branch["then"], path)


KEYS = dict(keys_of(SCHEMA))


def documented():
    """Yield the path of every key that the page of the config has a heading or a row for."""
    section = ()
    for line in (REFERENCE / "config.md").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"##+ `(.+)`", line):
            section = tuple(heading[1].split(": "))
            yield section
        elif row := re.match(r"\| `(.+?)`", line):
            yield (*section, *row[1].split(": "))


def words_of_code():
    """Return the names, and the texts of a single word, in all code that does what a key says."""
    code = [
        *(file for file in (ROOT / "src").rglob("*.py") if file not in CHECKS_ALONE),
        *(ROOT / "scripts").glob("*.py"),
        *(ROOT / "workflow" / "rules").glob("*.smk"),
    ]
    words = set()
    for file in code:
        with file.open("rb") as lines:
            for token in tokenize.tokenize(lines.readline):
                if token.type == tokenize.NAME:
                    words.add(token.string)
                elif token.type == tokenize.STRING:
                    words |= {*re.findall(r"""["'](\w+)["']""", token.string)}
    return words


@pytest.mark.parametrize("name", ["config.md", "commands.md", "corpora.md"])
def test_the_reference_is_what_would_be_written_now(name):
    text = (REFERENCE / name).read_text(encoding="utf-8")
    assert text == generated()[REFERENCE / name], "run `make reference`"


def test_every_key_is_documented_once():
    assert Counter(documented()) == Counter(KEYS.keys())


@pytest.mark.parametrize("key", KEYS, ids=": ".join)
def test_every_key_has_a_description_that_is_a_sentence(key):
    description = KEYS[key].get("description", "")
    assert re.match(r"\w", description)
    assert description.endswith(".")


@pytest.mark.parametrize(
    "key", [key for key, rule in KEYS.items() if "null - " in rule["description"]], ids=": ".join
)
def test_what_may_be_null_may_be_null(key):
    assert "null" in KEYS[key]["type"] or any("null" in rule["type"] for rule in inner(key))


def inner(key):
    """Return the schemas of the keys below a key."""
    return [rule for path, rule in KEYS.items() if path[:-1] == key and "type" in rule]


def test_every_key_is_used_by_a_rule_or_the_library():
    assert {key[-1] for key in KEYS} - words_of_code() == set()


def test_every_command_is_documented():
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"\n## emofold {command.__name__.rpartition('.')[2]}\n" in page
