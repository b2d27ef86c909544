"""What a model of a bundle can do, and what it says of clips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd

from emofold.errors import InputError
from emofold.prediction.features import Features
from emofold.prediction.manifest import ANEW

NOVELTY = "novelty.safetensors"


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


def check_finite(scores: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the scores of a model on a table, all of which must be finite numbers."""
    if not np.isfinite(scores.to_numpy("float64")).all():
        raise InputError(
            f"scores of a model on {source} that are no finite numbers",
            "weights as a training leaves them",
            ANEW,
        )
    return scores
