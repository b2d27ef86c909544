"""The faces of clips that are to be predicted, whole and cut into windows.

All times are those of a player, so that what is heard and what is seen in a window belongs together
in files whose sound begins after their pictures, or breaks, too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from emofold.errors import InputError, errors_of_one
from emofold.face.extraction import FrameReader, make_frame_reader, report_times
from emofold.face.frames import frame_edges
from emofold.face.pyfaceau_binary import REMARK
from emofold.face.vectors import FaceVectors
from emofold.media.video import read_picture_start
from emofold.prediction.manifest import IMAGE, LANDMARKER
from emofold.prediction.requests import MAX_DURATION, Request
from emofold.prediction.windows import Content, Window

if TYPE_CHECKING:
    from emofold.face.encoder import FaceEncoder

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
    vectors
        What each encoder says of the face of each clip, picture by picture.
    """

    frames: Mapping[str, Mapping[str, pd.DataFrame]]
    errors: Mapping[str, InputError]
    means: pd.DataFrame | None = None
    vectors: Mapping[str, Mapping[str, FaceVectors]] = field(default_factory=dict)

    @property
    def remarks(self) -> dict[str, tuple[str, ...]]:
        """What must be known of the pictures of each clip, in sentences."""
        of_frames = (tables.items() for tables in self.frames.values())
        of_vectors = (seen.items() for seen in self.vectors.values())
        said = [
            *((clip, table.attrs.get("remark")) for clip, table in chain(*of_frames)),
            *((clip, seen.remark) for clip, seen in chain(*of_vectors)),
        ]
        return {clip: (f"{remark}.",) for clip, remark in reversed(said) if remark}

    @property
    def durations(self) -> dict[str, float]:
        """When the last picture of each clip ends, in seconds."""
        return {
            **{clip: seen.end for of in self.vectors.values() for clip, seen in of.items()},
            **{
                clip: float(frame_edges(table)[-1])
                for tables in self.frames.values()
                for clip, table in tables.items()
            },
        }

    def whole(self) -> Content:
        """Return the frames, or the means, of all clips."""
        frames = {
            extractor: _concatenate([table.assign(clip=clip) for clip, table in tables.items()])
            for extractor, tables in self.frames.items()
        }
        return Content(frames=frames, vectors=self.vectors, means=self.means)

    def cut(self, windows: Mapping[str, Window]) -> Content:
        """Return what is seen in each window, whose name takes the place of the clip."""
        frames = {}
        for extractor, tables in self.frames.items():
            cut = []
            for name, window in windows.items():
                if (table := tables.get(window.clip)) is not None:
                    bounds = np.array([window.start, window.end]) - TIME_TOLERANCE
                    first, stop = np.searchsorted(table["timestamp"].to_numpy(), bounds)
                    cut.append(table.iloc[first:stop].assign(clip=name))
            frames[extractor] = _concatenate(cut)
        vectors = {
            encoder: {
                name: seen
                for name, window in windows.items()
                if window.clip in of_clips
                if len((seen := of_clips[window.clip].cut(window.start, window.end)).timestamps)
            }
            for encoder, of_clips in self.vectors.items()
        }
        return Content(frames=frames, vectors=vectors)


@dataclass(frozen=True)
class FaceReader:
    """Looks at the faces of clips with the extractors and the face encoders of a bundle.

    Attributes
    ----------
    extractors, encoders
        By name; see :class:`emofold.prediction.bundle.Bundle`.
    bundle
        The folder of the bundle.
    threads
        How many threads an encoder may use.
    openface
        The user's OpenFace, for bundles that were trained with it.
    pyfaceau
        The user's pyfaceau, for bundles that were trained with it, or in the place of OpenFace.
    """

    extractors: Mapping[str, Mapping[str, Any]]
    encoders: Mapping[str, Mapping[str, Any]]
    bundle: Path
    threads: int = 1
    openface: Path | None = None
    pyfaceau: Path | None = None

    def check(self) -> None:
        """Raise an :class:`InputError` where a tool of the face cannot work here."""
        for name, row in self.extractors.items():
            if settings := self._choose_settings(row, has_csv=False):
                self._load_reader(name, settings)
        for name in self._encoders:
            self._load_encoder(name)

    def read(self, requests: Iterable[Request], on_progress: Callable[[float], None]) -> Faces:
        """Return what every extractor and every face encoder of the bundle sees in some clips.

        Parameters
        ----------
        requests
            The clips.
        on_progress
            Called with the seconds of video that were read since it was called last.
        """
        frames: dict[str, dict[str, pd.DataFrame]] = {name: {} for name in self.extractors}
        vectors: dict[str, dict[str, FaceVectors]] = {name: {} for name in self._encoders}
        errors = {}
        ways: list[tuple[dict[str, Any], Callable[..., Any]]] = [
            *((frames[name], partial(self._read_clip, name)) for name in self.extractors),
            *((vectors[name], partial(self._encode_clip, name)) for name in self._encoders),
        ]
        for request in _by_recording(requests):
            for seen, look in ways:
                try:
                    with errors_of_one(request.media or request.action_units):
                        seen[request.clip] = look(request, on_progress)
                except InputError as error:
                    errors[request.clip] = error
        return Faces(frames, errors, vectors=vectors)

    @property
    def _encoders(self) -> list[str]:
        return [name for name, row in self.encoders.items() if row["kind"] == IMAGE]

    @cached_property
    def _loaded(self) -> "dict[str, FaceEncoder]":
        return {}

    def _load_encoder(self, name: str) -> "FaceEncoder":
        from emofold.face.encoder import make_face_encoder  # noqa: PLC0415

        if name not in self._loaded:
            row = self.encoders[name]
            settings = {**row, "model": self.bundle / row["folder"]}
            landmarker = self.bundle / LANDMARKER
            self._loaded[name] = make_face_encoder(settings, landmarker, self.threads)
        return self._loaded[name]

    def _encode_clip(
        self, name: str, request: Request, on_progress: Callable[[float], None]
    ) -> FaceVectors:
        from emofold.media.video import read_frames  # noqa: PLC0415

        if request.media is None:
            raise InputError(f"no media of {request.clip}", "a video", "name one as `media`")
        is_reported = bool(self.extractors)  # by these, how far the clip is read
        reach = _turn_into_steps((lambda _: on_progress(0.0)) if is_reported else on_progress)
        read = read_frames(request.media, MAX_DURATION, request.segment)
        pictures = report_times(read, reach)
        return self._load_encoder(name).embed(pictures).delay(_find_picture_start(request))

    def _read_clip(
        self, name: str, request: Request, on_progress: Callable[[float], None]
    ) -> pd.DataFrame:
        row = self.extractors[name]
        settings = self._choose_settings(row, has_csv=request.action_units is not None)
        if settings is None:
            raise _explain_lack(row["kind"], request)
        reach = _turn_into_steps(on_progress)
        read = self._load_reader(name, settings)
        frames = read(request.media, request.action_units, request.segment, reach)
        if settings["kind"] == "pyfaceau":
            frames.attrs["extractor"] = "pyfaceau"
            if row["kind"] != "pyfaceau":
                frames.attrs["remark"] = REMARK
        return frames.assign(timestamp=frames["timestamp"] + _find_picture_start(request))

    def _choose_settings(self, row: Mapping[str, Any], *, has_csv: bool) -> dict[str, Any] | None:
        """Return what reads Action Units like those of an extractor; None where nothing does."""
        which = {"which": row["which"]} if "which" in row else {}  # older bundles do not say
        if row["kind"] == "mediapipe":
            return {"kind": "mediapipe", **which}
        if has_csv and row["kind"] != "pyfaceau":
            return {"kind": "csv", **which}
        if self.pyfaceau or row["kind"] == "pyfaceau":
            return {"kind": "pyfaceau", "binary": str(self.pyfaceau)} if self.pyfaceau else None
        return (
            {"kind": "openface", "binary": str(self.openface), **which} if self.openface else None
        )

    @cached_property
    def _readers(self) -> dict[tuple[str, str], FrameReader]:
        return {}

    def _load_reader(self, name: str, settings: Mapping[str, Any]) -> FrameReader:
        key = name, settings["kind"]
        if key not in self._readers:
            file = self.extractors[name]["file"]
            model = self.bundle / file if file else None
            self._readers[key] = make_frame_reader(settings, model, MAX_DURATION)
        return self._readers[key]


def _by_recording(requests: Iterable[Request]) -> Iterator[Request]:
    """Yield clips such that those of one recording follow one another."""
    of_files: dict[tuple[Path | None, Path | None], list[Request]] = {}
    for request in requests:
        of_files.setdefault((request.media, request.action_units), []).append(request)
    return chain.from_iterable(of_files.values())


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
