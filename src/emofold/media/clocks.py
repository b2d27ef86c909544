"""When a player shows pictures and plays sound, to go by the times of frames.

These times are hearsay: frames may have none, and times may leap. Where they go back, as in files
that were joined, or forth by more than a clip may last, a file begins to count anew, and is played
on without a break.
"""

from dataclasses import dataclass

from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from emofold.media.containers import MAX_DURATION

MIN_BREAK = 0.05  # seconds; what is shorter is jitter of the times of frames
USUAL_DURATION = 1 / 25  # seconds that a picture is shown, where nothing is said


@dataclass(frozen=True)
class UnbrokenSound:
    """Sound that a player plays without a break.

    Attributes
    ----------
    first
        The index of its first sample.
    start
        When a player plays that sample, in seconds.
    """

    first: int
    start: float


def measure_start(time: float | None, zero: float) -> float:
    """Return when a player shows the first frame of a track; zero where this cannot be.

    Examples
    --------
    >>> measure_start(2.5, zero=2.0), measure_start(None, 2.0), measure_start(1.7e9, 2.0)
    (0.5, 0.0, 0.0)
    """
    start = 0.0 if time is None else time - zero
    return start if abs(start) <= MAX_DURATION else 0.0


class SoundClock:
    """Notes when a player plays the frames of a sound track.

    A break is noted where frames come later than they should.

    Parameters
    ----------
    zero
        The time in the file that players show as zero.
    longest
        The longest break, in seconds; what is longer is a mistake.
    rate
        The samples a second by which segments are counted.

    Attributes
    ----------
    segments
        The segments so far.
    played
        How long a player plays so far, breaks included, from the first frame on.
    """

    def __init__(self, zero: float, longest: float, rate: int) -> None:
        self._zero, self._longest, self._rate = zero, longest, rate
        self._origin: float | None = None
        self._heard = 0.0
        self.segments: list[UnbrokenSound] = []
        self.played = 0.0

    @property
    def end(self) -> float:
        """When a player has played all frames so far, in seconds."""
        return self.segments[0].start + self.played if self.segments else 0.0

    def place(self, frame: AudioFrame) -> float:
        """Return when a player plays a frame, in seconds."""
        late = self._measure_delay(frame.time)
        if not self.segments:
            self.segments.append(UnbrokenSound(0, measure_start(self._origin, self._zero)))
        elif late > MIN_BREAK:
            self.played += late
            start = self.segments[0].start + self.played
            self.segments.append(UnbrokenSound(round(self._rate * self._heard), start))
        start = self.segments[0].start + self.played
        duration = frame.samples / frame.sample_rate
        self._heard, self.played = self._heard + duration, self.played + duration
        return start

    def _measure_delay(self, time: float | None) -> float:
        """Return by how many seconds a frame comes later than it should."""
        if time is None:
            return 0.0
        if self._origin is None:
            self._origin = time
        late = time - self._origin - self.played
        if late < -MIN_BREAK or late > self._longest:
            self._origin += late
            return 0.0
        return late


class PictureClock:
    """Says from when to when a player shows the frames of a picture track.

    A frame without a time of its own, as in a bare H.264 stream, follows the one before it.

    Parameters
    ----------
    track
        The track.
    longest
        The longest that a frame is shown, in seconds; what is longer is a mistake.
    """

    def __init__(self, track: VideoStream, longest: float) -> None:
        usual = float(1 / track.average_rate) if track.average_rate else USUAL_DURATION
        self._usual_duration = usual if 0 < usual <= longest else USUAL_DURATION
        self._longest = longest
        self._origin: float | None = None
        self._start = self._end = 0.0

    def place(self, frame: VideoFrame) -> tuple[float, float]:
        """Return when a frame is shown, and until when, in seconds from the first frame's start."""
        self._start = self._find_start(frame.time)
        length = float(frame.duration * frame.time_base) if frame.time_base else 0.0
        is_known = 0 < length <= self._longest
        self._end = self._start + (length if is_known else self._usual_duration)
        return self._start, self._end

    def _find_start(self, time: float | None) -> float:
        if self._origin is None:
            self._origin = time or 0.0
        if time is None:
            return self._end
        start = time - self._origin
        if start < self._start or start - self._end > self._longest:
            self._origin = time - self._end
        return time - self._origin
