"""Judging clips by a bundle: whole, and window by window.

The faces of clips are read on one core while their speech is judged on another. Only the windows of
some minutes are worked on at a time, and one picture, so that a long video needs little memory.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from emofold.errors import InputError, errors_of_one, listing
from emofold.face.frames import is_valid
from emofold.prediction.answers import Answer, Judgement, answer_requests, number_clips
from emofold.prediction.bundle import Bundle
from emofold.prediction.faces import FaceReader, Faces
from emofold.prediction.features import Features, Tools
from emofold.prediction.manifest import IMAGE
from emofold.prediction.members.member import Member, Scores
from emofold.prediction.members.static import StaticMember
from emofold.prediction.precomputed_means import PrecomputedMeans
from emofold.prediction.requests import Request, by_speaker
from emofold.prediction.sounds import Sounds, decode_sounds
from emofold.prediction.together import Together, name_clips
from emofold.prediction.windows import MIN_SHARE_OF_WINDOW, cut_windows

WINDOWS_TOGETHER = 100
SPEECH, FACE = "speech", "face"
ALL = "all"  # modalities
SHEET = "sheet"  # what a request is read from


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
    openface, pyfaceau
        As of :class:`emofold.prediction.faces.FaceReader`.
    means
        Mean Action Units by clip, which take the place of what would be read from videos.
    """

    window: float = 2.0
    hop: float = 0.5
    threads: int = 1
    openface: Path | None = None
    pyfaceau: Path | None = None
    means: pd.DataFrame | None = None


class Predictor:
    """Predicts clips with a bundle.

    Parameters
    ----------
    bundle
        The bundle.
    options
        How to predict.
    on_progress
        Called with the seconds of sound or of video that were worked on since it was called last.

    Raises
    ------
    InputError
        When what the bundle sees faces with cannot work here.
    """

    def __init__(
        self,
        bundle: Bundle,
        options: Options,
        on_progress: Callable[[float], None] = lambda duration: None,
    ) -> None:
        self.bundle, self.options, self._on_progress = bundle, options, on_progress
        self._is_over, self._reporting = threading.Event(), threading.Lock()
        self.tools = Tools(bundle.encoders, bundle.extractors, bundle.folder, options.threads)
        self._face_reader = FaceReader(
            bundle.extractors,
            bundle.encoders,
            bundle.folder,
            options.threads,
            options.openface,
            options.pyfaceau,
        )
        self._means = None if options.means is None else PrecomputedMeans(options.means)
        if self._means is None:
            self._face_reader.check()
        else:
            _check_needs_means_alone(bundle)

    def load(self) -> None:
        """Load what is otherwise loaded when it is first needed."""
        for name, row in self.bundle.encoders.items():
            if row["kind"] != IMAGE:
                self.tools.load_encoder(name)

    def predict(
        self, requests: Sequence[Request], together: Together | None = None
    ) -> list[Answer]:
        """Return an answer for each clip of one speaker, or why there is none.

        A speaker is known by whole clips; windows are normalised as these are.

        Parameters
        ----------
        requests
            The clips.
        together
            What :meth:`survey` has found of these and of all others that were given together;
            without it, these are all.
        """
        refused = [Answer(one, reasons={SHEET: one.explain_flaw()}) for one in requests if one.flaw]
        usable = [one for one in requests if not one.flaw]
        return [*refused, *(self._answer(usable, together or Together()) if usable else [])]

    def _answer(self, requests: Sequence[Request], together: Together) -> list[Answer]:
        judgements = {}
        frames: dict[str, pd.DataFrame] = {}
        with ThreadPoolExecutor(max_workers=1) as pool:
            self._is_over.clear()
            try:
                faces = None
                if self.sees(FACE):
                    faces = pool.submit(self._read_faces, requests, together)
                if self.sees(SPEECH):
                    sounds = decode_sounds(requests)
                    judgements[SPEECH] = self._judge(SPEECH, sounds, requests, together)
                if faces is not None:
                    judgements[FACE] = self._judge(FACE, faces.result(), requests, together)
                    frames = self._mark_frames(faces.result())
            finally:
                self._is_over.set()
        window, hop = self.options.window, self.options.hop
        return answer_requests(requests, judgements, frames, self.bundle, window=window, hop=hop)

    def survey(self, requests: Sequence[Request]) -> Together:
        """Return what there is to know of all clips before models normalise them as a corpus.

        Of a bundle that has no such model that is nothing, and of the clips of one speaker alone,
        which are judged together anyway.
        """
        together = Together()
        groups = by_speaker(one for one in requests if not one.flaw)
        for modality in (SPEECH, FACE):
            members = [
                member
                for member in self.members(modality).values()
                if isinstance(member, StaticMember) and member.normalise_by == "corpus"
            ]
            for group in groups if members and len(groups) > 1 else []:
                self._survey_apart(modality, group, members, together)
        return together

    def _survey_apart(
        self,
        modality: str,
        group: Sequence[Request],
        members: Sequence[StaticMember],
        together: Together,
    ) -> None:
        """Survey a group, or each clip by itself where one of them lacks what models look at."""
        try:
            with errors_of_one(listing(name_clips(group))):
                self._survey_group(modality, group, members, together)
        except InputError:
            for request in group if len(group) > 1 else []:
                self._survey_apart(modality, [request], members, together)

    def _survey_group(
        self,
        modality: str,
        group: Sequence[Request],
        members: Sequence[StaticMember],
        together: Together,
    ) -> None:
        recordings = self.read(modality, group)
        if isinstance(recordings, Faces):
            together.faces[name_clips(group)] = recordings
        features = Features(recordings.whole(), self.tools)
        for member in members:
            member.choose_features(features.table(member.source))
        together.add(modality, group, features, {member.source for member in members})
        self._report(0.0)

    def read(self, modality: str, requests: Sequence[Request]) -> Sounds | Faces:
        """Return the sound, or the faces, of some clips."""
        if modality == SPEECH:
            return decode_sounds(requests)
        self._is_over.clear()
        return self._read_faces(requests, Together())

    def sees(self, modality: str) -> bool:
        """Return whether the bundle looks at speech, or at the face."""
        return modality in self.bundle.systems

    def members(self, modality: str) -> dict[str, Member]:
        """Return the models that look at a modality, by their names."""
        members = self.bundle.members.items()
        return {name: member for name, member in members if member.modality == modality}

    def _read_faces(self, requests: Sequence[Request], together: Together) -> Faces:
        if (clips := name_clips(requests)) in together.faces:
            return together.faces[clips]
        if self._means is not None:
            means, errors = self._means.select(requests)
            return Faces({}, errors, means)
        return self._face_reader.read(requests, self._report_unless_over)

    def _judge(
        self,
        modality: str,
        recordings: Sounds | Faces,
        requests: Sequence[Request],
        together: Together,
    ) -> Judgement:
        """Return what the models of a modality say of clips, and of their windows."""
        members = self.members(modality)
        features = Features(
            recordings.whole(),
            self.tools,
            together=together.tables,
            errors=together.errors_of(modality, requests),
            tables=together.tables_of(modality, requests),
        )
        whole = {name: member.score(features) for name, member in members.items()}
        normalised_by: dict[str, int] = {}
        for member in members.values():
            if isinstance(member, StaticMember) and member.population is not None:
                by, clips = member.normalise_by, len(member.known_clips(features))
                normalised_by[by] = min(clips, normalised_by.get(by, clips))
        return Judgement(
            recordings.durations,
            {**features.errors, **recordings.errors},
            whole,
            self._score_windows(members, recordings, features, whole, number_clips(requests)),
            normalised_by,
            recordings.remarks,
        )

    def _score_windows(
        self,
        members: dict[str, Member],
        recordings: Sounds | Faces,
        speaker: Features,
        whole: Mapping[str, Scores],
        numbers: dict[str, int],
    ) -> dict[str, Scores]:
        """Return the scores of windows, which are as new to a model as their clips are.

        A window is shorter than what the models learned from, and lies apart by that alone.
        """
        length, hop = self.options.window, self.options.hop
        nearly = (1 - MIN_SHARE_OF_WINDOW) * length
        longer = {clip: duration + nearly for clip, duration in recordings.durations.items()}
        windows = [*cut_windows(longer, numbers, length, hop).items()]
        scores: dict[str, list[Scores]] = {name: [] for name in members}
        is_reporting = bool(speaker.sounds)  # faces report while they are read
        for first in range(0, len(windows), WINDOWS_TOGETHER):
            some = dict(windows[first : first + WINDOWS_TOGETHER])
            features = Features(recordings.cut(some), self.tools, speaker, speaker.together)
            for name, member in members.items():
                scores[name].append(member.score(features))
            if is_reporting:
                self._report(hop * len(some))
        if is_reporting:
            self._report(sum(recordings.durations.values()) - hop * len(windows))
        clips = pd.Series({name: window.clip for name, window in windows}, dtype="str")
        return {name: _concatenate(parts, whole[name], clips) for name, parts in scores.items()}

    def _mark_frames(self, faces: Faces) -> dict[str, pd.DataFrame]:
        """Return the frames of each clip, with what read them and which of them are valid."""
        return {
            clip: frames.assign(
                extractor=frames.attrs.get("extractor", self.bundle.extractors[name]["kind"]),
                is_valid=is_valid(frames, self.bundle.extractors[name]["min_confidence"]),
            )
            for name, tables in faces.frames.items()
            for clip, frames in tables.items()
        }

    def _report_unless_over(self, duration: float) -> None:
        if self._is_over.is_set():
            raise InterruptedError
        self._report(duration)

    def _report(self, duration: float) -> None:
        with self._reporting:
            self._on_progress(duration)


def predict_all(predictor: Predictor, requests: Sequence[Request]) -> Iterator[list[Answer]]:
    """Yield the answers for the clips of each speaker, and for each clip without one."""
    together = predictor.survey(requests)
    for group in by_speaker(requests):
        yield predict_group(predictor, group, together)


def predict_group(
    predictor: Predictor, requests: Sequence[Request], together: Together | None = None
) -> list[Answer]:
    """Return an answer for each clip of a group, or why it has none.

    Where a clip cannot even be judged alone, that is its own error, and the others are judged
    without it; what is wrong with all of them together is each one's.
    """
    try:
        with errors_of_one(listing(request.clip for request in requests)):
            return predictor.predict(requests, together)
    except InputError as error:
        of_all = error
    failed = {}
    if len(requests) > 1:
        alone = [predict_group(predictor, [request], together)[0] for request in requests]
        failed = {one.request.clip: one for one in alone if ALL in one.reasons}
    if not failed:
        return [Answer(request, reasons={ALL: of_all}) for request in requests]
    others = [request for request in requests if request.clip not in failed]
    answered = predict_group(predictor, others, together) if others else []
    by_clip = failed | {answer.request.clip: answer for answer in answered}
    return [by_clip[request.clip] for request in requests]


def _check_needs_means_alone(bundle: Bundle) -> None:
    looking = [
        name
        for name, member in bundle.members.items()
        if member.modality == "face" and not member.source.startswith("face/means/")
    ]
    if looking:
        raise InputError(
            f"mean Action Units for a bundle with {listing(looking)}",
            "the pictures or the Action Units of each frame, which this model looks at",
            "leave out the table of means, or keep another system as `bundle`",
        )


def _concatenate(parts: Sequence[Scores], whole: Scores, clips: pd.Series) -> Scores:
    filled = [part for part in parts if len(part.values)]
    if not filled:
        return Scores()
    return Scores(
        pd.concat([part.values for part in filled]),
        filled[0].scale,
        novelty=whole.novelty.reindex(clips).set_axis(clips.index),
    )
