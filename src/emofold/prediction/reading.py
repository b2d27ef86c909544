"""The sound and the Action Units of clips that are to be predicted, whole and cut into windows.

All times are those of a player, so that what is heard and what is seen in a window belongs together
in files whose sound begins after their pictures, or breaks, too.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emofold.errors import InputError
from emofold.face.extraction import make_extractor
from emofold.face.extractor import ActionUnitExtractor
from emofold.media.audio import SAMPLE_RATE, decode_sound, read_stretches, write_wav
from emofold.media.video import read_picture_start
from emofold.prediction.requests import Request
from emofold.report.figures.action_units import frame_edges

MAX_DURATION = 4 * 3600.0
ENOUGH_OF_A_WINDOW = 0.9
SILENT_PEAK = 16  # of 32 768: what a muted track, or a break that was filled, does not exceed
Advance = Callable[[float], None]


@dataclass(frozen=True)
class Span:
    """A stretch of a clip: seconds from `start` to `end`."""

    clip: str
    start: float
    end: float


class Sounds:
    """The sound of some clips, as 16 kHz mono wavs in a folder.

    Attributes
    ----------
    wavs
        The wav of each clip that has sound.
    seconds
        When its sound ends.
    errors
        Why a clip has none.
    """

    def __init__(self, requests: Iterable[Request], folder: Path) -> None:
        self._folder = folder
        self._pieces: dict[str, list[tuple[float, int, int]]] = {}
        self.wavs: dict[str, Path] = {}
        self.seconds: dict[str, float] = {}
        self.errors: dict[str, InputError] = {}
        for number, request in enumerate(requests):
            try:
                if request.media is None:
                    raise InputError(
                        f"no media of {request.clip}", "a file with sound", "name one as `media`"
                    )
                sound = decode_sound(request.media, MAX_DURATION)
                if _is_silent(sound.samples):
                    raise InputError(
                        f"nothing but silence in {request.media}", "a voice", "name another file"
                    )
            except InputError as error:
                self.errors[request.clip] = error
                continue
            clip = request.clip
            self.wavs[clip] = folder / f"clip-{number}.wav"
            write_wav(sound.samples, self.wavs[clip])
            bounds = [*(piece.first for piece in sound.pieces), len(sound.samples)]
            self._pieces[clip] = [  # when it begins, its first sample, and the one after its last
                (piece.begin, first, end)
                for piece, (first, end) in zip(sound.pieces, pairwise(bounds), strict=True)
            ]
            self.seconds[clip] = max(
                begin + (end - first) / SAMPLE_RATE for begin, first, end in self._pieces[clip]
            )

    def cut(self, spans: Mapping[str, Span]) -> dict[str, Path]:
        """Return a wav of what is heard in each span, by its name, where there is sound enough.

        The wavs take the place of those that were cut before.
        """
        cut: dict[str, Path] = {}
        for name, span in spans.items():
            if span.clip not in self.wavs:
                continue
            heard = read_stretches(self.wavs[span.clip], self._stretches(span))
            enough = ENOUGH_OF_A_WINDOW * SAMPLE_RATE * (span.end - span.start)
            if len(heard) >= enough and not _is_silent(heard):
                cut[name] = self._folder / f"window-{len(cut)}.wav"
                write_wav(heard, cut[name])
        return cut

    def _stretches(self, span: Span) -> list[tuple[int, int]]:
        """Return which samples are played in a span."""
        pieces, stretches = self._pieces[span.clip], []
        place = max(0, bisect_right(pieces, span.start, key=itemgetter(0)) - 1)
        for begin, first, end in pieces[place:]:
            start, stop = (
                first + round(SAMPLE_RATE * (time - begin)) for time in (span.start, span.end)
            )
            if stop <= first:
                break
            if max(start, first) < min(stop, end):
                stretches.append((max(start, first), min(stop, end)))
        return stretches


class Faces:
    """The Action Units of some clips, frame by frame.

    Parameters
    ----------
    frames
        The frames of each clip by the extractor that read them, in the order of time.
    errors
        Why a clip has none.

    Attributes
    ----------
    seconds
        When the last picture of each clip ends.
    """

    def __init__(
        self, frames: Mapping[str, Mapping[str, pd.DataFrame]], errors: Mapping[str, InputError]
    ) -> None:
        self.frames, self.errors = frames, errors
        self.seconds = {
            clip: float(frame_edges(table)[-1])
            for tables in frames.values()
            for clip, table in tables.items()
        }

    def whole(self, extractor: str) -> pd.DataFrame:
        """Return the frames of all clips, with the column ``clip``."""
        tables = self.frames.get(extractor, {})
        return _together([table.assign(clip=clip) for clip, table in tables.items()])

    def cut(self, spans: Mapping[str, Span], extractor: str) -> pd.DataFrame:
        """Return the frames of each span, whose name takes the place of the clip."""
        pieces = []
        for name, span in spans.items():
            table = self.frames[extractor].get(span.clip)
            if table is not None:
                bounds = np.array([span.start, span.end]) - 1e-6
                first, last = np.searchsorted(table["timestamp"].to_numpy(), bounds)
                pieces.append(table.iloc[first:last].assign(clip=name))
        return _together(pieces)


@dataclass(frozen=True)
class FaceReader:
    """Reads the Action Units of clips.

    Attributes
    ----------
    extractors
        The extractors of the bundle, by name; see :class:`emofold.prediction.bundle.Bundle`.
    bundle
        The folder of the bundle.
    openface
        The user's OpenFace, for bundles that were trained with it.
    """

    extractors: Mapping[str, Mapping[str, Any]]
    bundle: Path
    openface: Path | None = None

    def check(self) -> None:
        """Raise an :class:`InputError` where a tool of the face branch cannot work here."""
        for row in self.extractors.values():
            if settings := self._settings(row, has_csv=False):
                self._made(row, settings).close()

    def read(self, requests: Iterable[Request], advance: Advance) -> Faces:
        """Return the Action Units of some clips by every extractor of the bundle.

        Parameters
        ----------
        requests
            The clips.
        advance
            Is told how many seconds of video were read since it was told last.
        """
        frames: dict[str, dict[str, pd.DataFrame]] = {name: {} for name in self.extractors}
        errors = {}
        for request in requests:
            for name in self.extractors:
                try:
                    frames[name][request.clip] = self._frames(name, request, advance)
                except InputError as error:
                    errors[request.clip] = error
        return Faces(frames, errors)

    def _frames(self, name: str, request: Request, advance: Advance) -> pd.DataFrame:
        row = self.extractors[name]
        settings = self._settings(row, has_csv=request.action_units is not None)
        if settings is None:
            raise InputError(
                f"no Action Units of {request.clip} by OpenFace, which the bundle was trained with",
                "OpenFace, or what it wrote",
                "name its program FeatureExtraction with --openface, or its csv in a sheet",
            )
        with self._made(row, settings, _steps(advance)) as extractor:
            frames = extractor.extract(request.media, request.action_units)
        return frames.assign(timestamp=frames["timestamp"] + _begin_of_pictures(request))

    def _settings(self, row: Mapping[str, Any], *, has_csv: bool) -> dict[str, Any] | None:
        """Return what reads Action Units like those of an extractor; None where nothing does."""
        if row["kind"] == "mediapipe":
            return {"kind": "mediapipe"}
        if has_csv:
            return {"kind": "csv"}
        return {"kind": "openface", "binary": str(self.openface)} if self.openface else None

    def _made(
        self, row: Mapping[str, Any], settings: Mapping[str, Any], told: Advance | None = None
    ) -> ActionUnitExtractor:
        model = self.bundle / row["file"] if row["file"] else None
        return make_extractor(settings, model, MAX_DURATION, told)


def no_frames(extractor: str) -> pd.DataFrame:
    """Return what :meth:`Faces.whole` returns where no face was read."""
    return _together([])


def windows_of(
    seconds: Mapping[str, float], numbers: Mapping[str, int], window: float, hop: float
) -> dict[str, Span]:
    """Return the windows that fit into each clip, by a name.

    Parameters
    ----------
    seconds
        How long each clip is.
    numbers
        The number of each clip, from which the names of its windows are made.
    window, hop
        The length of each window, and how far it begins after the one before, in seconds.

    Examples
    --------
    >>> spans = windows_of({"a": 3.1, "b": 1.9}, {"a": 0, "b": 1}, window=2.0, hop=0.5)
    >>> [(name, span.start, span.end) for name, span in spans.items()]
    [('0-0', 0.0, 2.0), ('0-1', 0.5, 2.5), ('0-2', 1.0, 3.0)]
    """
    spans = {}
    for clip, length in seconds.items():
        for place in range(math.floor((length - window) / hop + 1e-6) + 1):
            start = place * hop
            spans[f"{numbers[clip]}-{place}"] = Span(clip, start, start + window)
    return spans


def _is_silent(samples: np.ndarray) -> bool:
    return max(samples.max(initial=0), -int(samples.min(initial=0))) <= SILENT_PEAK


def _begin_of_pictures(request: Request) -> float:
    try:
        return read_picture_start(request.media) if request.media else 0.0
    except InputError:  # of a file that is only named beside its Action Units
        return 0.0


def _steps(advance: Advance) -> Advance:
    """Turn times that are reached into steps from one to the next."""
    reached = 0.0

    def told(seconds: float) -> None:
        nonlocal reached
        advance(seconds - reached)
        reached = seconds

    return told


def _together(tables: list[pd.DataFrame]) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame({"clip": [], "success": [], "confidence": []})
    return pd.concat(tables, ignore_index=True)
