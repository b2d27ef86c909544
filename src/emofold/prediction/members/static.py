"""A scikit-learn pipeline in a bundle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import pandas as pd

from emofold.errors import InputError, listing
from emofold.models.features import features_of_columns, features_of_layers
from emofold.models.normalisation import Population, standardised
from emofold.models.novelty import Novelty
from emofold.models.static import class_scores
from emofold.prediction.features import Features
from emofold.prediction.members.member import NOVELTY, Scores, check_finite
from emofold.prediction.numbers_files import (
    load_novelty,
    load_population,
    save_novelty,
    save_population,
)
from emofold.prediction.sklearn_files import check_width, load_pipeline, save_pipeline

PIPELINE, POPULATION = "model.skops", "population.safetensors"
ANOTHER = "predict with the tool and the encoder that the bundle was trained with"


def has_named_columns(source: str) -> bool:
    """Return whether the columns of a table say what was measured of faces."""
    return source.startswith(("face/means/", "face/functionals/"))


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
            check_finite(pd.DataFrame(values, seen.index), self.source),
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
