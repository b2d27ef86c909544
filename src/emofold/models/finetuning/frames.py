"""What the layers that are trained get to see of each clip, and of the copies made of it.

Below them nothing changes in a training. So each clip goes through the front end, and through the
frozen layers, once; what comes out of frozen layers is kept in half precision, here and in files.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from scipy.signal import resample_poly

from emofold.errors import InputError, counted, listing
from emofold.files import atomic_write
from emofold.media.audio import SAMPLE_RATE, check_rate, to_float
from emofold.speech.chunks import MAX_CHUNK
from emofold.speech.progress import Progress
from emofold.speech.transformer import PretrainedModel, check_enough_sound

logger = logging.getLogger(__name__)

Frames = Mapping[str, torch.Tensor]
LARGEST_DENOMINATOR = 100  # of a speed: 0.93 is 93 / 100
ERRORS = "errors"


@dataclass(frozen=True)
class Copy:
    """How a copy of a clip differs from it; by nothing, unless said.

    Attributes
    ----------
    speed
        How many times as fast it is played, which raises the pitch as well.
    level
        How many decibels louder it is.
    """

    speed: float = 1.0
    level: float = 0.0

    def make(self, samples: np.ndarray) -> np.ndarray:
        """Return the samples of the copy.

        Examples
        --------
        >>> Copy(speed=2.0).make(np.zeros(1000, np.int16)).size
        500
        """
        sound = to_float(samples)
        if self.speed != 1:
            speed = Fraction(self.speed).limit_denominator(LARGEST_DENOMINATOR)
            sound = resample_poly(sound, speed.denominator, speed.numerator)
        return np.clip(sound * np.float32(10 ** (self.level / 20)), -1, 1)


def list_copies(augment: Mapping[str, Sequence[float]]) -> list[Copy]:
    """Return the copies of each clip that a config asks for.

    Examples
    --------
    >>> list_copies({"speeds": [0.9], "levels": [-6]})
    [Copy(speed=0.9, level=0.0), Copy(speed=1.0, level=-6)]
    """
    speeds, levels = (augment.get(key, ()) for key in ("speeds", "levels"))
    return [*map(Copy, speeds), *(Copy(level=level) for level in levels)]


def check_depth(frozen_layers: int, model: PretrainedModel) -> None:
    """Raise an :class:`InputError` where more layers are to be frozen than the model has."""
    if frozen_layers > model.depth:
        raise InputError(
            f"`frozen_layers: {frozen_layers}` of an encoder of {counted(model.depth, 'layer')}",
            f"{model.depth} at most, which trains the head alone",
            "lower `frozen_layers`",
        )


def clip_frames(
    model: PretrainedModel, sounds: Mapping[str, np.ndarray], rate: int, frozen_layers: int = 0
) -> tuple[dict[str, torch.Tensor], dict[str, InputError]]:
    """Run the front end and the frozen layers once on each clip.

    Each clip goes through alone, as in :class:`TransformerEncoder` and why. Of a clip of more than
    30 s only the middle 30 s are heard, which the log says.

    Parameters
    ----------
    model
        The encoder.
    sounds, rate
        As of :meth:`emofold.speech.encoders.SpeechEncoder.embed`.
    frozen_layers
        How many layers above the front end are frozen.

    Returns
    -------
    frames : dict of str to torch.Tensor
        On the CPU, shape (frames, size): float32 out of the front end, which is about 100 kB a
        second of sound, and float16 out of frozen layers.
    errors : dict of str to InputError
        Why a clip has none.

    Raises
    ------
    InputError
        When the model has fewer layers than are to be frozen.
    """
    frames: dict[str, torch.Tensor] = {}
    errors: dict[str, InputError] = {}
    long = []
    check_rate(rate)
    check_depth(frozen_layers, model)
    progress = Progress(len(sounds))
    for clip, samples in sounds.items():
        skipped = max(0, samples.size - MAX_CHUNK) // 2
        try:
            check_enough_sound(model, clip, samples)
            heard = model.prepare(to_float(samples))[skipped : skipped + MAX_CHUNK]
            with torch.no_grad():
                found = _run_frozen(model, model.run_front_end(heard), frozen_layers).cpu()
            _check_range(clip, found, frozen_layers)
        except InputError as error:
            errors[clip] = error
            continue
        frames[clip] = found
        if skipped:
            long.append(clip)
        progress.add(len(heard) / SAMPLE_RATE)
    progress.log()
    if long:
        logger.warning("only the middle 30 s are used of %s", listing(long, most=len(long)))
    return frames, errors


def _run_frozen(model: PretrainedModel, frames: torch.Tensor, layers: int) -> torch.Tensor:
    if not layers:
        return frames.float()
    model.network.eval()
    is_real = torch.ones((1, len(frames)), dtype=torch.bool, device=frames.device)
    (states,) = islice(model.run_layers(frames[None], is_real), layers, layers + 1)
    return states[0].half()


def _check_range(clip: str, frames: torch.Tensor, layers: int) -> None:
    if layers and not frames.isfinite().all():
        raise InputError(
            f"`frozen_layers: {layers}` give values beyond half precision on {clip}",
            "numbers up to 65504, as encoders of speech have them",
            "change `frozen_layers` (with 0, nothing is halved), or take another encoder",
        )


def frames_of_copies(
    model: PretrainedModel,
    sounds: Mapping[str, np.ndarray],
    copies: Iterable[Copy],
    frozen_layers: int,
) -> tuple[list[dict[str, torch.Tensor]], dict[str, InputError]]:
    """Return the frames of the clips, those of each copy that can be used, and why a clip has none.

    Parameters
    ----------
    model, sounds, frozen_layers
        As of :func:`clip_frames`; 16 kHz.
    copies
        What to make of each clip, beside it.
    """
    frames, errors = clip_frames(model, sounds, SAMPLE_RATE, frozen_layers)
    found = [frames]
    for copy in copies:
        made = {clip: copy.make(sounds[clip]) for clip in frames}
        found.append(clip_frames(model, made, SAMPLE_RATE, frozen_layers)[0])
    return found, errors


def save_frames(
    path: Path, frames: Sequence[Frames], errors: Mapping[str, InputError | str]
) -> None:
    """Write what :func:`frames_of_copies` returned into one file.

    The tensors are named by the number of the copy and the clip.
    """
    tensors = {
        f"{copy} {clip}": of[clip].contiguous() for copy, of in enumerate(frames) for clip in of
    }
    metadata = {ERRORS: json.dumps({clip: str(error) for clip, error in errors.items()})}
    with atomic_write(path) as partial:
        save_file(tensors, partial, metadata)


def open_frames(
    paths: Iterable[Path],
) -> tuple[list[dict[str, torch.Tensor]], dict[str, str]]:
    """Open what :func:`save_frames` wrote, of all files together.

    The files are mapped into memory, so that the system may let go of what it needs elsewhere.
    """
    found: dict[int, dict[str, torch.Tensor]] = {0: {}}
    errors: dict[str, str] = {}
    for path in paths:
        with safe_open(path, "pt") as file:
            content: Any = file
            for key in content.keys():  # noqa: SIM118
                copy, _, clip = key.partition(" ")
                found.setdefault(int(copy), {})[clip] = content.get_tensor(key)
            errors |= json.loads(content.metadata()[ERRORS])
    return [found[copy] for copy in sorted(found)], errors
