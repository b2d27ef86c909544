"""Opening the files of a clip for the extractor of Action Units that the config names."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from emofold.corpora.segments import WHOLE, Segment
from emofold.errors import InputError
from emofold.face.frames import cut_frames
from emofold.runtime.file_states import state_of

OnProgress = Callable[[float], None]


class FrameReader(Protocol):
    """Reads the Action Units of a clip, frame by frame, from one of its files."""

    def __call__(
        self,
        media: Path | None,
        action_units: Path | None,
        segment: Segment = WHOLE,
        on_progress: OnProgress | None = None,
    ) -> pd.DataFrame:
        """Return the frames of a clip.

        Parameters
        ----------
        media
            The clip's video, if it has one.
        action_units
            The clip's csv of Action Units, if it has one.
        segment
            What of these is the clip.
        on_progress
            Called with the time of each picture that is decoded, in seconds.

        Returns
        -------
        pandas.DataFrame
            The columns :data:`emofold.face.schemas.FRAME_COLUMNS`: ``frame`` counts from 0,
            ``timestamp`` is in seconds, ``confidence`` from 0 to 1, ``success`` 1 where a face was
            found and 0 where not; an Action Unit that is not known is NaN.

        Raises
        ------
        InputError
            When the clip lacks the file, or it cannot be read.
        """
        ...


def make_frame_reader(
    settings: Mapping[str, Any], model: Path | None, max_duration: float
) -> FrameReader:
    """Return what reads the frames of clips as a row of the config says.

    MediaPipe is given decoded pictures; the programs of OpenFace and pyfaceau open the video
    themselves; of kind csv, the frames are in a file already. Of what is read whole the last is
    kept, so that clips of one recording that are read one after another read it once.

    Parameters
    ----------
    settings
        ``kind``, one of ``mediapipe``, ``openface``, ``pyfaceau`` and ``csv``; for ``openface`` and
        ``pyfaceau`` also ``binary``, the path of the program; perhaps ``which``, whose face it is
        where there are several, see :data:`emofold.face.people.CHOICES`.
    model
        For ``mediapipe``, the file ``face_landmarker.task``.
    max_duration
        How long a video may be, in seconds.

    Raises
    ------
    InputError
        When the kind is unknown, or what it needs is missing or does not work.
    """
    which = settings.get("which", "largest")
    match settings["kind"]:
        case "mediapipe":
            return _read_by_mediapipe(model, which, max_duration)
        case "openface" | "pyfaceau":
            return _read_by_program(settings["kind"], settings.get("binary"), which, max_duration)
        case "csv":
            return _read_from_csv(which)
        case kind:
            raise InputError(
                f"an extractor of the kind {kind!r}",
                "mediapipe, openface, pyfaceau or csv",
                "correct its `kind` in the config",
            )


def _read_by_mediapipe(model: Path | None, which: str, max_duration: float) -> FrameReader:
    from emofold.face.mediapipe_proxies import MediaPipeExtractor  # noqa: PLC0415
    from emofold.media.video import read_frames  # noqa: PLC0415

    if model is None:
        raise InputError(
            "an extractor of the kind mediapipe without a model",
            "the face landmarker's file",
            "name a copy of face_landmarker.task as its `model` in the config",
        )
    extractor = MediaPipeExtractor(model, which)

    def read(
        media: Path | None,
        action_units: Path | None,
        segment: Segment = WHOLE,
        on_progress: OnProgress | None = None,
    ) -> pd.DataFrame:
        pictures = read_frames(_require_media(media), max_duration, segment)
        return extractor.extract(report_times(pictures, on_progress) if on_progress else pictures)

    return read


def _read_by_program(kind: str, binary: str | None, which: str, max_duration: float) -> FrameReader:
    from emofold.face.openface_binary import OpenFaceExtractor  # noqa: PLC0415
    from emofold.face.pyfaceau_binary import PyfaceauExtractor  # noqa: PLC0415
    from emofold.media.video import read_frames  # noqa: PLC0415

    if binary is None:
        raise InputError(
            f"an extractor of the kind {kind} without a `binary`",
            "the path of its program",
            "name it as `binary` of the extractor in the config",
        )
    program = Path(binary)
    extractor = (
        OpenFaceExtractor(program, which) if kind == "openface" else PyfaceauExtractor(program)
    )
    extract = _keep_last(extractor.extract)

    def read(
        media: Path | None,
        action_units: Path | None,
        segment: Segment = WHOLE,
        on_progress: OnProgress | None = None,
    ) -> pd.DataFrame:
        video = _require_media(media)
        # complains of what no program need be started for
        next(read_frames(video, max_duration, segment))
        return cut_frames(extract(video), segment, video)

    return read


def _read_from_csv(which: str) -> FrameReader:
    from emofold.face.openface_csv import read_openface_csv  # noqa: PLC0415

    read_csv = _keep_last(partial(read_openface_csv, which=which))

    def read(
        media: Path | None,
        action_units: Path | None,
        segment: Segment = WHOLE,
        on_progress: OnProgress | None = None,
    ) -> pd.DataFrame:
        if action_units is None:
            raise InputError(
                "a clip without a csv of Action Units",
                "the path of one for each clip",
                "fill the column `action_units` of the sample sheet",
            )
        return cut_frames(read_csv(action_units), segment, action_units)

    return read


def _keep_last(read: Callable[[Path], pd.DataFrame]) -> Callable[[Path], pd.DataFrame]:
    """Return what gives the frames of a file again, as long as it is the last, and the same."""

    @lru_cache(maxsize=1)
    def read_state(path: Path, state: str) -> pd.DataFrame:
        return read(path)

    def read_or_recall(path: Path) -> pd.DataFrame:
        return read_state(path, state_of([str(path)]))

    return read_or_recall


def _require_media(media: Path | None) -> Path:
    if media is None:
        raise InputError("a clip without media", "a video", "fill the column `media`")
    return media


def report_times(
    pictures: Iterable[tuple[float, np.ndarray]], on_progress: OnProgress
) -> Iterator[tuple[float, np.ndarray]]:
    """Pass pictures on, and tell the time of each."""
    for time, picture in pictures:
        on_progress(time)
        yield time, picture
