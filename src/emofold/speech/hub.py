"""Models of the Hugging Face hub, fetched whole into a folder of the run."""

import shutil
from pathlib import Path

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

from emofold.errors import InputError

DESCRIPTIONS = ["*.json", "*.txt"]
SAFE_WEIGHTS = ["*.safetensors"]
OTHER_WEIGHTS = ["pytorch_model*.bin"]

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
    partial = folder.with_name(f".{folder.name}.partial")
    try:
        for weights in (SAFE_WEIGHTS, OTHER_WEIGHTS):
            wanted = [*DESCRIPTIONS, *weights]
            api.snapshot_download(
                model, revision=revision, local_dir=partial, allow_patterns=wanted
            )
            if any(file for pattern in weights for file in partial.glob(pattern)):
                break
        else:
            raise InputError(
                f"no weights of PyTorch in {model} at {revision}",
                "a model with safetensors or pytorch_model.bin",
                "name another model",
            )
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise InputError(
            f"no model {model} at {revision} on the hub",
            "the id of a public model, and a revision that it has",
            "correct `model` or `revision` of the encoder",
        ) from error
    except (HfHubHTTPError, OSError) as error:
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
