"""The networks in a bundle: bi-LSTMs on Action Units and fine-tuned speech encoders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

import pandas as pd

from emofold.errors import InputError, listing
from emofold.media.audio import SAMPLE_RATE
from emofold.models.novelty import Novelty
from emofold.prediction.features import Features
from emofold.prediction.manifest import ANEW
from emofold.prediction.members.member import NOVELTY, Scores, check_finite
from emofold.prediction.numbers_files import load_novelty, save_novelty

WEIGHTS, SETTINGS = "model.safetensors", "config.json"


@dataclass(frozen=True)
class SequenceMember:
    """A bi-LSTM with attention on the frames of the Action Units.

    Attributes
    ----------
    source
        As of :class:`Member`.
    model
        The trained model.
    min_confidence
        As of :func:`emofold.face.frames.is_valid`.
    novelty
        What it takes for new; None in bundles of before this was known of networks.
    """

    kind: ClassVar[str] = "sequence"
    modality: ClassVar[str] = "face"
    source: str
    model: Any
    min_confidence: float
    novelty: Novelty | None = None

    def score(self, features: Features) -> Scores:
        """Return the scores of the clips that show a face, and the attention to their frames."""
        from emofold.models.sequence.sequences import sequences_of  # noqa: PLC0415

        frames = features.frames(Path(self.source).name)
        if frames.empty:
            return Scores()
        sequences = sequences_of(frames, self.min_confidence, columns=self.model.action_units)
        logits, weights, states = self.model.predict(sequences)
        attention = {
            clip: pd.DataFrame(
                {
                    "frame": sequences.frame[sequences.of_clip(clip)],
                    "timestamp": sequences.timestamp[sequences.of_clip(clip)],
                    "weight": of_clip,
                }
            )
            for clip, of_clip in weights.items()
        }
        values = check_finite(logits.set_index("clip"), self.source)
        return Scores(values, "logit", attention, _judge_states(self.novelty, states))

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the weights and what is known of clips as safetensors, and all else as json."""
        self.model.save(folder / WEIGHTS, folder / SETTINGS)
        saved = _save_novelty(self.novelty, folder)
        return {"min_confidence": self.min_confidence, **saved}

    @classmethod
    def load(cls, folder: Path, row: Mapping[str, Any], emotions: Sequence[str]) -> Self:
        """Read what :meth:`save` wrote."""
        from emofold.models.sequence.model import SequenceModel  # noqa: PLC0415

        model = SequenceModel.load(folder / WEIGHTS, folder / SETTINGS)
        _check_emotions(model.emotions, emotions, folder)
        return cls(row["source"], model, row["min_confidence"], _load_novelty(folder, row))


@dataclass(frozen=True)
class FinetunedMember:
    """A fine-tuned speech encoder.

    Attributes
    ----------
    folder
        Where ``model.safetensors`` and ``config.json`` lie.
    emotions
        What it scores, in order.
    source
        As of :class:`Member`.
    novelty
        As of :class:`SequenceMember`.
    """

    kind: ClassVar[str] = "finetuned"
    modality: ClassVar[str] = "speech"
    folder: Path
    emotions: tuple[str, ...]
    source: str = "speech/audio"
    novelty: Novelty | None = None

    @cached_property
    def _encoder(self) -> Any:
        from emofold.models.finetuning.network import FinetunedEncoder  # noqa: PLC0415

        encoder = FinetunedEncoder.load(self.folder)
        _check_emotions(encoder.emotions, self.emotions, self.folder)
        return encoder

    def score(self, features: Features) -> Scores:
        """Return the scores of the clips that have sound enough."""
        scored, errors = self._encoder.score(features.sounds, SAMPLE_RATE)
        features.errors.update(errors)
        if not scored:
            return Scores()
        logits, states = (
            pd.DataFrame([one[place] for one in scored.values()], [*scored]) for place in (0, 1)
        )
        values = check_finite(logits, self.source)
        return Scores(values, "logit", novelty=_judge_states(self.novelty, states))

    def save(self, folder: Path) -> dict[str, Any]:
        """Copy the two files, and write what is known of clips as safetensors."""
        import shutil  # noqa: PLC0415

        for name in (WEIGHTS, SETTINGS):
            shutil.copyfile(self.folder / name, folder / name)
        return _save_novelty(self.novelty, folder)

    @classmethod
    def load(cls, folder: Path, row: Mapping[str, Any], emotions: Sequence[str]) -> Self:
        """Return the model in a folder, whose files are read when it is first asked."""
        return cls(folder, tuple(emotions), row["source"], _load_novelty(folder, row))


def _judge_states(novelty: Novelty | None, states: pd.DataFrame) -> pd.DataFrame:
    """Return how new clips are to a network, by the states that it makes its scores of."""
    if novelty is None:
        return pd.DataFrame()
    if novelty.distribution.width != states.shape[1]:
        raise InputError(
            f"a model with states of {states.shape[1]} numbers",
            f"the {novelty.distribution.width} of which its novelty speaks",
            ANEW,
        )
    return pd.DataFrame(novelty.judge(states.to_numpy("float64"), 1)._asdict(), states.index)


def _save_novelty(novelty: Novelty | None, folder: Path) -> dict[str, Any]:
    if novelty is None:
        return {}
    save_novelty(novelty, folder / NOVELTY)
    return {"width": novelty.distribution.width}


def _load_novelty(folder: Path, row: Mapping[str, Any]) -> Novelty | None:
    return load_novelty(folder / NOVELTY, row["width"]) if "width" in row else None


def _check_emotions(found: Sequence[str], expected: Sequence[str], folder: Path) -> None:
    if [*found] != [*expected]:
        raise InputError(
            f"a model of the emotions {listing(found, 20)} in {folder}",
            f"those of its bundle: {listing(expected, 20)}",
            ANEW,
        )
