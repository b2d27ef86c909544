"""Log messages on how far an encoder has come."""

import logging
from time import monotonic

logger = logging.getLogger(__name__)

LOG_INTERVAL = 10.0  # seconds


class Progress:
    """Log every few seconds how many clips are encoded, and how fast.

    Parameters
    ----------
    clips
        How many clips there are to encode.
    """

    def __init__(self, clips: int) -> None:
        self.clips = clips
        self.encoded = 0
        self.duration = 0.0
        self.start = self.last_logged = monotonic()

    def add(self, duration: float) -> None:
        """Count one clip of so many seconds; log when the last message is a while ago."""
        self.encoded += 1
        self.duration += duration
        if monotonic() - self.last_logged >= LOG_INTERVAL:
            self.log()

    def log(self) -> None:
        """Log the state of things."""
        self.last_logged = monotonic()
        speed = self.duration / max(self.last_logged - self.start, 1e-9)
        logger.info(
            "encoded %d of %d clips, %.1f s of sound a second", self.encoded, self.clips, speed
        )
