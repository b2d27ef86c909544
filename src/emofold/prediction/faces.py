"""The Action Units of clips that are to be predicted, whole and cut into windows.

All times are those of a player, so that what is heard and what is seen in a window belongs together
in files whose sound begins after their pictures, or breaks, too.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emofold.errors import InputError, errors_of_one
from emofold.face.extraction import FrameReader, make_frame_reader
from emofold.face.frames import frame_edges
from emofold.face.pyfaceau_binary import REMARK
from emofold.media.video import read_picture_start
from emofold.prediction.requests import MAX_DURATION, Request
from emofold.prediction.windows import Content, Window

TIME_TOLERANCE = 1e-6  # seconds


@dataclass(frozen=True)
class Faces:
    """The faces of some clips, in memory.

    Attributes
    ----------
    frames
        The frames of each clip by the extractor that read them, in the order of time.
    errors
        Why a clip has none.
    means
        Precomputed mean Action Units of whole clips, in the place of frames.
    """

    frames: Mapping[str, Mapping[str, pd.DataFrame]]
    errors: Mapping[str, InputError]
    means: pd.DataFrame | None = None

    @property
    def remarks(self) -> dict[str, tuple[str, ...]]:
        """What must be known of the pictures of each clip, in sentences."""
        return {
            clip: (f"{remark}.",)
            for tables in self.frames.values()
            for clip, table in tables.items()
            if (remark := table.attrs.get("remark"))
        }

    @property
    def durations(self) -> dict[str, float]:
        """When the last picture of each clip ends, in seconds."""
        return {
            clip: float(frame_edges(table)[-1])
            for tables in self.frames.values()
            for clip, table in tables.items()
        }

    def whole(self) -> Content:
        """Return the frames, or the means, of all clips."""
        frames = {
            extractor: _concatenate([table.assign(clip=clip) for clip, table in tables.items()])
            for extractor, tables in self.frames.items()
        }
        return Content(frames=frames, means=self.means)

    def cut(self, windows: Mapping[str, Window]) -> Content:
        """Return the frames of each window, whose name takes the place of the clip."""
        frames = {}
        for extractor, tables in self.frames.items():
            cut = []
            for name, window in windows.items():
                if (table := tables.get(window.clip)) is not None:
                    bounds = np.array([window.start, window.end]) - TIME_TOLERANCE
                    first, stop = np.searchsorted(table["timestamp"].to_numpy(), bounds)
                    cut.append(table.iloc[first:stop].assign(clip=name))
            frames[extractor] = _concatenate(cut)
        return Content(frames=frames)


@dataclass(frozen=True)
class FaceReader:
    """Reads the Action Units of clips by the extractors of a bundle.

    Attributes
    ----------
    extractors
        The extractors, by name; see :class:`emofold.prediction.bundle.Bundle`.
    bundle
        The folder of the bundle.
    openface
        The user's OpenFace, for bundles that were trained with it.
    pyfaceau
        The user's pyfaceau, for bundles that were trained with it, or in the place of OpenFace.
    """

    extractors: Mapping[str, Mapping[str, Any]]
    bundle: Path
    openface: Path | None = None
    pyfaceau: Path | None = None

    def check(self) -> None:
        """Raise an :class:`InputError` where a tool of the face cannot work here."""
        for row in self.extractors.values():
            if settings := self._choose_settings(row, has_csv=False):
                self._make_reader(row, settings)

    def read(self, requests: Iterable[Request], on_progress: Callable[[float], None]) -> Faces:
        """Return the Action Units of some clips by every extractor of the bundle.

        Parameters
        ----------
        requests
            The clips.
        on_progress
            Called with the seconds of video that were read since it was called last.
        """
        frames: dict[str, dict[str, pd.DataFrame]] = {name: {} for name in self.extractors}
        errors = {}
        for request in requests:
            for name, row in self.extractors.items():
                try:
                    with errors_of_one(request.media or request.action_units):
                        frames[name][request.clip] = self._read_clip(row, request, on_progress)
                except InputError as error:
                    errors[request.clip] = error
        return Faces(frames, errors)

    def _read_clip(
        self, row: Mapping[str, Any], request: Request, on_progress: Callable[[float], None]
    ) -> pd.DataFrame:
        settings = self._choose_settings(row, has_csv=request.action_units is not None)
        if settings is None:
            raise _explain_lack(row["kind"], request)
        read = self._make_reader(row, settings, _turn_into_steps(on_progress))
        frames = read(request.media, request.action_units, request.segment)
        if settings["kind"] == "pyfaceau":
            frames.attrs["extractor"] = "pyfaceau"
            if row["kind"] != "pyfaceau":
                frames.attrs["remark"] = REMARK
        return frames.assign(timestamp=frames["timestamp"] + _find_picture_start(request))

    def _choose_settings(self, row: Mapping[str, Any], *, has_csv: bool) -> dict[str, Any] | None:
        """Return what reads Action Units like those of an extractor; None where nothing does."""
        if row["kind"] == "mediapipe":
            return {"kind": "mediapipe"}
        if has_csv and row["kind"] != "pyfaceau":
            return {"kind": "csv"}
        if self.pyfaceau or row["kind"] == "pyfaceau":
            return {"kind": "pyfaceau", "binary": str(self.pyfaceau)} if self.pyfaceau else None
        return {"kind": "openface", "binary": str(self.openface)} if self.openface else None

    def _make_reader(
        self,
        row: Mapping[str, Any],
        settings: Mapping[str, Any],
        on_progress: Callable[[float], None] | None = None,
    ) -> FrameReader:
        model = self.bundle / row["file"] if row["file"] else None
        return make_frame_reader(settings, model, MAX_DURATION, on_progress)


def _explain_lack(kind: str, request: Request) -> InputError:
    if kind == "pyfaceau":
        return InputError(
            f"no Action Units of {request.clip} by pyfaceau, which the bundle was trained with",
            "pyfaceau",
            "add --extractor pyfaceau, and its program with --binary",
        )
    return InputError(
        f"no Action Units of {request.clip} by OpenFace, which the bundle was trained with",
        "OpenFace, or what it wrote",
        "name its program FeatureExtraction with --openface, or its csv in a sheet",
    )


def _find_picture_start(request: Request) -> float:
    if not request.segment.is_whole:  # whose times count from its own start
        return 0.0
    try:
        return read_picture_start(request.media) if request.media else 0.0
    except InputError:  # of a file that is only named beside its Action Units
        return 0.0


def _turn_into_steps(on_progress: Callable[[float], None]) -> Callable[[float], None]:
    """Turn times that are reached into steps from one to the next."""
    reached = 0.0

    def reach(time: float) -> None:
        nonlocal reached
        on_progress(time - reached)
        reached = time

    return reach


def _concatenate(tables: list[pd.DataFrame]) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame({"clip": [], "success": [], "confidence": []})
    return pd.concat(tables, ignore_index=True)
