"""Pretrained image models in local Hugging Face folders, as encoders of pictures of faces."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoConfig, AutoImageProcessor, AutoModel

from emofold.errors import InputError
from emofold.pretrained.layers import Layers, choose_layers
from emofold.pretrained.weights import (
    check_not_pointers,
    errors_of_model,
    load_weights,
    read_model_type,
)

IMAGE_TYPES = (
    *("vit", "deit", "dinov2", "dinov2_with_registers"),
    *("clip", "clip_vision_model", "siglip", "siglip_vision_model"),
)
TOKENS = ("patches", "cls")


class ImageModel:
    """A vision transformer, whose hidden states describe a picture.

    Parameters
    ----------
    model
        A vision model of transformers with its layers up to the highest wanted one.
    processor
        Its image processor, which knows how pictures are scaled.
    layers
        The wanted layers.
    depth
        How many layers the whole model has.
    tokens
        ``patches`` for the mean over all patches of a picture, ``cls`` for what the model itself
        sums it up in.

    Attributes
    ----------
    size
        How wide and high the pictures must be, in pixels.

    Raises
    ------
    InputError
        When the model has no such tokens, or its pictures are not square.
    """

    def __init__(
        self, model: Any, processor: Any, layers: list[int], depth: int, tokens: str
    ) -> None:
        self.model, self.processor = model, processor
        self.layers, self.depth, self.tokens = layers, depth, tokens
        self.size = _read_size(processor)
        outputs = self._run(np.zeros((1, self.size, self.size, 3), np.uint8))
        patches = (self.size // int(model.config.patch_size)) ** 2
        self._before_patches = outputs.last_hidden_state.shape[1] - patches
        if tokens == "cls" and not self._before_patches:
            raise InputError(
                f"`tokens: cls` of a model of the type {model.config.model_type}, which has none",
                "`tokens: patches`",
                "correct `tokens` of the encoder in the config",
            )

    def encode(self, pictures: np.ndarray) -> dict[int, np.ndarray]:
        """Return a vector of each picture by each wanted layer.

        Parameters
        ----------
        pictures
            RGB, uint8, shape (pictures, size, size, 3).

        Returns
        -------
        dict
            float32, shape (pictures, size of the layer), by the layer: 0 is the input of the first
            transformer layer, i the output of the i-th one.
        """
        outputs = self._run(pictures)
        every = [*outputs.hidden_states[: self.depth], outputs.last_hidden_state]
        states = {layer: every[layer] for layer in self.layers}
        if self.tokens == "cls":
            pooled = {layer: of_layer[:, 0] for layer, of_layer in states.items()}
        else:
            start = self._before_patches
            pooled = {layer: of_layer[:, start:].mean(dim=1) for layer, of_layer in states.items()}
        return {layer: vectors.float().cpu().numpy() for layer, vectors in pooled.items()}

    def _run(self, pictures: np.ndarray) -> Any:
        prepared = self.processor(
            images=list(pictures), do_resize=False, do_center_crop=False, return_tensors="pt"
        )
        with torch.inference_mode():
            pixels = prepared["pixel_values"].to(self.model.device)
            return self.model(pixel_values=pixels, output_hidden_states=True)


def load_image_model(folder: Path, layers: Layers, tokens: str) -> ImageModel:
    """Return a pretrained image model in float32, on the GPU where there is one.

    Layers above the highest wanted one are not even loaded.

    Parameters
    ----------
    folder
        A model folder as ``save_pretrained`` and the Hugging Face hub lay it out: ViT [1]_,
        DeiT [2]_, DINOv2 [3]_, or the vision tower of CLIP [4]_ or SigLIP [5]_, whose text tower is
        left aside.
    layers
        ``"all"`` for the hidden states, or the number of one or more of these.
    tokens
        As of :class:`ImageModel`.

    Raises
    ------
    InputError
        When the folder holds no such model, or not all of its weights, or the model has no such
        layer or tokens.

    References
    ----------
    .. [1] Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021.
    .. [2] Touvron et al., Training data-efficient image transformers, ICML 2021.
    .. [3] Oquab et al., DINOv2, TMLR 2024.
    .. [4] Radford et al., Learning Transferable Visual Models, ICML 2021.
    .. [5] Zhai et al., Sigmoid Loss for Language Image Pre-Training, ICCV 2023.
    """
    model_type = read_model_type(folder)
    if model_type not in IMAGE_TYPES:
        raise InputError(
            f"a model of the type {model_type!r} in {folder}",
            f"an image model of one of the types {', '.join(IMAGE_TYPES)}",
            "name another folder as `model` in the config",
        )
    check_not_pointers(folder)
    torch.backends.cudnn.allow_tf32 = False  # a GPU is to give the numbers that a CPU gives
    with errors_of_model(folder):
        return _load(folder, layers, tokens)


def _load(folder: Path, layers: Layers, tokens: str) -> ImageModel:
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    config = getattr(config, "vision_config", config)
    depth = config.num_hidden_layers
    wanted = choose_layers(layers, depth)
    config.num_hidden_layers = max(wanted[-1], 1)
    model = load_weights(AutoModel, folder, config, attn_implementation="sdpa")
    processor = AutoImageProcessor.from_pretrained(  # type: ignore[no-untyped-call]
        folder, local_files_only=True, backend="pil"
    )
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return ImageModel(model.to(device), processor, wanted, depth, tokens)


def _read_size(processor: Any) -> int:
    """Return how wide and high the pictures are that a processor makes of square ones."""
    cropped = getattr(processor, "crop_size", None) if _crops(processor) else None
    size = dict(cropped or processor.size)
    sides = {size.get(side) or size.get("shortest_edge") for side in ("height", "width")}
    side = sides.pop()
    if sides or side is None:
        raise InputError(
            f"a model of pictures of the size {size}, by preprocessor_config.json",
            "one of square pictures",
            "name another model",
        )
    return int(side)


def _crops(processor: Any) -> bool:
    return bool(getattr(processor, "do_center_crop", False))
