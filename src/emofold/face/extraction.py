"""The extractors of Action Units by the names that the config gives them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from emofold.errors import InputError
from emofold.face.extractor import ActionUnitExtractor


def make_extractor(
    settings: Mapping[str, Any],
    model: Path | None,
    max_duration: float,
    told: Callable[[float], None] | None = None,
) -> ActionUnitExtractor:
    """Return the extractor that a row of the config describes.

    Parameters
    ----------
    settings
        ``kind``, one of ``mediapipe``, ``openface`` and ``csv``; for ``openface`` also ``binary``,
        the path of its program ``FeatureExtraction``.
    model
        For ``mediapipe``, the file ``face_landmarker.task``.
    max_duration
        How long a video may be.
    told
        Is told the time of each picture, in seconds, by an extractor that looks at one after the
        other.

    Raises
    ------
    InputError
        When the kind is unknown, or what it needs is missing or does not work.
    """
    match settings["kind"]:
        case "mediapipe":
            from emofold.face.mediapipe_proxies import MediaPipeExtractor  # noqa: PLC0415

            if model is None:
                raise InputError(
                    "an extractor of the kind mediapipe without a model",
                    "the face landmarker's file",
                    "name a copy of face_landmarker.task as its `model` in the config",
                )
            return MediaPipeExtractor(model, max_duration, told)
        case "openface":
            from emofold.face.openface_binary import OpenFaceExtractor  # noqa: PLC0415

            if "binary" not in settings:
                raise InputError(
                    "an extractor of the kind openface without a `binary`",
                    "the path of OpenFace's program FeatureExtraction",
                    "name it as `binary` of the extractor in the config",
                )
            return OpenFaceExtractor(Path(settings["binary"]), max_duration)
        case "csv":
            from emofold.face.openface_csv import CsvExtractor  # noqa: PLC0415

            return CsvExtractor()
        case kind:
            raise InputError(
                f"an extractor of the kind {kind!r}",
                "mediapipe, openface or csv",
                "correct its `kind` in the config",
            )
