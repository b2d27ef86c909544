"""The weights of a pretrained model, all of them or an error."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from transformers import PretrainedConfig
from transformers import logging as transformers_logging

from emofold.errors import InputError, listing
from emofold.media.signatures import LFS_POINTER

DOWNLOAD = "download the whole model: config.json, preprocessor_config.json and the weights"
WEIGHTS = {".safetensors", ".bin"}
NOT_NEEDED = ("masked_spec_embed", "pooler.", "head.")  # by hidden states that nobody trains


def check_not_pointers(folder: Path) -> None:
    """Raise an :class:`InputError` where Git LFS has left names of weights instead of weights."""
    for file in sorted(folder.iterdir()):
        if file.suffix in WEIGHTS and file.is_file():
            with file.open("rb") as opened:
                if opened.read(len(LFS_POINTER)) == LFS_POINTER:
                    raise InputError(
                        f"{file}, a pointer of Git LFS instead of the weights",
                        "the weights themselves",
                        "run `git lfs pull` in that folder, or download the model anew",
                    )


def read_model_type(folder: Path) -> str | None:
    """Return what ``config.json`` of a model folder says that the model is."""
    path = folder / "config.json"
    if not path.is_file():
        raise InputError(
            f"no file {path}",
            "a Hugging Face model folder",
            "mend `model` in the config, or download the model into this folder",
        )
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path} is no json ({error})", "a whole model", DOWNLOAD) from error
    return config.get("model_type") if isinstance(config, dict) else None


@contextmanager
def errors_of_model(folder: Path) -> Iterator[None]:
    """Make whatever is thrown as a model is loaded within the block an :class:`InputError`."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # of transformers, safetensors and torch, for any odd content
        reason = next(iter(str(error).splitlines()), type(error).__name__).rstrip(".")
        raise InputError(
            f"the model in {folder} cannot be loaded ({reason})", "a whole model", DOWNLOAD
        ) from error


def load_weights(
    architecture: Any, folder: Path, config: PretrainedConfig, **options: Any
) -> torch.nn.Module:
    """Return a model with its weights in float32, ready to be used but not to be trained.

    Parameters
    ----------
    architecture
        A class of transformers with ``from_pretrained``.
    folder
        Where the weights lie.
    config
        The configuration of the model, which may have fewer layers than the weights.
    options
        What else ``from_pretrained`` takes.

    Raises
    ------
    InputError
        When weights of the model are missing, which transformers would fill with random numbers.
    """
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model, report = architecture.from_pretrained(
        folder,
        config=config,
        dtype=torch.float32,
        local_files_only=True,
        output_loading_info=True,
        **options,
    )
    missing = sorted(key for key in report["missing_keys"] if not key.startswith(NOT_NEEDED))
    if missing:
        raise InputError(f"no weights for {listing(missing)} in {folder}", "all weights", DOWNLOAD)
    return model.eval()
