"""Opening media files, and what can be wrong with them in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer

from emofold.errors import InputError

MAX_DURATION = 600.0
MAX_MISSING = 0.5  # seconds
MAX_MISSING_SHARE = 0.1
PLAYLISTS = {"concat", "dash", "hls", "image2", "imf", "sdp", "webm_dash_manifest"}
REPLACE = "replace the file, or leave the clip out"


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """Open a media file for reading; errors of decoding inside the block are explained too.

    Raises
    ------
    InputError
        When the file is missing, empty, or cannot be decoded.
    """
    if not path.is_file():
        raise InputError(f"no file {path}", "a video or audio file", REPLACE)
    if not path.stat().st_size:
        raise InputError(f"the empty file {path}", "a video or audio file", REPLACE)
    try:
        with av.open(f"file:{path}", metadata_errors="ignore") as container:
            if PLAYLISTS & {*container.format.name.split(",")}:
                raise InputError(
                    f"{path}, a list of other files", "a video or audio file itself", REPLACE
                )
            yield container
    except (av.FFmpegError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"{path} cannot be decoded ({reason[0].lower()}{reason[1:]})",
            "a whole video or audio file",
            REPLACE,
        ) from error


def check_duration(duration: float | None, path: Path, max_duration: float) -> None:
    """Raise an :class:`InputError` when a clip is longer than clips may be."""
    if duration is not None and duration > max_duration:
        raise InputError(
            f"{path} of {duration:.0f} s",
            f"a clip of at most {max_duration:g} s, an utterance or two",
            "cut the recording into clips, or raise `max_duration` in the config",
        )


def check_complete(decoded_duration: float, declared_duration: float | None, path: Path) -> None:
    """Raise an :class:`InputError` when a good part of what a file declares is missing."""
    if declared_duration is None:
        return
    tolerated = max(MAX_MISSING, MAX_MISSING_SHARE * declared_duration)
    if decoded_duration < declared_duration - tolerated:
        raise InputError(
            f"{path} breaks off: {decoded_duration:.2f} of {declared_duration:.2f} s are there",
            "a whole video or audio file",
            REPLACE,
        )
