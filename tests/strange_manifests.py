"""Manifests of bundles as a stranger might write them: drawn at random, the same for each seed."""

import copy
import json
import random

ODD = [
    *(None, True, False, 0, -1, 1, 0.5, -0.0, 3.5, 2**31, 2**63, 10**30, 10**400, 1e308, 5e-324),
    *(float("nan"), float("inf"), "", " ", "0", "all", "cnn", "..", "../../secret", "/etc/passwd"),
    *(
        "\x1b[31mred\x1b[0m",
        "a\nb",
        "a\x00b",
        "\u202eabc",
        "\ud800",
        "é" * 3000,
        "{{ 7 * 7 }}",
        "%s",
    ),
    *([], {}, [[]], [None], {"": None}, [1, "a", None], ["calm", "calm"], {"kind": "static"}),
    *([0] * 3000, list(range(-3, 50)), "speech+face", "speech", "face", "log_linear", "average"),
    *("logistic_regression", "transformer", "egemaps", "mediapipe", "static", "sequence"),
    *("finetuned", "models/voice", "manifest.json", "speech/audio", "face/means/openface"),
]


def strange_manifests(text, seed, number):
    """Yield texts that are like that of a manifest, each after one or a few changes."""
    draw = random.Random(seed)  # noqa: S311
    for _ in range(number):
        if draw.random() < 0.12:
            yield draw.choice(TEXTS)(text, draw)
            continue
        manifest = json.loads(text)
        for _ in range(draw.choice([1, 1, 1, 2, 4])):
            draw.choice(CHANGES)(manifest, draw)
        yield json.dumps(manifest)


def _places(node, found=None):
    found = [] if found is None else found
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        found.append((node, key))
        _places(node[key], found)
    return found


def _draw_place(manifest, draw):
    """Return a mapping or a list and a key of it, of any depth alike."""
    at = draw.choice([*manifest]) if manifest else None
    places = [(manifest, at), *_places(manifest[at])] if at else [(manifest, "format")]
    return draw.choice(places)


def _delete(manifest, draw):
    node, key = _draw_place(manifest, draw)
    if isinstance(node, list) or key in node:
        del node[key]


def _replace(manifest, draw):
    node, key = _draw_place(manifest, draw)
    node[key] = copy.deepcopy(draw.choice(ODD))


def _swap(manifest, draw):
    node, key = _draw_place(manifest, draw)
    other, there = _draw_place(manifest, draw)
    node[key] = copy.deepcopy(other.get(there) if isinstance(other, dict) else other[there])


def _wrap(manifest, draw):
    node, key = _draw_place(manifest, draw)
    value = node.get(key) if isinstance(node, dict) else node[key]
    node[key] = draw.choice([[value], {"a": value}, [value, value], str(value), [[[value]]]])


def _rename(manifest, draw):
    node, key = _draw_place(manifest, draw)
    if isinstance(node, dict) and key in node:
        name = draw.choice([str(key).upper(), f"{key}\x1b]0;title\x07", f"{key} ", "../x", "", "x"])
        node[name] = node.pop(key)


def _add(manifest, draw):
    node, _ = _draw_place(manifest, draw)
    value = copy.deepcopy(draw.choice(ODD))
    if isinstance(node, dict):
        node[draw.choice(["kind", "folder", "file", "regression", "__class__", "voice", "x"])] = (
            value
        )
    else:
        node.insert(draw.randrange(len(node) + 1), value)


def _scale(manifest, draw):
    numbers = [(node, key) for node, key in _places(manifest) if isinstance(node[key], int | float)]
    if numbers:
        node, key = draw.choice(numbers)
        node[key] = draw.choice([-1, 0, 2, 1.5, 1e12, 1e300]) * node[key]


CHANGES = [_delete, _delete, _replace, _replace, _replace, _swap, _wrap, _rename, _add, _scale]
TEXTS = [
    lambda text, draw: text[: draw.randrange(len(text))],
    lambda text, draw: "[" * 100_000 + "]" * 100_000,
    lambda text, draw: text.replace("{", '{"a":' * 5000 + "1" + "}" * 5000, 1),
    lambda text, draw: text.replace('"provenance": {', f'"provenance": {{"a": {"[" * 5000}', 1),
    lambda text, draw: text.replace(
        '"clips": ', '"clips": 9' + "9" * draw.choice([5, 50, 5000]), 1
    ),
    lambda text, draw: text.replace('"calibration": ', '"calibration": 1e999, "x": ', 1),
    lambda text, draw: text.replace('"format"', '"name": "first", "format"', 1),
    lambda text, draw: text.replace('"kind"', '"kind": "static", "kind"', 1),
    lambda text, draw: "\ufeff" + text,
    lambda text, draw: text + text,
    lambda text, draw: draw.choice(["", "null", "3", '"x"', "[]", "{}", '{"format": 3}', "NaN"]),
]
