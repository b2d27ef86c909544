"""What a bundle says of clips, with what must be known to read it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from emofold.errors import InputError
from emofold.media.contents import read_duration
from emofold.prediction.bundle import Bundle
from emofold.prediction.members.member import Scores
from emofold.prediction.remarks import (
    remark_on_disagreement,
    remark_on_normalisation,
    remark_on_novelty,
)
from emofold.prediction.requests import Request
from emofold.prediction.windows import Window, cut_windows
from emofold.scores import score_columns

OTHER = {"speech": "face", "face": "speech"}
LACKING = {"speech": "No sound to go by", "face": "No face to go by"}
WELL_SEEN = 0.95


@dataclass(frozen=True)
class Judgement:
    """What the models of one modality say of the clips of a speaker.

    Attributes
    ----------
    durations
        How long the sound, or the pictures, of each clip last, in seconds.
    errors
        Why a clip cannot be judged.
    whole, windows
        The scores of each model, by its name.
    normalised_by
        By how many clips features are normalised, of the ``speaker``, or of all that were given
        together as a ``corpus``; empty where they are not.
    remarks
        What must be known of the recording of a clip, in sentences.
    """

    durations: Mapping[str, float]
    errors: Mapping[str, InputError]
    whole: Mapping[str, Scores]
    windows: Mapping[str, Scores]
    normalised_by: Mapping[str, int]
    remarks: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass
class Answer:
    """What a bundle says of one clip.

    Attributes
    ----------
    request
        The clip.
    duration
        How many seconds it lasts.
    whole, timeline
        The columns of a table of predictions but for the speaker: of the clip, and of its windows.
    reasons
        Why a modality has nothing to go by, by the modality.
    frames
        The Action Units by frame, with the columns ``extractor`` and ``is_valid``; where they were
        read.
    attention
        The attention to the frames by a model that has such.
    remarks
        What must be known to read the answer, in sentences.
    pageless
        Why there is no page, where one was to be made.
    """

    request: Request
    duration: float = 0.0
    whole: pd.DataFrame = field(default_factory=pd.DataFrame)
    timeline: pd.DataFrame = field(default_factory=pd.DataFrame)
    reasons: dict[str, InputError] = field(default_factory=dict)
    frames: pd.DataFrame | None = None
    attention: pd.DataFrame | None = None
    remarks: list[str] = field(default_factory=list)
    pageless: InputError | None = None

    @property
    def failure(self) -> InputError | None:
        """Why there is no answer at all; None where there is one."""
        if len(self.whole):
            return None
        reasons = list({error.found: error for error in self.reasons.values()}.values())
        if not reasons:
            return InputError(
                f"nothing to go by in {self.request.clip}", "a voice, or a face", "name another"
            )
        if len(reasons) == 1:
            return reasons[0]
        return InputError(
            "; ".join(error.found for error in reasons),
            "; or ".join(error.expected for error in reasons),
            reasons[-1].remedy,
        )

    def explain_lack(self, modality: str) -> str:
        """Return why a modality has nothing to go by, without the folder that the file is in."""
        reason = self.reasons.get(modality)
        return self.request.shorten(reason) if reason else "nothing was found"


def answer_requests(
    requests: Sequence[Request],
    judgements: Mapping[str, Judgement],
    frames: Mapping[str, pd.DataFrame],
    bundle: Bundle,
    *,
    window: float,
    hop: float,
) -> list[Answer]:
    """Return an answer for each clip of one speaker, or why there is none.

    Parameters
    ----------
    requests
        The clips.
    judgements
        What is said of them, by modality.
    frames
        The frames that were read, by clip; see :class:`Answer`.
    bundle
        What decides.
    window, hop
        The length of the windows that were judged, and how far each begins after the one before,
        in seconds.
    """
    durations = {one.clip: _find_duration(one, judgements) for one in requests}
    whole = {clip: Window(clip, 0.0, duration) for clip, duration in durations.items()}
    timeline = cut_windows(durations, number_clips(requests), window, hop)
    counts = Counter(one.clip for one in timeline.values())
    timeline = {name: one for name, one in timeline.items() if counts[one.clip] > 1}
    decided = decide(bundle, _merge(one.whole for one in judgements.values()), whole)
    decided_windows = decide(bundle, _merge(one.windows for one in judgements.values()), timeline)
    answers = []
    for request in requests:
        clip = request.clip
        answer = Answer(
            request,
            durations[clip],
            decided[decided["clip"] == clip],
            decided_windows[decided_windows["clip"] == clip],
            {name: one.errors[clip] for name, one in judgements.items() if clip in one.errors},
            frames.get(clip),
            _find_attention(clip, judgements),
        )
        if len(answer.whole):
            answer.remarks = [*remark(answer, bundle, judgements)]
        answers.append(answer)
    return answers


def _find_duration(request: Request, judgements: Mapping[str, Judgement]) -> float:
    known = [one.durations.get(request.clip, 0.0) for one in judgements.values()]
    duration = max(known, default=0.0)
    if not duration and request.media:  # no modality has read the file
        return request.segment.measure(read_duration(request.media))
    return duration


def _find_attention(clip: str, judgements: Mapping[str, Judgement]) -> pd.DataFrame | None:
    scores = _merge(one.whole for one in judgements.values()).values()
    found = [one.attention[clip] for one in scores if clip in one.attention]
    return found[-1] if found else None


def number_clips(requests: Sequence[Request]) -> dict[str, int]:
    """Return the number of each clip, from which the names of its windows are made."""
    return {request.clip: number for number, request in enumerate(requests)}


def decide(
    bundle: Bundle, scores: Mapping[str, Scores], windows: Mapping[str, Window]
) -> pd.DataFrame:
    """Return what each system of a bundle says of each window that it has scores for.

    Parameters
    ----------
    bundle
        The bundle.
    scores
        The scores of each model.
    windows
        The windows by name; of whole clips, these are the clips.

    Returns
    -------
    pandas.DataFrame
        The columns of a table of predictions but for the speaker, in the order of the windows.
    """
    tables = [pd.DataFrame(columns=["window", "clip"])]
    for modality, system in bundle.systems.items():
        own = {model: scores[model] for model in system.models}
        known = [name for name in windows if all(name in one.values.index for one in own.values())]
        if known:
            probabilities = system.probabilities(
                {
                    model: (one.values.loc[known].to_numpy(), one.scale)
                    for model, one in own.items()
                },
                {model: one.temperatures(known) for model, one in own.items()},
                {model: one.familiarities(known) for model, one in own.items()},
            )
            rows = pd.DataFrame(probabilities, columns=score_columns(bundle.emotions))
            rows["predicted"] = np.asarray(bundle.emotions, object)[probabilities.argmax(axis=1)]
            rows["confidence"] = probabilities.max(axis=1)
            rows["novelty"] = pd.DataFrame([one.novelties(known) for one in own.values()]).max()
            rows["modality"], rows["window"] = modality, known
            tables.append(rows)
    rows = pd.concat(tables[1:] or tables, ignore_index=True)
    rows["is_answer"] = ~rows.duplicated("window")
    return _in_order(rows, windows)


def _in_order(rows: pd.DataFrame, windows: Mapping[str, Window]) -> pd.DataFrame:
    """Return rows in the order of the windows, with their clips and times instead of names."""
    own = [windows[name] for name in rows["window"]]
    order = rows["window"].map({name: index for index, name in enumerate(windows)})
    placed = rows.drop(columns="window").assign(
        clip=[window.clip for window in own],
        start=[window.start for window in own],
        end=[window.end for window in own],
    )
    return placed.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def remark(answer: Answer, bundle: Bundle, judgements: Mapping[str, Judgement]) -> Iterator[str]:
    """Yield what must be known to read an answer, in whole sentences."""
    modalities = [*answer.whole["modality"]]
    for modality, other in OTHER.items():
        if modality in bundle.systems and modality not in modalities:
            why = answer.explain_lack(modality)
            yield f"{LACKING[modality]} ({why}): the answer is that of the {other} alone."
    for modality in modalities:
        if modality in judgements:
            yield from judgements[modality].remarks.get(answer.request.clip, ())
    if answer.frames is not None and "face" in modalities:
        share = float(answer.frames["is_valid"].mean())
        if share < WELL_SEEN:
            yield f"A face was found in {100 * share:.0f} % of the frames; the others do not count."
    if len(answer.timeline):
        yield from _remark_on_windows(answer, bundle)
    yield from remark_on_novelty(answer.whole)
    yield from remark_on_disagreement(answer.whole, bundle.emotions)
    seen = [judgements[modality] for modality in judgements if modality in modalities]
    yield from remark_on_normalisation(
        [judgement.normalised_by for judgement in seen], bundle.facts["clips_per_speaker"]
    )


def _remark_on_windows(answer: Answer, bundle: Bundle) -> Iterator[str]:
    if "speech+face" in {*answer.whole["modality"]}:
        deciding = answer.timeline.loc[answer.timeline["is_answer"], "modality"]
        for modality in OTHER:
            alone = int((deciding == modality).sum())
            if alone:
                yield f"{alone} of {len(deciding)} windows are judged by the {modality} alone."
    longest = bundle.facts["max_duration"]
    if longest and answer.duration > 2 * longest:
        yield (
            f"The clip is {answer.duration:.0f} s long, those that the models learned from at most "
            f"{longest:.0f} s: read the timeline rather than the one answer."
        )


def _merge(scores: Iterable[Mapping[str, Scores]]) -> dict[str, Scores]:
    return {model: one for of_modality in scores for model, one in of_modality.items()}
