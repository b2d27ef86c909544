"""What the first bytes of a file give away that is no recording, before any decoder opens it."""

from pathlib import Path

from emofold.errors import InputError

FIRST_BYTES = 4096
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
LISTS = (b"#EXTM3U", b"ffconcat version", b"[playlist]", b"# VobSub index file", b"v=0\r\no=")
XML_LISTS = (b"<MPD", b"<smil", b"<asx", b"<ASX", b"<playlist", b"CompositionPlaylist")
PICTURES = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n",
    b"GIF8",
    b"II*\0",  # TIFF
    b"MM\0*",
    b"BM",
    b"8BPS",  # Photoshop
    b"\0\0\0\x0cJXL ",
    b"\xff\x0a",  # JPEG XL without a container
    b"\0\0\0\x0cjP  ",  # JPEG 2000
    b"qoif",
)
STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif"}
A_RECORDING = "a video or audio file"


def check_first_bytes(path: Path) -> None:
    """Raise an :class:`InputError` for what no decoder need be tried on.

    Raises
    ------
    InputError
        For a pointer of Git LFS, a list of other files, or a photograph of a phone (HEIC, AVIF).
    """
    first = read_first_bytes(path)
    if first.startswith(LFS_POINTER):
        raise InputError(
            f"{path}, a pointer of Git LFS, which stands for a file that was not fetched",
            A_RECORDING,
            "run `git lfs pull` in the folder that it is in",
        )
    text = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    is_xml_list = text.startswith(b"<") and any(mark in text for mark in XML_LISTS)
    if text.startswith(LISTS) or is_xml_list:
        raise InputError(
            f"{path}, a list of other files", "a video or audio file itself", "name that file"
        )
    if first[4:8] == b"ftyp" and first[8:12] in STILL_BRANDS:
        raise explain_picture(path)


def is_picture(path: Path) -> bool:
    """Return whether a file begins as those of pictures do."""
    first = read_first_bytes(path)
    return first.startswith(PICTURES) or (first[:4] == b"RIFF" and first[8:12] == b"WEBP")


def explain_picture(path: Path) -> InputError:
    """Return the error about a picture in the place of a recording."""
    return InputError(f"{path}, a single picture", A_RECORDING, "name the recording of this clip")


def read_first_bytes(path: Path) -> bytes:
    """Return the first bytes of a file; fewer where it is shorter.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(FIRST_BYTES)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error})", A_RECORDING, "make it readable"
        ) from error
