"""What the header of a wav says of its samples, and whether FFmpeg reads them as it says."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PCM, EXTENSIBLE = 1, 0xFFFE
MOST_CHUNKS = 1000
MOST_BYTES = 2**62
LEAST_FORMAT_BYTES, FORMAT_BYTES = 16, 40


@dataclass(frozen=True)
class WavHeader:
    """The header of a wav: RIFF, RIFX, RF64 or W64.

    Attributes
    ----------
    is_big_endian
        Whether it is RIFX, which keeps the high byte of a number first.
    coding
        The number of the way in which samples are coded.
    channels, rate
        How many channels, and how many samples a second, there are.
    block
        How many bytes hold a sample of every channel.
    bits
        How many bits a sample takes.
    valid_bits
        How many of these are said to count; zero where nothing is said.
    data_bytes
        How many bytes of samples there are.
    """

    is_big_endian: bool
    coding: int
    channels: int
    rate: int
    block: int
    bits: int
    valid_bits: int
    data_bytes: int

    @property
    def is_misread_by_ffmpeg(self) -> bool:
        """Whether FFmpeg takes its samples for others.

        It reads big-endian samples as little-endian ones, and takes the bits that count for those
        that a sample takes.
        """
        return self.is_big_endian or (
            bool(self.valid_bits) and _count_bytes(self.valid_bits) != _count_bytes(self.bits)
        )

    @property
    def contradicts_itself(self) -> bool:
        """Whether each sample has more bytes than its bits take, so that either may be wrong."""
        return (
            self.coding in (PCM, EXTENSIBLE)
            and self.channels > 0
            and self.block % self.channels == 0
            and self.block // self.channels > _count_bytes(self.bits)
        )

    @property
    def duration(self) -> float:
        """How many seconds it says it lasts; zero where it does not say."""
        bytes_a_second = self.block * self.rate
        return self.data_bytes / bytes_a_second if bytes_a_second else 0.0


def read_wav_header(path: Path) -> WavHeader | None:
    """Return the header of a wav; None of any other file, and of a wav without samples."""
    with path.open("rb") as file:
        mark = file.read(4)
        order = ">" if mark == b"RIFX" else "<"
        if mark in (b"RIFF", b"RIFX", b"RF64", b"BW64") and file.read(8)[4:] == b"WAVE":
            chunks = _walk_chunks(file, order)
        elif mark == b"riff" and file.read(36)[20:24] == b"wave":
            chunks = _walk_chunks_of_w64(file)
        else:
            return None
        described = b""
        for name, size in chunks:
            if name == b"fmt ":
                described = file.read(min(size, FORMAT_BYTES))
            elif name == b"data" and len(described) >= LEAST_FORMAT_BYTES:
                return _read_format(described, order, size)
    return None


def _walk_chunks(file: BinaryIO, order: str) -> Iterator[tuple[bytes, int]]:
    """Yield the name and the size of each chunk, with the file at its contents."""
    for _ in range(MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            return
        name, size = struct.unpack(f"{order}4sI", head)
        following = file.tell() + size + size % 2
        yield name, size
        file.seek(following)


def _walk_chunks_of_w64(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield those of a W64, whose names have 16 bytes, and whose sizes count their heads too."""
    for _ in range(MOST_CHUNKS):
        start, head = file.tell(), file.read(24)
        if len(head) < 24:
            return
        name, size = struct.unpack("<4s12xQ", head)
        if not 24 <= size < MOST_BYTES:
            return
        yield name, size - 24
        file.seek(start + size + -size % 8)


def _read_format(described: bytes, order: str, data_bytes: int) -> WavHeader:
    coding, channels, rate, _, block, bits = struct.unpack(f"{order}HHIIHH", described[:16])
    has_valid_bits = coding == EXTENSIBLE and len(described) >= FORMAT_BYTES
    (valid_bits,) = struct.unpack(f"{order}H", described[18:20]) if has_valid_bits else (0,)
    return WavHeader(order == ">", coding, channels, rate, block, bits, valid_bits, data_bytes)


def _count_bytes(bits: int) -> int:
    return (bits + 7) // 8
