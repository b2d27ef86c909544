"""The models of a bundle: kept without pickle, read again, and asked for scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import pandas as pd

from emofold.errors import InputError, listing
from emofold.media.audio import SAMPLE_RATE
from emofold.models.features import features_of_columns, features_of_layers
from emofold.models.normalisation import Population, standardised
from emofold.models.novelty import Novelty
from emofold.models.static import class_scores
from emofold.prediction.features import Features
from emofold.prediction.manifest import ANEW
from emofold.prediction.numbers_files import (
    load_novelty,
    load_population,
    save_novelty,
    save_population,
)
from emofold.prediction.sklearn_files import check_width, load_pipeline, save_pipeline

PIPELINE, POPULATION, NOVELTY = "model.skops", "population.safetensors", "novelty.safetensors"
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
    novelty
        Indexed by clip, what :meth:`emofold.models.novelty.Novelty.judge` says; empty where nothing
        is known.
    """

    values: pd.DataFrame = field(default_factory=pd.DataFrame)
    scale: str = "logit"
    attention: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    novelty: pd.DataFrame = field(default_factory=pd.DataFrame)

    def novelties(self, clips: Sequence[str]) -> np.ndarray:
        """Return how new each clip is to the model; NaN where that is not known."""
        return self._judged("novelty", clips, np.nan)

    def temperatures(self, clips: Sequence[str]) -> np.ndarray:
        """Return what the log probabilities of each clip are to be divided by."""
        return self._judged("temperature", clips, 1.0)

    def familiarities(self, clips: Sequence[str]) -> np.ndarray:
        """Return how far what held-out clips have taught holds for each clip, from 0 to 1."""
        return self._judged("familiarity", clips, 1.0)

    def _judged(self, column: str, clips: Sequence[str], unknown: float) -> np.ndarray:
        if self.novelty.empty:
            return np.full(len(clips), unknown)
        return self.novelty[column].reindex([*clips]).fillna(unknown).to_numpy("float64")


def has_named_columns(source: str) -> bool:
    """Return whether the columns of a table say what was measured of faces."""
    return source.startswith(("face/means/", "face/functionals/"))


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
        How many features of the table it is given.
    novelty
        What it takes for new.
    normalise_by
        ``none``, or whose clips its features are normalised by: those of the ``speaker``, or all
        that are given together, as a ``corpus``.
    population
        What they are normalised by besides; None for a model that does not normalise.
    columns
        Of a table of faces, the columns that it was trained on; None for the Action Units.
    """

    kind: ClassVar[str] = "static"
    modality: str
    source: str
    pipeline: Any
    layers: Any
    width: int
    novelty: Novelty
    normalise_by: str = "none"
    population: Population | None = None
    columns: Sequence[str] | None = None

    def score(self, features: Features) -> Scores:
        """Return the scores of the clips that have features."""
        table = features.table(self.source)
        return self.judge(table, self.known_clips(features) if self.population else table)

    def judge(self, table: pd.DataFrame, known: pd.DataFrame) -> Scores:
        """Return the scores of some clips.

        Parameters
        ----------
        table
            Their features.
        known
            The features of the clips that they are normalised by, if the model normalises.
        """
        if table.empty or known.empty:
            return Scores()
        table, known = self.choose_features(table), self.choose_features(known)
        known_clips = 1
        if self.population is not None:
            known_clips = len(known)
            statistics = self.population.statistics(known.to_numpy())
            values = standardised(table.to_numpy(), *statistics)
            table = pd.DataFrame(values, table.index, table.columns)
        seen = features_of_layers(table, self.layers)
        check_width(self.pipeline, seen.shape[1], self.source)
        values, scale = class_scores(self.pipeline, seen.to_numpy())
        judgement = self.novelty.judge(seen.to_numpy(), known_clips)
        return Scores(
            _finite(pd.DataFrame(values, seen.index), self.source),
            scale,
            novelty=pd.DataFrame(judgement._asdict(), seen.index),
        )

    def known_clips(self, features: Features) -> pd.DataFrame:
        """Return the features of the whole clips that those of a clip are normalised by."""
        return self.choose_features(features.known_clips(self.source, self.normalise_by))

    def choose_features(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return those features of clips that the model was trained on.

        Raises
        ------
        InputError
            When the clips lack any of them.
        """
        chosen = self._choose_columns(table)
        if len(chosen) and chosen.shape[1] != self.width:
            raise InputError(
                f"{chosen.shape[1]} features in {self.source}",
                f"the {self.width} that the model was trained on",
                ANOTHER,
            )
        return chosen

    def _choose_columns(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the columns of a table of faces that the model was trained on."""
        if table.empty or not has_named_columns(self.source):
            return table
        if self.columns is None:
            return features_of_columns(table, "action_units", None)
        lacking = [name for name in self.columns if name not in table]
        if lacking or table[self.columns].isna().any(axis=None):
            raise InputError(
                f"no {listing(lacking) or 'value of some columns for some clips'} in {self.source}",
                f"the {self.width} columns that the model was trained on",
                ANOTHER,
            )
        return table[self.columns]

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the pipeline with skops, what is known of clips as safetensors."""
        save_pipeline(self.pipeline, folder / PIPELINE)
        if self.population is not None:
            save_population(self.population, folder / POPULATION)
        save_novelty(self.novelty, folder / NOVELTY)
        described = {"layers": self.layers, "width": self.width, "normalise_by": self.normalise_by}
        return described | ({} if self.columns is None else {"columns": [*self.columns]})

    @classmethod
    def load(cls, folder: Path, row: Mapping[str, Any], emotions: Sequence[str]) -> Self:
        """Read what :meth:`save` wrote."""
        pipeline = load_pipeline(folder / PIPELINE, classes=len(emotions))
        if row["layers"] == "all":
            check_width(pipeline, row["width"], row["source"])
        by = row["normalise_by"]
        return cls(
            row["modality"],
            row["source"],
            pipeline,
            row["layers"],
            row["width"],
            load_novelty(folder / NOVELTY, pipeline.n_features_in_),
            by,
            None if by == "none" else load_population(folder / POPULATION, row["width"]),
            row.get("columns"),
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
        values = _finite(logits.set_index("clip"), self.source)
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
        values = _finite(logits, self.source)
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


def _finite(scores: pd.DataFrame, source: str) -> pd.DataFrame:
    if not np.isfinite(scores.to_numpy("float64")).all():
        raise InputError(
            f"scores of a model on {source} that are no finite numbers",
            "weights as a training leaves them",
            ANEW,
        )
    return scores


def _check_emotions(found: Sequence[str], expected: Sequence[str], folder: Path) -> None:
    if [*found] != [*expected]:
        raise InputError(
            f"a model of the emotions {listing(found, 20)} in {folder}",
            f"those of its bundle: {listing(expected, 20)}",
            ANEW,
        )


MEMBERS: Mapping[str, Any] = {
    member.kind: member for member in (StaticMember, SequenceMember, FinetunedMember)
}
