"""How far an encoder has come, told every few seconds."""

import logging
from time import monotonic

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_MESSAGES = 10.0


class Progress:
    """Log how many clips are encoded, and how fast.

    Parameters
    ----------
    clips
        How many clips there are to encode.
    """

    def __init__(self, clips: int) -> None:
        self.clips = clips
        self.encoded = 0
        self.seconds_of_sound = 0.0
        self.began = self.told = monotonic()

    def add(self, seconds: float) -> None:
        """Count one clip of so many seconds; say so when the last message is a while ago."""
        self.encoded += 1
        self.seconds_of_sound += seconds
        if monotonic() - self.told >= SECONDS_BETWEEN_MESSAGES:
            self.tell()

    def tell(self) -> None:
        """Log the state of things."""
        self.told = monotonic()
        speed = self.seconds_of_sound / max(self.told - self.began, 1e-9)
        logger.info(
            "encoded %d of %d clips, %.1f s of sound a second", self.encoded, self.clips, speed
        )
