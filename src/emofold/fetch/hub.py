"""Models of the Hugging Face hub, fetched whole into a folder of the run."""

import shutil
from fnmatch import fnmatch
from glob import escape
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

from emofold.errors import InputError, listing

WEIGHTS = ("*.safetensors", "pytorch_model*.bin")

HUB_TROUBLE: Any = HfHubHTTPError.__bases__  # OSError, and what the hub's HTTP library raises

api = HfApi()


def fetch_model(model: str, revision: str, folder: Path) -> None:
    """Fetch a model: its descriptions, and its weights as safetensors if the hub has them.

    Parameters
    ----------
    model
        The id of the model, such as ``facebook/wav2vec2-base``.
    revision
        A commit, branch or tag.
    folder
        Where its files go; it appears when all of them are there.

    Raises
    ------
    InputError
        When the hub cannot be reached, or has no such model, revision or weights.
    """
    try:
        found = api.model_info(model, revision=revision)
        files = _wanted_files([file.rfilename for file in found.siblings or []], model)
        partial = folder.with_name(f".{folder.name}.{found.sha}.partial")
        api.snapshot_download(
            model, revision=found.sha, local_dir=partial, allow_patterns=[*map(escape, files)]
        )
        missing = [file for file in files if not (partial / file).is_file()]
        if missing:
            raise OSError(f"without {listing(missing)}")
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise InputError(
            f"no model {model} at {revision} on the hub",
            "the id of a public model, and a revision that it has",
            "correct `model` or `revision` of the encoder",
        ) from error
    except HUB_TROUBLE as error:
        raise InputError(
            f"the model {model} cannot be had from the hub ({str(error).splitlines()[0]})",
            "an answer of the hub",
            "check the network and run again, which goes on where this stopped, or name a local "
            "copy of the model's folder as `model`",
        ) from error
    shutil.rmtree(partial / ".cache", ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)
    partial.replace(folder)


def _wanted_files(files: list[str], model: str) -> list[str]:
    """Return the descriptions and the weights, those that are safe to load if there are any."""
    for pattern in WEIGHTS:
        weights = [file for file in files if fnmatch(file, pattern) and "/" not in file]
        if weights:
            described = [f for f in files if f.endswith((".json", ".txt")) and "/" not in f]
            return [*described, *weights]
    raise InputError(
        f"no weights of PyTorch in {model}",
        "a model with safetensors or pytorch_model.bin",
        "name another model",
    )
