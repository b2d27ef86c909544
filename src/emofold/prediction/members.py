"""The models of a bundle: kept without pickle, read again, and asked for scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

import pandas as pd

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE
from emofold.models.features import features_of_layers
from emofold.models.normalisation import Population, standardised
from emofold.models.static import class_scores
from emofold.prediction.features import Features
from emofold.prediction.sklearn_files import load_pipeline, save_pipeline

PIPELINE, POPULATION = "model.skops", "population.safetensors"
WEIGHTS, SETTINGS = "model.safetensors", "config.json"
ANOTHER = "predict with the tool and the encoder that the bundle was trained with"


@dataclass(frozen=True)
class Scores:
    """What a model says of some clips, or of some windows.

    Attributes
    ----------
    values
        Indexed by clip; shape (clips, emotions).
    scale
        ``probability`` or ``logit``.
    attention
        By clip, how much each frame weighs: ``frame``, ``timestamp`` and ``weight``.
    """

    values: pd.DataFrame = field(default_factory=pd.DataFrame)
    scale: str = "logit"
    attention: Mapping[str, pd.DataFrame] = field(default_factory=dict)


class Member(Protocol):
    """A trained model of a bundle.

    Attributes
    ----------
    kind
        What its files are: ``static``, ``sequence`` or ``finetuned``.
    modality
        What it looks at: ``speech`` or ``face``.
    source
        The table that it reads, such as ``speech/embeddings/acoustic``.
    """

    kind: ClassVar[str]

    @property
    def modality(self) -> str: ...  # noqa: D102

    @property
    def source(self) -> str: ...  # noqa: D102

    def score(self, features: Features) -> Scores:
        """Return the scores of the clips that it can score."""
        ...

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the model's files into a folder; return what the manifest is to say of it."""
        ...


@dataclass(frozen=True)
class StaticMember:
    """A scikit-learn pipeline on clip-level features.

    Attributes
    ----------
    modality, source
        As of :class:`Member`.
    pipeline
        The trained pipeline.
    layers
        The layers of embeddings that it sees.
    width
        How many features the table has.
    population
        What the features of a speaker are normalised by, together with the speaker's own clips;
        None for a model that does not normalise.
    """

    kind: ClassVar[str] = "static"
    modality: str
    source: str
    pipeline: Any
    layers: Any
    width: int
    population: Population | None = None

    def score(self, features: Features) -> Scores:
        """Return the scores of the clips that have features."""
        table = features.table(self.source)
        if table.empty:
            return Scores()
        if table.shape[1] != self.width:
            raise InputError(
                f"{table.shape[1]} features in {self.source}",
                f"the {self.width} that the model was trained on",
                ANOTHER,
            )
        if self.population is not None:
            known = features.table_of_speaker(self.source)
            if known.empty:
                return Scores()
            statistics = self.population.statistics(known.to_numpy())
            values = standardised(table.to_numpy(), *statistics)
            table = pd.DataFrame(values, table.index, table.columns)
        seen = features_of_layers(table, self.layers)
        values, scale = class_scores(self.pipeline, seen.to_numpy())
        return Scores(pd.DataFrame(values, seen.index), scale)

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the pipeline with skops, and the population as safetensors."""
        from safetensors.numpy import save_file  # noqa: PLC0415

        save_pipeline(self.pipeline, folder / PIPELINE)
        if self.population is not None:
            save_file(vars(self.population), folder / POPULATION)
        return {"layers": self.layers, "width": self.width}

    @classmethod
    def load(cls, folder: Path, row: Mapping[str, Any]) -> Self:
        """Read what :meth:`save` wrote."""
        from safetensors.numpy import load_file  # noqa: PLC0415

        kept = folder / POPULATION
        return cls(
            row["modality"],
            row["source"],
            load_pipeline(folder / PIPELINE),
            row["layers"],
            row["width"],
            Population(**load_file(kept)) if kept.is_file() else None,
        )


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
    """

    kind: ClassVar[str] = "sequence"
    modality: ClassVar[str] = "face"
    source: str
    model: Any
    min_confidence: float

    def score(self, features: Features) -> Scores:
        """Return the scores of the clips that show a face, and the attention to their frames."""
        from emofold.models.sequence.sequences import sequences_of  # noqa: PLC0415

        frames = features.frames(Path(self.source).name)
        if frames.empty:
            return Scores()
        sequences = sequences_of(frames, self.min_confidence)
        logits, weights = self.model.predict(sequences)
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
        return Scores(logits.set_index("clip"), "logit", attention)

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the weights as safetensors and all else as json."""
        self.model.save(folder / WEIGHTS, folder / SETTINGS)
        return {"min_confidence": self.min_confidence}

    @classmethod
    def load(cls, folder: Path, row: Mapping[str, Any]) -> Self:
        """Read what :meth:`save` wrote."""
        from emofold.models.sequence.model import SequenceModel  # noqa: PLC0415

        model = SequenceModel.load(folder / WEIGHTS, folder / SETTINGS)
        return cls(row["source"], model, row["min_confidence"])


@dataclass(frozen=True)
class FinetunedMember:
    """A fine-tuned speech encoder.

    Attributes
    ----------
    folder
        Where ``model.safetensors`` and ``config.json`` lie.
    source
        As of :class:`Member`.
    """

    kind: ClassVar[str] = "finetuned"
    modality: ClassVar[str] = "speech"
    folder: Path
    source: str = "speech/audio"

    @cached_property
    def _encoder(self) -> Any:
        from emofold.models.finetuning.network import FinetunedEncoder  # noqa: PLC0415

        return FinetunedEncoder.load(self.folder)

    def score(self, features: Features) -> Scores:
        """Return the scores of the clips that have sound enough."""
        logits, errors = self._encoder.predict(features.sounds, SAMPLE_RATE)
        features.errors.update(errors)
        return Scores(pd.DataFrame.from_dict(logits, orient="index"), "logit")

    def save(self, folder: Path) -> dict[str, Any]:
        """Copy the two files."""
        import shutil  # noqa: PLC0415

        for name in (WEIGHTS, SETTINGS):
            shutil.copyfile(self.folder / name, folder / name)
        return {}

    @classmethod
    def load(cls, folder: Path, row: Mapping[str, Any]) -> Self:
        """Return the model in a folder, whose files are read when it is first asked."""
        return cls(folder, row["source"])


MEMBERS: Mapping[str, Any] = {
    member.kind: member for member in (StaticMember, SequenceMember, FinetunedMember)
}
