"""The JSON schema of a config: the keys it allows, their defaults, and what does not fit them."""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from emofold.config.old_keys import explain_old_key
from emofold.errors import nearest


def read_schema(file: Path) -> dict[str, Any]:
    """Read a schema, with all that it refers to in place.

    Parameters
    ----------
    file
        The JSON schema, as yaml. Any part of it may be a ``$ref`` to a file beside it
        (``a.schema.yaml``), or to a key of one (``a.schema.yaml#/key``); what stands beside the
        ``$ref`` goes before what is referred to.
    """
    schema: dict[str, Any] = _resolve(_read(file), file)
    return schema


def find_keys(schema: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schemas of the keys that a mapping may have, those of its `kind` among them."""
    keys = dict(schema.get("properties", {}))
    for branch in schema.get("allOf", []):
        if Draft202012Validator(branch["if"]).is_valid(value):
            keys |= branch["then"].get("properties", {})
    return keys


def kinds_of(branch: Mapping[str, Any]) -> list[str]:
    """Return the kinds that a branch of a schema is for."""
    kind = branch["if"]["properties"]["kind"]
    return kind.get("enum") or [kind["const"]]


def parse_texts(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a copy of a value in which texts are numbers, booleans or null where these must be.

    ``snakemake --config 'demo={speakers: 4}'`` gives the 4 as text.
    """
    if isinstance(value, list) and "items" in schema:
        return [parse_texts(item, schema["items"]) for item in value]
    if isinstance(value, Mapping):
        keys = find_keys(schema, value)
        return {key: parse_texts(inner, keys.get(key, {})) for key, inner in value.items()}
    types = schema.get("type", "string")
    if isinstance(value, str) and ("string" not in types or (value == "null" and "null" in types)):
        return _parse(value)
    return value


def fill_defaults(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a copy of a value that fits a schema, with the defaults of all keys that it lacks."""
    if isinstance(value, list) and "items" in schema:
        return [fill_defaults(item, schema["items"]) for item in value]
    if value is None and "properties" in schema:
        value = {}
    if not isinstance(value, Mapping):
        return copy.deepcopy(value)
    filled = dict(value)
    for key, rule in find_keys(schema, value).items():
        if key in filled or "default" in rule:
            filled[key] = fill_defaults(filled.get(key, rule.get("default")), rule)
    return filled


def find_misfits(config: Any, schema: Mapping[str, Any], what: str = "the config") -> list[str]:
    """Return all that does not fit the schema, each with its key and the nearest right word."""
    errors = sorted(Draft202012Validator(schema).iter_errors(config), key=lambda e: list(e.path))
    return list(dict.fromkeys(misfit for error in errors for misfit in _describe(error, what)))


def _parse(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _resolve(node: Any, file: Path) -> Any:
    if isinstance(node, list):
        return [_resolve(item, file) for item in node]
    if not isinstance(node, dict):
        return node
    resolved = {key: _resolve(value, file) for key, value in node.items() if key != "$ref"}
    if "$ref" not in node:
        return resolved
    name, _, key = node["$ref"].partition("#/")
    referred = file.with_name(name)
    schema = _read(referred)
    return _resolve(schema[key] if key else schema, referred) | resolved


def _describe(error: ValidationError, what: str) -> Iterator[str]:
    path = _path_of(error)
    found: Any = error.instance
    rule: Any = error.validator_value
    where = f"`{path}`" if path else what
    match error.validator:
        case "additionalProperties" | "unevaluatedProperties":
            yield from _describe_unknown_keys(error, f"{path}." if path else "")
        case "required":
            kind = f" of kind {found['kind']}" if "kind" in found else ""
            yield from (f"{where}{kind} has no `{key}`" for key in rule if key not in found)
        case "enum":
            choices = [str(choice) for choice in rule]
            hint = nearest(found, choices)
            yield f"{where} is {found!r}{hint}, not one of {', '.join(choices)}"
        case "anyOf" | "pattern":
            yield f"{where} is {found!r}, which does not fit: {_description(error)}"
        case _:
            yield f"{where}: {error.message}"


def _describe_unknown_keys(error: ValidationError, prefix: str) -> Iterator[str]:
    found, schema = _mapping(error.instance), _mapping(error.schema)
    known = find_keys(schema, found)
    for key in found.keys() - known.keys():
        old = explain_old_key(key, found[key], known)
        kinds = [
            kind
            for branch in schema.get("allOf", [])
            if key in branch["then"].get("properties", {})
            for kind in kinds_of(branch)
        ]
        if old:
            yield f"the old key `{prefix}{key}`, {old}"
        elif kinds and "kind" in found:
            yield (
                f"`{prefix}{key}` of kind {found['kind']}, which ignores it: it belongs to kind "
                f"{' or '.join(kinds)}"
            )
        else:
            hint = nearest(key, known)
            yield f"unknown key `{prefix}{key}`{hint} (known: {', '.join(sorted(known))})"


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value)


def _description(error: ValidationError) -> str:
    return str(_mapping(error.schema).get("description", error.message)).rstrip(".")


def _path_of(error: ValidationError) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path]
    return "".join(parts).removeprefix(".")
