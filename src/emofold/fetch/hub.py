"""Models of the Hugging Face hub: what an encoder needs of them, in a folder of the run."""

import shutil
from collections.abc import Callable, Iterable
from glob import escape
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from emofold.errors import InputError, listing
from emofold.fetch.model_files import INDEX, WEIGHTS, choose_files, list_shards

LOCAL_COPY = "name a local copy of the model's folder as `model`"

# OSError, what the hub's HTTP library raises, and what an answer or an id that is none leads to
HUB_TROUBLE: Any = (*HfHubHTTPError.__bases__, ValueError)

api = HfApi()


def fetch_model(model: str, revision: str, folder: Path) -> None:
    """Fetch a model: its descriptions, and its weights as safetensors if the hub has them.

    What else a repository holds, such as tokenizers, adapters and weights for other programs, stays
    there.

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
        When the hub cannot be reached, has no such model, revision or weights, or does not give
        them to everyone.
    """
    try:
        found = api.model_info(model, revision=revision)
        partial = folder.with_name(f".{folder.name}.{found.sha}.partial")
        known = [file.rfilename for file in found.siblings or []]

        def download(files: Iterable[str]) -> None:
            patterns = [*map(escape, files)]
            api.snapshot_download(
                model, revision=found.sha, local_dir=partial, allow_patterns=patterns
            )
            missing = [file for file in files if not (partial / file).is_file()]
            if missing:
                raise OSError(f"without {listing(missing)}")

        _fetch_files(known, partial, download, model)
    except GatedRepoError as error:
        raise InputError(
            f"no access to the model {model}, which its owners do not give to everyone",
            "a public model, or a login that they have let in",
            f"ask for access at {api.endpoint}/{model}, log in with `hf auth login` (or set "
            f"HF_TOKEN) and run again, or {LOCAL_COPY}",
        ) from error
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise InputError(
            f"no model {model} at {revision} on the hub",
            "the id of a public model, and a revision that it has",
            "correct `model` or `revision` of the encoder; for a private model, log in with "
            "`hf auth login` (or set HF_TOKEN)",
        ) from error
    except HUB_TROUBLE as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise InputError(
            f"the model {model} cannot be had from the hub ({reason})",
            "an answer of the hub",
            f"check the network and run again, which goes on where this stopped, or {LOCAL_COPY}",
        ) from error
    shutil.rmtree(partial / ".cache", ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)
    partial.replace(folder)


def _fetch_files(
    known: list[str], folder: Path, download: Callable[[Iterable[str]], None], model: str
) -> None:
    """Download the descriptions and the weights, those that are safe to load if there are any."""
    descriptions, weights = choose_files(known)
    if weights is None:
        raise InputError(
            f"no weights of PyTorch in {model}",
            f"a model with {' or '.join(WEIGHTS)}",
            "name another model",
        )
    download([*descriptions, weights])
    if weights.endswith(INDEX):
        download(list_shards(folder / weights, known))
