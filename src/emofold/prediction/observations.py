"""What is measured of clips, or of windows of clips, before any model looks at it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from emofold.errors import InputError
from emofold.face.means import mean_action_units
from emofold.face.schemas import MEANS
from emofold.models.features import read_features
from emofold.speech.encoders import SpeechEncoder, make_encoder
from emofold.speech.schemas import embeddings_schema
from emofold.tables import write_table

NO_FEATURES = pd.DataFrame()


class Encoders:
    """The speech encoders of a bundle, each loaded once and only when it is asked for.

    Parameters
    ----------
    rows
        The `kind`, `layers`, `pooling` and `folder` of each, by its name.
    bundle
        The folder that `folder` is below.
    threads
        How many threads each may use.
    """

    def __init__(self, rows: Mapping[str, Mapping[str, Any]], bundle: Path, threads: int) -> None:
        self._rows, self._bundle, self._threads = rows, bundle, threads
        self._made: dict[str, SpeechEncoder] = {}

    def __getitem__(self, name: str) -> SpeechEncoder:
        if name not in self._made:
            row = dict(self._rows[name])
            folder = row.pop("folder")
            model = self._bundle / folder if folder else None
            self._made[name] = make_encoder({**row, "model": model}, self._threads)
        return self._made[name]


class Observed:
    """What is known of some clips of one speaker, as models of a bundle ask for it.

    Features are written as the tables of the workflow and read as its models read them.

    Parameters
    ----------
    wavs
        The 16 kHz mono wav of each clip that has sound.
    frames
        Given an extractor, the frames of the Action Units of all clips, with the column ``clip``.
    encoders
        The encoders of the bundle.
    min_confidence
        Frames of a lower confidence do not count, by extractor.
    means
        Mean Action Units of these clips, which take the place of those of the frames.
    workspace
        A folder for tables.
    whole
        The whole clips of the speaker, where these are windows of them.

    Attributes
    ----------
    failures
        Why a clip lacks what was asked for.
    """

    def __init__(
        self,
        wavs: Mapping[str, Path],
        frames: Callable[[str], pd.DataFrame],
        *,
        encoders: Encoders,
        min_confidence: Mapping[str, float],
        means: pd.DataFrame | None,
        workspace: Path,
        whole: "Observed | None" = None,
    ) -> None:
        self._wavs, self._frames = wavs, frames
        self._encoders, self._min_confidence = encoders, min_confidence
        self._means, self._workspace, self._whole = means, workspace, whole
        self._features: dict[str, pd.DataFrame] = {}
        self.failures: dict[str, InputError] = {}

    def wavs(self) -> Mapping[str, Path]:
        """Return the wav of each clip that has sound."""
        return self._wavs

    def frames(self, extractor: str) -> pd.DataFrame:
        """Return the frames of all clips that show a face."""
        frames = self._frames(extractor)
        counts = frame_counts(frames, self._min_confidence[extractor])
        shows_a_face = frames["clip"].isin(frames["clip"][counts])
        self._explain(frames[~shows_a_face], extractor)
        return frames[shows_a_face]

    def of_speaker(self, table: str) -> pd.DataFrame:
        """Return the features of the speaker's whole clips."""
        return (self._whole or self).features(table)

    def features(self, table: str) -> pd.DataFrame:
        """Return a table of clip-level features; without rows where no clip has any."""
        if table not in self._features:
            modality, kind, name = table.split("/")
            path = self._workspace / f"{kind}-{name}.parquet"
            write = self._write_embeddings if modality == "speech" else self._write_means
            self._features[table] = read_features(path) if write(name, path) else NO_FEATURES
        return self._features[table]

    def _explain(self, faceless: pd.DataFrame, extractor: str) -> None:
        if len(faceless):
            _, errors = mean_action_units(faceless, self._min_confidence[extractor])
            self.failures.update(errors)

    def _write_embeddings(self, encoder: str, path: Path) -> bool:
        rows = []
        for clip, layers in self._encoders[encoder].embed(self._wavs) if self._wavs else ():
            if isinstance(layers, InputError):
                self.failures[clip] = layers
                continue
            rows += [(clip, layer, vector.tolist(), 0.0, "") for layer, vector in layers.items()]
        if rows:
            schema = embeddings_schema(len(rows[0][2]))
            write_table(pd.DataFrame(rows, columns=schema.columns.names), path, schema)
        return bool(rows)

    def _write_means(self, extractor: str, path: Path) -> bool:
        if self._means is None:
            frames = self._frames(extractor)
            if frames.empty:
                return False
            means, errors = mean_action_units(frames, self._min_confidence[extractor])
            self.failures.update(errors)
        else:
            means = self._means
        if len(means):
            write_table(means, path, MEANS)
        return bool(len(means))


def frame_counts(frames: pd.DataFrame, min_confidence: float) -> pd.Series:
    """Return which frames show a face well enough."""
    return (frames["success"] == 1) & (frames["confidence"] >= min_confidence)
