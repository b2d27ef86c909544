"""The files that a bundle needs besides its models: weights of encoders, the face landmarker."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emofold.fetch.model_files import INDEX, WEIGHTS, choose_files, list_shards
from emofold.files import atomic_write
from emofold.prediction.manifest import LANDMARKER

SAFE = WEIGHTS[0]


def copy_encoders(
    encoders: Mapping[str, Mapping[str, Any]], bundle: Path
) -> dict[str, dict[str, Any]]:
    """Copy the model folders of encoders into a bundle, each once.

    Parameters
    ----------
    encoders
        By the name of each encoder its settings and `model`: a Hugging Face folder, or None.
    bundle
        The folder of the bundle.

    Returns
    -------
    dict
        The same rows with `folder`, below the bundle's, in the place of `model`.
    """
    copied: dict[str, str] = {}
    rows = {}
    for name, encoder in encoders.items():
        row = dict(encoder)
        model = row.pop("model")
        if model and model not in copied:
            copied[model] = f"encoders/{name}"
            _copy_encoder(Path(model), bundle / copied[model])
        rows[name] = {**row, "folder": copied.get(model)}
    return rows


def copy_extractors(
    kinds: Mapping[str, str],
    landmarker: Path | None,
    min_confidence: float,
    which: str,
    bundle: Path,
) -> dict[str, dict[str, Any]]:
    """Copy what extractors of Action Units need into a bundle, and return what they are.

    OpenFace and pyfaceau are not copied: their licences leave it to each user to get them.

    Parameters
    ----------
    kinds
        ``mediapipe``, ``openface``, ``pyfaceau`` or ``csv``, by the name of each extractor.
    landmarker
        The face landmarker of MediaPipe, where one of them or a face encoder needs it.
    min_confidence
        Frames of a lower confidence do not count.
    which
        Whose face they take; see :data:`emofold.face.people.CHOICES`.
    bundle
        The folder of the bundle.
    """
    if landmarker is not None:
        (bundle / LANDMARKER).parent.mkdir()
        shutil.copyfile(landmarker, bundle / LANDMARKER)
    return {
        name: {
            "kind": kind,
            "file": LANDMARKER if kind == "mediapipe" else None,
            "min_confidence": min_confidence,
            "which": which,
        }
        for name, kind in kinds.items()
    }


def _copy_encoder(folder: Path, target: Path) -> None:
    """Copy what an encoder is read from; weights in files of PyTorch's own become safetensors."""
    target.mkdir(parents=True)
    names = [file.name for file in folder.iterdir()]
    descriptions, weights = choose_files(names)
    files = [weights] if weights else []
    if weights and weights.endswith(INDEX):
        files = list_shards(folder / weights, names)
    if weights and weights.startswith(SAFE):
        for name in {*files, weights}:
            shutil.copyfile(folder / name, target / name)
    else:
        _convert([folder / name for name in files], target / SAFE)
    for name in descriptions:
        shutil.copyfile(folder / name, target / name)


def _convert(files: list[Path], target: Path) -> None:
    import torch  # noqa: PLC0415
    from safetensors.torch import save_file  # noqa: PLC0415

    tensors = {
        name: tensor.clone().contiguous()
        for file in files
        for name, tensor in torch.load(file, map_location="cpu", weights_only=True).items()
    }
    with atomic_write(target) as partial:
        save_file(tensors, partial, {"format": "pt"})
