"""The sound of clips that are to be predicted, whole and cut into windows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from emofold.corpora.segments import Segment
from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, Sound, decode_each, is_silent
from emofold.prediction.requests import MAX_DURATION, Request
from emofold.prediction.windows import MIN_SHARE_OF_WINDOW, Content, Window


@dataclass(frozen=True)
class Sounds:
    """The sound of some clips, in memory.

    An hour of it takes 115 MB of memory.

    Attributes
    ----------
    sounds
        The sound of each clip that has any.
    errors
        Why a clip has none.
    """

    sounds: Mapping[str, Sound]
    errors: Mapping[str, InputError]

    @property
    def durations(self) -> dict[str, float]:
        """When the sound of each clip ends, in seconds."""
        return {clip: sound.end for clip, sound in self.sounds.items()}

    @property
    def remarks(self) -> dict[str, tuple[str, ...]]:
        """What must be known of the sound of each clip, in sentences."""
        return {clip: sound.remarks for clip, sound in self.sounds.items()}

    def whole(self) -> Content:
        """Return the samples of each clip."""
        return Content(sounds={clip: sound.samples for clip, sound in self.sounds.items()})

    def cut(self, windows: Mapping[str, Window]) -> Content:
        """Return what is heard in each window, where there is sound enough."""
        heard = {}
        for name, window in windows.items():
            if window.clip in self.sounds:
                samples = self.sounds[window.clip].cut(window.start, window.end)
                enough = MIN_SHARE_OF_WINDOW * SAMPLE_RATE * (window.end - window.start)
                if len(samples) >= enough and not is_silent(samples):
                    heard[name] = samples
        return Content(sounds=heard)


def decode_sounds(requests: Iterable[Request]) -> Sounds:
    """Return the sound of each clip, or why it has none."""
    recordings: dict[Path, dict[str, Segment]] = {}
    sounds, errors = {}, {}
    for request in requests:
        if request.media is None:
            errors[request.clip] = InputError(
                f"no media of {request.clip}", "a file with sound", "name one as `media`"
            )
        else:
            recordings.setdefault(request.media, {})[request.clip] = request.segment
    for recording, segments in recordings.items():
        for clip, sound in decode_each(recording, segments, MAX_DURATION):
            if isinstance(sound, InputError):
                errors[clip] = sound
            else:
                sounds[clip] = sound
    return Sounds(sounds, errors)
