"""Media files, opened with care: what is wrong with one is said in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer

from emofold.errors import InputError

LONGEST_SECONDS = 600.0
MISSING_SECONDS = 0.5
MISSING_SHARE = 0.1
PLAYLISTS = {"concat", "dash", "hls", "image2", "imf", "sdp", "webm_dash_manifest"}
REPLACE = "replace the file, or take the clip out of the sample sheet"


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
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


def check_length(seconds: float | None, path: Path, max_duration: float) -> None:
    """Raise an :class:`InputError` when a clip is longer than clips may be."""
    if seconds is not None and seconds > max_duration:
        raise InputError(
            f"{path} of {seconds:.0f} s",
            f"a clip of at most {max_duration:g} s, an utterance or two",
            "cut the recording into clips, or raise `max_duration` in the config",
        )


def check_whole(decoded_seconds: float, declared_seconds: float | None, path: Path) -> None:
    """Raise an :class:`InputError` when a good part of what a file declares is missing."""
    if declared_seconds is None:
        return
    tolerated = max(MISSING_SECONDS, MISSING_SHARE * declared_seconds)
    if decoded_seconds < declared_seconds - tolerated:
        raise InputError(
            f"{path} breaks off: {decoded_seconds:.2f} of {declared_seconds:.2f} s can be decoded",
            "a whole video or audio file",
            REPLACE,
        )
