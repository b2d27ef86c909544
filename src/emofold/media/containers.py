"""Opening media files, and what can be wrong with them in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path

import av
from av.container import InputContainer

from emofold.errors import InputError, explain_machine
from emofold.media.signatures import check_first_bytes, explain_picture, is_picture

MAX_DURATION = 600.0
MAX_MISSING = 0.5  # seconds
MAX_MISSING_SHARE = 0.1
MAX_PIXELS = 2**25  # of a picture, somewhat more than 8K
OPENING_OTHERS = {  # what these formats name is opened with them
    "concat",
    "dash",
    "hls",
    "image2",
    "imf",
    "rtp",
    "rtsp",
    "sap",
    "sdp",
    "vobsub",
    "webm_dash_manifest",
}
PICTURES_THAT_MAY_MOVE = {"apng", "gif", "ico", "webp"}
DECODER_ERRORS = (  # what PyAV is known to raise on broken files
    av.FFmpegError,
    ArithmeticError,
    EOFError,
    MemoryError,
    OSError,
    RuntimeError,
    ValueError,
)
REPLACE = "replace the file, or leave the clip out"


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """Open a media file for reading; errors of decoding inside the block are explained too.

    Nothing but this one file is opened, whatever it names. What no file can be blamed for, such as
    a full disk that a copy is written to, goes through.

    Raises
    ------
    InputError
        When the file is missing, empty, no recording, or cannot be decoded.
    """
    _check_file(path)
    check_first_bytes(path)
    try:
        with _open(path) as container:
            for stream in container.streams.video:
                if stream.codec_context is not None:
                    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
            if _is_single_picture(container, path):
                raise explain_picture(path)
            yield container
    except DECODER_ERRORS as error:
        if explain_machine(error) is not None:
            raise
        if is_picture(path):
            raise explain_picture(path) from error
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise InputError(
            f"{path} cannot be decoded ({reason[0].lower()}{reason[1:]})",
            "a whole video or audio file",
            REPLACE,
        ) from error


def _check_file(path: Path) -> None:
    expected = "a video or audio file"
    try:
        is_file, is_there = path.is_file(), path.exists()
        is_empty = is_file and not path.stat().st_size
    except OSError as error:
        raise InputError(
            f"{path} cannot be opened ({error.strerror or error})", expected, REPLACE
        ) from error
    if not is_there:
        raise InputError(f"no file {path}", expected, REPLACE)
    if not is_file:
        raise InputError(f"{path}, which is no regular file", expected, REPLACE)
    if is_empty:
        raise InputError(f"the empty file {path}", expected, REPLACE)


def _open(path: Path) -> InputContainer:
    options = {"format_whitelist": _list_formats(), "max_pixels": str(MAX_PIXELS)}
    return av.open(f"file:{path}", metadata_errors="ignore", options=options)


@cache
def _list_formats() -> str:
    return ",".join(sorted(av.formats_available - OPENING_OTHERS))


def _is_single_picture(container: InputContainer, path: Path) -> bool:
    names = {*container.format.name.split(",")}
    if names & PICTURES_THAT_MAY_MOVE:
        with _open(path) as again:
            return len([*islice(again.demux(video=0), 3)]) < 3  # the last one is a dummy
    return any(name.endswith("_pipe") for name in names)


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
