"""The models of a bundle: how each is kept without pickle, read again, and asked for scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

import pandas as pd

from emofold.errors import InputError
from emofold.models.features import features_of_layers
from emofold.models.speaker_normalisation import Population, standardised
from emofold.models.static import class_scores
from emofold.prediction.sklearn_files import load_pipeline, save_pipeline

Scored = tuple[pd.DataFrame, str]
NOTHING: Scored = pd.DataFrame(), "logit"
PIPELINE, POPULATION = "model.skops", "population.safetensors"
WEIGHTS, SETTINGS = "model.safetensors", "config.json"
ANOTHER = "predict with the tool and the encoder that the bundle was trained with"


class Observations(Protocol):
    """What is known of some clips, or of some windows of clips, of one speaker.

    A clip without sound, or without a face, is missing where these are asked for, and `failures`
    say why.
    """

    failures: dict[str, InputError]

    def of_speaker(self, table: str) -> pd.DataFrame:
        """Return the features of whole clips, by which the speaker is known."""
        ...

    def features(self, table: str) -> pd.DataFrame:
        """Return a table of clip-level features, as :mod:`emofold.models.features` reads them."""
        ...

    def frames(self, extractor: str) -> pd.DataFrame:
        """Return the frames of all clips that show a face, with the column ``clip``."""
        ...

    def wavs(self) -> Mapping[str, Path]:
        """Return the 16 kHz mono wav of each clip that has sound."""
        ...


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

    def scores(self, observed: Observations) -> Scored:
        """Return the scores of the clips that it can score, and their scale.

        Returns
        -------
        scores : pandas.DataFrame
            Indexed by clip; shape (clips, emotions).
        scale : str
            ``probability`` or ``logit``.
        """
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

    def scores(self, observed: Observations) -> Scored:
        """Return the scores of the clips that have features, and their scale."""
        features = observed.features(self.source)
        if features.empty:
            return NOTHING
        if features.shape[1] != self.width:
            raise InputError(
                f"{features.shape[1]} features in {self.source}",
                f"the {self.width} that the model was trained on",
                ANOTHER,
            )
        if self.population is not None:
            known = observed.of_speaker(self.source)
            if known.empty:
                return NOTHING
            statistics = self.population.statistics(known.to_numpy())
            values = standardised(features.to_numpy(), *statistics)
            features = pd.DataFrame(values, features.index, features.columns)
        seen = features_of_layers(features, self.layers)
        values, scale = class_scores(self.pipeline, seen.to_numpy())
        return pd.DataFrame(values, seen.index), scale

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
        Frames of a lower confidence do not count.
    """

    kind: ClassVar[str] = "sequence"
    modality: ClassVar[str] = "face"
    source: str
    model: Any
    min_confidence: float

    def scores(self, observed: Observations) -> Scored:
        """Return the scores of the clips that show a face, and their scale."""
        return self.scores_and_attention(observed)[0]

    def scores_and_attention(
        self, observed: Observations
    ) -> tuple[Scored, dict[str, pd.DataFrame]]:
        """Return also, for each clip, the ``timestamp`` and the ``weight`` of its frames."""
        from emofold.models.sequence.sequences import sequences_of  # noqa: PLC0415

        frames = observed.frames(Path(self.source).name)
        if frames.empty:
            return NOTHING, {}
        sequences = sequences_of(frames, self.min_confidence)
        logits, weights = self.model.predict(sequences)
        attention = {
            clip: pd.DataFrame(
                {"timestamp": sequences.timestamp[sequences.of_clip(clip)], "weight": of_clip}
            )
            for clip, of_clip in weights.items()
        }
        return (logits.set_index("clip"), "logit"), attention

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

    def scores(self, observed: Observations) -> Scored:
        """Return the scores of the clips that have sound enough, and their scale."""
        logits, errors = self._encoder.predict(observed.wavs())
        observed.failures.update(errors)
        return pd.DataFrame.from_dict(logits, orient="index"), "logit"

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
