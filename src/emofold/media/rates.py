"""How often a media file was sampled, by its header: sound a second, and pictures a second."""

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from emofold.errors import InputError, errors_of_one
from emofold.media.containers import open_media
from emofold.media.sound_frames import MAX_RATE, MIN_RATE
from emofold.media.tracks import find_picture_track, find_sound_track

SAMPLE_RATES = (MIN_RATE, MAX_RATE)  # what is outside is a mistake of the header
FRAME_RATES = (0.1, 1_000.0)


class Rates(NamedTuple):
    """How often a media file was sampled.

    Attributes
    ----------
    sample_rate
        Of its sound, in Hz; None where there is none, or the header says nothing that can be.
    frame_rate
        Of its moving pictures a second, in the mean; None likewise.
    """

    sample_rate: int | None
    frame_rate: float | None


def read_rates(path: Path) -> Rates:
    """Return how often a media file was sampled; of one that cannot be read, nothing is known.

    Only the header is read, and it is not believed where no recording can be what it says.
    """
    sample_rate = frame_rate = None
    with suppress(InputError), errors_of_one(path), open_media(path) as container:
        if sound := find_sound_track(container):
            sample_rate = _within(SAMPLE_RATES, sound.codec_context.sample_rate)
        if pictures := find_picture_track(container):
            frame_rate = _within(FRAME_RATES, pictures.average_rate)
    return Rates(None if sample_rate is None else round(sample_rate), frame_rate)


def _within(limits: tuple[float, float], stated: float | Fraction | None) -> float | None:
    """Return a number of a header, if it can be true."""
    lowest, highest = limits
    return float(stated) if stated is not None and lowest <= stated <= highest else None
