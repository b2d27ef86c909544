"""Which files of a Hugging Face folder an encoder is read from; there may be a thousand others."""

import json
from collections.abc import Collection
from pathlib import Path

DESCRIPTIONS = ("config.json", "preprocessor_config.json", "processor_config.json")
WEIGHTS = ("model.safetensors", "pytorch_model.bin")  # the first is safe to load
INDEX = ".index.json"


def choose_files(names: Collection[str]) -> tuple[list[str], str | None]:
    """Return the descriptions among the files of a folder, and the weights or their index.

    Examples
    --------
    >>> choose_files(["config.json", "adapter.deu.safetensors", "pytorch_model.bin.index.json"])
    (['config.json'], 'pytorch_model.bin.index.json')
    """
    choices = [name + kind for name in WEIGHTS for kind in ("", INDEX) if name + kind in names]
    return [name for name in DESCRIPTIONS if name in names], next(iter(choices), None)


def list_shards(index: Path, names: Collection[str]) -> list[str]:
    """Return the files that an index of weights names.

    Raises
    ------
    ValueError
        When it names none, or others than are there.
    """
    content = json.loads(index.read_text(encoding="utf-8"))
    shards = content.get("weight_map") if isinstance(content, dict) else None
    named = [*shards.values()] if isinstance(shards, dict) else []
    if not named or any(name not in names for name in named):
        raise ValueError(f"{index.name} names no files, or other files than there are")
    return sorted({*named})
