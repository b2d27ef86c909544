"""Features of clips, or of windows of clips, that models of a bundle ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from emofold.errors import InputError
from emofold.face.frames import is_valid
from emofold.face.functionals import FUNCTIONALS, compute_functionals
from emofold.face.means import average_action_units
from emofold.face.schemas import MEANS
from emofold.media.audio import SAMPLE_RATE
from emofold.models.features import to_features
from emofold.prediction.windows import Content
from emofold.pretrained.schemas import embeddings_schema
from emofold.speech.encoders import SpeechEncoder, embed_each, make_encoder
from emofold.tables import TableSchema

NO_FEATURES = pd.DataFrame()
EMBEDDINGS = "speech/embeddings/"


@dataclass(frozen=True)
class Tools:
    """What features are computed with; each model is loaded once, when it is first asked for.

    Attributes
    ----------
    encoders
        The `kind`, `layers`, `pooling` and `folder` of each encoder, by its name.
    extractors
        The `kind` and `min_confidence` of each extractor of Action Units, by its name.
    bundle
        The folder that each `folder` is below.
    threads
        How many threads an encoder may use.
    """

    encoders: Mapping[str, Mapping[str, Any]]
    extractors: Mapping[str, Mapping[str, Any]]
    bundle: Path
    threads: int

    @cached_property
    def _loaded(self) -> dict[str, SpeechEncoder]:
        return {}

    def load_encoder(self, name: str) -> SpeechEncoder:
        """Return what runs the model of an encoder once for all that share it."""
        if name not in self._loaded:
            model = _model_of(self.encoders[name])
            views = {
                view: {**row, "model": self.bundle / row["folder"] if row["folder"] else None}
                for view, row in self.encoders.items()
                if _model_of(row) == model
            }
            self._loaded.update(dict.fromkeys(views, make_encoder(views, self.threads)))
        return self._loaded[name]


@dataclass
class Features:
    """The features of some clips, or windows, of one speaker, each table computed once.

    A clip without sound, or without a face, is missing where these are asked for.

    Attributes
    ----------
    content
        What they are computed from.
    tools
        What computes them.
    speaker
        The features of the speaker's whole clips, where these are of windows.
    together
        By table, the features of all whole clips that were given together, where that is known.
    errors
        Why a clip lacks what was asked for.
    tables
        What was computed already, by the name of the table.
    """

    content: Content
    tools: Tools
    speaker: "Features | None" = None
    together: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    errors: dict[str, InputError] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def sounds(self) -> Mapping[str, np.ndarray]:
        """The samples of each clip that has sound, at 16 kHz."""
        return self.content.sounds

    def frames(self, extractor: str) -> pd.DataFrame:
        """Return the frames of all clips that have a valid one, with the column ``clip``."""
        frames, least = self.content.frames[extractor], self._min_confidence(extractor)
        shows_a_face = frames["clip"].isin(frames["clip"][is_valid(frames, least)])
        if not shows_a_face.all():
            _, errors = average_action_units(frames[~shows_a_face], least)
            self.errors.update(errors)
        return frames[shows_a_face]

    def table(self, name: str) -> pd.DataFrame:
        """Return a table such as ``face/means/mediapipe``, without rows where no clip has any.

        Returns
        -------
        pandas.DataFrame
            As :func:`emofold.models.features.read_features` reads it.
        """
        if name not in self.tables:
            modality, what, tool = name.split("/")
            if (modality, what) == ("speech", "embeddings"):
                made = self._embed(tool)
            else:
                how = {"embeddings": self._pool, "functionals": self._describe}
                made = {name: how.get(what, self._average)(tool)}
            self.tables |= {
                table: NO_FEATURES if rows is None else to_features(rows, table)
                for table, rows in made.items()
            }
        return self.tables[name]

    def known_clips(self, name: str, normalise_by: str) -> pd.DataFrame:
        """Return the features of the whole clips that these are normalised by.

        Parameters
        ----------
        name
            The table.
        normalise_by
            ``speaker``: those of the speaker. ``corpus``: all that were given together.
        """
        if normalise_by == "corpus" and name in self.together:
            return self.together[name]
        return (self.speaker or self).table(name)

    def _min_confidence(self, extractor: str) -> float:
        return float(self.tools.extractors[extractor]["min_confidence"])

    def _embed(self, encoder: str) -> dict[str, pa.Table | None]:
        """Return the table of an encoder, and those of all that share its model."""
        rows: dict[str, list[tuple[str, int, np.ndarray]]] = {encoder: []}
        if self.sounds:
            tool = self.tools.load_encoder(encoder)
            for clip, vectors in embed_each(tool, self.sounds, SAMPLE_RATE):
                if isinstance(vectors, InputError):
                    self.errors[clip] = vectors
                    continue
                for view, layers in vectors.items():
                    of_clip = [(clip, layer, vector) for layer, vector in layers.items()]
                    rows.setdefault(view, []).extend(of_clip)
        return {EMBEDDINGS + view: _as_embeddings(of_view) for view, of_view in rows.items()}

    def _pool(self, encoder: str) -> pa.Table | None:
        pooling = self.tools.encoders[encoder]["pooling"]
        return _as_embeddings(
            [
                (clip, layer, vector)
                for clip, seen in self.content.vectors[encoder].items()
                for layer, vector in seen.pool(pooling).items()
            ]
        )

    def _average(self, extractor: str) -> pa.Table | None:
        means = self.content.means
        if means is None:
            frames = self.content.frames[extractor]
            if frames.empty:
                return None
            means, errors = average_action_units(frames, self._min_confidence(extractor))
            self.errors.update(errors)
        return _as_table(means, MEANS)

    def _describe(self, extractor: str) -> pa.Table | None:
        frames = self.content.frames[extractor]
        if frames.empty:
            return None
        functionals, errors = compute_functionals(frames, self._min_confidence(extractor))
        self.errors.update(errors)
        return _as_table(functionals, FUNCTIONALS)


def _model_of(encoder: Mapping[str, Any]) -> tuple[str, str | None]:
    return encoder["kind"], encoder["folder"]


def _as_table(rows: pd.DataFrame, schema: TableSchema) -> pa.Table | None:
    if rows.empty:
        return None
    columns = schema.columns_among(rows.columns)
    return pa.Table.from_pandas(rows[columns.names], columns, preserve_index=False)


def _as_embeddings(rows: list[tuple[str, int, np.ndarray]]) -> pa.Table | None:
    """Return a table of embeddings, of clips, layers and vectors; None of none."""
    if not rows:
        return None
    table = pd.DataFrame(rows, columns=["clip", "layer", "embedding"])
    columns = embeddings_schema(len(rows[0][2])).columns
    return pa.Table.from_pandas(table, pa.schema([columns.field(name) for name in table]))
