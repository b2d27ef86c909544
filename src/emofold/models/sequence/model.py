"""A trained sequence model: it scores clips, and is kept as safetensors beside a config.json."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file, save_file

from emofold.errors import InputError, listing
from emofold.files import atomic_write
from emofold.models.saved_networks import build_network
from emofold.models.sequence.bilstm import BiLSTM
from emofold.models.sequence.sequences import Scaling, Sequences
from emofold.scores import score_columns

CLIPS_SCORED_TOGETHER = 64
NOT_OF_THE_STORY = {"architecture", "network", "action_units", "scaling", "emotions"}
MAKE_ANEW = "delete the folder of the model and run the workflow again, which makes it anew"


class Batches:
    """The frames of all clips in one tensor, of which batches are cut.

    Parameters
    ----------
    values
        Shape (frames of all clips, inputs).
    starts
        The index of the first frame of each clip, and at last the number of frames.
    device
        Where the batches are wanted.
    """

    def __init__(self, values: np.ndarray, starts: np.ndarray, device: torch.device) -> None:
        self.frames = torch.from_numpy(values).to(device)
        self.starts = torch.from_numpy(starts[:-1]).to(device)
        self.lengths = torch.from_numpy(np.diff(starts)).to(device)

    def padded(self, clips: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return frames, shape (most frames, clips, inputs), and the real lengths.

        Parameters
        ----------
        clips
            The indices of the clips, int64. Each is padded by repetitions of its last frame.
        """
        lengths = self.lengths[clips]
        time = torch.arange(int(lengths.max()), device=lengths.device)[:, None]
        return self.frames[self.starts[clips] + torch.minimum(time, lengths - 1)], lengths

    def by_length(self, clips: torch.Tensor, batches: int) -> list[torch.Tensor]:
        """Sort clips by length and cut them into batches of equal size, none of them empty."""
        in_order = clips[self.lengths[clips].argsort(stable=True).to(clips.device)]
        return [batch for batch in in_order.tensor_split(batches) if len(batch)]


Map = Callable[..., Iterator[Any]]


@contextmanager
def map_in_threads(threads: int) -> Iterator[Map]:
    """Give a ``map`` that works on so many items at once, each in one thread.

    Two halves of a batch in a thread each take less time than PyTorch's own threads, which wait for
    each other at every frame of an LSTM, and for long where other programs use the cores as well.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        try:
            yield pool.map
        finally:
            torch.set_num_threads(before)


@dataclass(frozen=True)
class SequenceModel:
    """A network and what must be known to use it.

    Attributes
    ----------
    network
        The network.
    settings
        The arguments of the network.
    action_units
        The Action Units that it reads, in order.
    scaling
        What is done to them first.
    emotions
        The emotions that it scores, in order.
    story
        How it came about.
    """

    network: BiLSTM
    settings: Mapping[str, Any]
    action_units: tuple[str, ...]
    scaling: Scaling
    emotions: tuple[str, ...]
    story: Mapping[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Raise a :class:`ValueError` unless its parts fit each other."""
        sizes = [self.settings["inputs"], self.settings["emotions"]]
        if sizes != [len(self.action_units), len(self.emotions)]:
            raise ValueError("another number of Action Units or of emotions than the network has")
        for numbers in (self.scaling.offset, self.scaling.spread):
            if numbers.shape != (len(self.action_units),) or not np.isfinite(numbers).all():
                raise ValueError("another scaling than one number for each Action Unit")

    def batches(self, sequences: Sequences) -> Batches:
        """Return the scaled frames of some clips, where the network is."""
        if sequences.action_units != self.action_units:
            raise InputError(
                f"the Action Units {listing(sequences.action_units, 35)}",
                f"those that the model was trained on: {listing(self.action_units, 35)}",
                "extract the Action Units with the tool that the model was trained on",
            )
        device = next(self.network.parameters()).device
        return Batches(self.scaling(sequences.values), sequences.starts, device)

    def predict(
        self, sequences: Sequences, threads: int = 1
    ) -> tuple[pd.DataFrame, dict[str, np.ndarray], pd.DataFrame]:
        """Score clips.

        Returns
        -------
        logits : pandas.DataFrame
            The column ``clip`` and a score an emotion, in the order of the clips.
        weights : dict
            The weight of each valid frame, by clip; they add up to 1.
        states : pandas.DataFrame
            The mean state of each clip, which its scores are made of, indexed by clip.
        """
        batches = self.batches(sequences)
        with map_in_threads(threads) as mapped:
            logits, weights, states = predict(
                self.network, batches, torch.arange(len(sequences.clips)), mapped
            )
        scores = pd.DataFrame(logits.double().numpy(), columns=score_columns(self.emotions))
        scores.insert(0, "clip", sequences.clips)
        by_clip = dict(zip(sequences.clips, weights, strict=True))
        return scores, by_clip, pd.DataFrame(states.numpy(), pd.Index(sequences.clips, name="clip"))

    def save(self, weights: Path, settings: Path) -> None:
        """Write the weights as safetensors and all else as json."""
        content = {
            "architecture": type(self.network).__name__,
            "network": dict(self.settings),
            "action_units": self.action_units,
            "scaling": {
                "offset": self.scaling.offset.tolist(),
                "spread": self.scaling.spread.tolist(),
            },
            "emotions": self.emotions,
            **self.story,
        }
        tensors = {name: t.cpu().contiguous() for name, t in self.network.state_dict().items()}
        with atomic_write(weights) as partial:
            save_file(tensors, partial)
        with atomic_write(settings) as partial:
            partial.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, weights: Path, settings: Path) -> Self:
        """Read a model that :meth:`save` wrote. Nothing in the files is executed.

        Raises
        ------
        InputError
            When a file is missing, or the two do not belong together.
        """
        try:
            content = json.loads(settings.read_text(encoding="utf-8"))
            described, scaling = content["network"], content["scaling"]
            model = cls(
                build_network(
                    lambda: BiLSTM(**described),
                    load_file(weights),
                    [described["layers"], described["attention_layers"]],
                ),
                described,
                tuple(content["action_units"]),
                Scaling(*(np.array(scaling[key], "float32") for key in ("offset", "spread"))),
                tuple(content["emotions"]),
                {key: value for key, value in content.items() if key not in NOT_OF_THE_STORY},
            )
            model.check()
        except Exception as error:  # json, safetensors and torch each have their own
            raise InputError(
                f"{weights} and {settings} cannot be read as a model ({error})",
                "the two files that a training of a sequence model wrote",
                MAKE_ANEW,
            ) from error
        model.network.eval()
        return model


def predict(
    network: BiLSTM, batches: Batches, clips: torch.Tensor, mapped: Map
) -> tuple[torch.Tensor, list[np.ndarray], torch.Tensor]:
    """Return the logits of some clips, the weights of their frames, and their mean states.

    Logits have the shape (clips, emotions), states (clips, 2 × hidden size).
    """

    def score(batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        with torch.no_grad():
            states, weights = network.pool(*batches.padded(batch))
            logits = network.scores(states)
        return logits.cpu(), weights.cpu(), states.cpu()

    network.eval()
    cut = batches.by_length(clips, -(-len(clips) // CLIPS_SCORED_TOGETHER))
    results = list(mapped(score, cut))
    index_of = {int(clip): index for index, clip in enumerate(torch.cat(cut))}
    order = torch.tensor([index_of[int(clip)] for clip in clips])
    logits = torch.cat([logits for logits, _, _ in results])[order]
    weights = [column for _, weights, _ in results for column in weights.T.numpy()]
    states = torch.cat([states for _, _, states in results])[order]
    lengths = batches.lengths[clips].tolist()
    in_order = [weights[index][:n] for index, n in zip(order, lengths, strict=True)]
    return logits, in_order, states
