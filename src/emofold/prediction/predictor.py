"""What a bundle says of clips: whole, and window by window.

The faces of clips are read on one core while their speech is read on another. Only the windows of
some minutes are worked on at a time, and one picture, so that a long video needs little memory.
"""

import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from emofold.errors import InputError, listing
from emofold.media.contents import read_duration
from emofold.prediction.answers import Answer, decided, remarks_on
from emofold.prediction.bundle import Bundle
from emofold.prediction.members import NOTHING, Member, Scored, SequenceMember, StaticMember
from emofold.prediction.observations import Encoders, Observed
from emofold.prediction.precomputed_means import GivenMeans
from emofold.prediction.reading import (
    ENOUGH_OF_A_WINDOW,
    Advance,
    FaceReader,
    Faces,
    Sounds,
    Span,
    no_frames,
    windows_of,
)
from emofold.prediction.requests import Request

WINDOWS_TOGETHER = 100
SPEECH, FACE = "speech", "face"


@dataclass(frozen=True)
class Options:
    """How to predict.

    Attributes
    ----------
    window, hop
        The length of the windows of a timeline, and how far each begins after the one before, in
        seconds.
    threads
        How many cores may be used.
    openface
        The user's OpenFace, for bundles that were trained with it.
    means
        Mean Action Units by clip, which take the place of what would be read from videos.
    """

    window: float = 2.0
    hop: float = 0.5
    threads: int = 1
    openface: Path | None = None
    means: pd.DataFrame | None = None


@dataclass(frozen=True)
class _Branch:
    """What was read of some clips for one branch, and how parts of it are observed."""

    seconds: Mapping[str, float]
    errors: Mapping[str, InputError]
    whole: Observed
    observe: Callable[[Mapping[str, Span]], Observed]


class Predictor:
    """Predicts clips with a bundle.

    Parameters
    ----------
    bundle
        The bundle.
    options
        How to predict.
    advance
        Is told how many seconds of sound or of video were worked on since it was told last.
    """

    def __init__(self, bundle: Bundle, options: Options, advance: Advance) -> None:
        self.bundle, self.options, self.advance = bundle, options, advance
        self._is_over, self._telling = threading.Event(), threading.Lock()
        self._encoders = Encoders(bundle.encoders, bundle.folder, options.threads)
        self._reader = FaceReader(bundle.extractors, bundle.folder, options.openface)
        self._min_confidence = {
            name: row["min_confidence"] for name, row in bundle.extractors.items()
        }
        self._means = None if options.means is None else GivenMeans(options.means)
        self._check_tools()

    def _check_tools(self) -> None:
        """Raise an :class:`InputError` where what the face branch needs cannot do its work."""
        if self.options.means is None:
            self._reader.check()
            return
        framewise = [n for n, one in self.bundle.members.items() if isinstance(one, SequenceMember)]
        if framewise:
            raise InputError(
                f"mean Action Units for a bundle with {listing(framewise)}",
                "the Action Units of each frame, which this model looks at",
                "leave out the table of means, or keep another system as `bundle`",
            )

    def predict(self, requests: Sequence[Request]) -> list[Answer]:
        """Return an answer for each clip of one speaker, or why there is none.

        A speaker is known by whole clips; windows are normalised as these are.
        """
        answers = {request.clip: Answer(request) for request in requests}
        numbers = {clip: number for number, clip in enumerate(answers)}
        whole: dict[str, Scored] = {}
        windows: dict[str, Scored] = {}
        known: dict[str, int] = {}
        with (
            tempfile.TemporaryDirectory(prefix="emofold-") as folder,
            ThreadPoolExecutor(max_workers=1) as pool,
            ExitStack() as cleanup,
        ):
            is_read = FACE in self.bundle.systems and self.options.means is None
            cleanup.callback(self._is_over.set)
            self._is_over.clear()
            reading = pool.submit(self._reader.read, requests if is_read else [], self._go_on)
            for modality, branch in self._branches(requests, Path(folder), reading):
                for clip, seconds in branch.seconds.items():
                    answers[clip].seconds = max(answers[clip].seconds, seconds)
                scores = self._scores_of_clips(modality, branch.whole, answers)
                whole |= scores
                known |= self._known_clips(modality, scores)
                for clip, error in {**branch.whole.failures, **branch.errors}.items():
                    answers[clip].reasons[modality] = _about_media(error, branch, answers[clip])
                nearly = (1 - ENOUGH_OF_A_WINDOW) * self.options.window
                longer = {clip: seconds + nearly for clip, seconds in branch.seconds.items()}
                spans = windows_of(longer, numbers, self.options.window, self.options.hop)
                windows |= self._scores_of_windows(modality, branch, spans)
            if is_read:
                self._keep_frames(answers, reading.result())
        for answer in answers.values():
            if not answer.seconds and answer.request.media:  # neither branch has read the file
                answer.seconds = read_duration(answer.request.media)
        length = {clip: answer.seconds for clip, answer in answers.items()}
        clips = {clip: Span(clip, 0.0, seconds) for clip, seconds in length.items()}
        tables = {
            "whole": decided(self.bundle, whole, clips),
            "timeline": decided(self.bundle, windows, self._timeline(length, numbers)),
        }
        for clip, answer in answers.items():
            for name, table in tables.items():
                if len(table):
                    setattr(answer, name, table[table["clip"] == clip])
            if len(answer.whole):
                answer.remarks = [*remarks_on(answer, self.bundle, known)]
        return [*answers.values()]

    def _timeline(
        self, seconds: Mapping[str, float], numbers: Mapping[str, int]
    ) -> dict[str, Span]:
        """Return the windows of the clips that are longer than one."""
        spans = windows_of(seconds, numbers, self.options.window, self.options.hop)
        counts = Counter(span.clip for span in spans.values())
        return {name: span for name, span in spans.items() if counts[span.clip] > 1}

    def _branches(
        self, requests: Sequence[Request], folder: Path, reading: Future[Faces]
    ) -> Iterator[tuple[str, _Branch]]:
        if SPEECH in self.bundle.systems:
            sounds = Sounds(requests, folder)
            all_heard = self._observed(folder, sounds.wavs, no_frames)

            def hear(spans: Mapping[str, Span]) -> Observed:
                return self._observed(folder, sounds.cut(spans), no_frames, whole=all_heard)

            yield SPEECH, _Branch(sounds.seconds, sounds.errors, all_heard, hear)
        if FACE in self.bundle.systems:
            faces = reading.result()
            means, errors = self._means.of(requests) if self._means else (None, {})
            all_seen = self._observed(folder, {}, faces.whole, means)

            def see(spans: Mapping[str, Span]) -> Observed:
                return self._observed(folder, {}, partial(faces.cut, spans), whole=all_seen)

            yield FACE, _Branch(faces.seconds, {**faces.errors, **errors}, all_seen, see)

    def _observed(
        self,
        folder: Path,
        wavs: Mapping[str, Path],
        frames: Callable[[str], pd.DataFrame],
        means: pd.DataFrame | None = None,
        whole: Observed | None = None,
    ) -> Observed:
        return Observed(
            wavs,
            frames,
            encoders=self._encoders,
            min_confidence=self._min_confidence,
            means=means,
            workspace=folder,
            whole=whole,
        )

    def _go_on(self, seconds: float) -> None:
        if self._is_over.is_set():
            raise InterruptedError
        self._tell(seconds)

    def _tell(self, seconds: float) -> None:
        with self._telling:
            self.advance(seconds)

    def _members(self, modality: str) -> dict[str, Member]:
        return {name: one for name, one in self.bundle.members.items() if one.modality == modality}

    def _scores_of_clips(
        self, modality: str, observed: Observed, answers: Mapping[str, Answer]
    ) -> dict[str, Scored]:
        scores = {}
        for name, member in self._members(modality).items():
            if isinstance(member, SequenceMember):
                scores[name], attention = member.scores_and_attention(observed)
                for clip, weights in attention.items():
                    answers[clip].attention = weights
            else:
                scores[name] = member.scores(observed)
        return scores

    def _known_clips(self, modality: str, scores: Mapping[str, Scored]) -> dict[str, int]:
        """Return how many clips a branch has normalised its features by, if it does."""
        counts = [
            len(scores[name][0])
            for name, member in self._members(modality).items()
            if isinstance(member, StaticMember) and member.population is not None
        ]
        return {modality: min(counts)} if counts else {}

    def _scores_of_windows(
        self, modality: str, branch: _Branch, spans: Mapping[str, Span]
    ) -> dict[str, Scored]:
        members, names = self._members(modality), [*spans]
        parts: dict[str, list[Scored]] = {name: [] for name in members}
        told = 0.0
        for first in range(0, len(names), WINDOWS_TOGETHER):
            chunk = {name: spans[name] for name in names[first : first + WINDOWS_TOGETHER]}
            observed = branch.observe(chunk)
            for name, member in members.items():
                parts[name].append(member.scores(observed))
            if modality == SPEECH:
                self._tell(self.options.hop * len(chunk))
                told += self.options.hop * len(chunk)
        if modality == SPEECH:
            self._tell(sum(branch.seconds.values()) - told)
        return {name: _together(scored) for name, scored in parts.items()}

    def _keep_frames(self, answers: Mapping[str, Answer], faces: Faces) -> None:
        for extractor, tables in faces.frames.items():
            for clip, frames in tables.items():
                answers[clip].see(frames, extractor, self._min_confidence[extractor])


def _about_media(error: InputError, branch: _Branch, answer: Answer) -> InputError:
    """Return an error about a wav in a temporary folder as one about the file that it is of."""
    wav, media = branch.whole.wavs().get(answer.request.clip), answer.request.media
    return error.about(wav, str(media)) if wav else error


def _together(parts: Sequence[Scored]) -> Scored:
    filled = [(table, scale) for table, scale in parts if len(table)]
    if not filled:
        return NOTHING
    return pd.concat([table for table, _ in filled]), filled[0][1]
