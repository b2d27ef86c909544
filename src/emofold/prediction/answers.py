"""What a bundle says of a clip, with what must be known to read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from emofold.errors import InputError, counted
from emofold.prediction.bundle import Bundle
from emofold.prediction.observations import frame_counts
from emofold.prediction.reading import Span
from emofold.prediction.requests import Request
from emofold.prediction.schemas import probability_columns

OTHER = {"speech": "face", "face": "speech"}
LACKING = {"speech": "No sound to go by", "face": "No face to go by"}
WELL_SEEN = 0.95


@dataclass
class Answer:
    """What a bundle says of one clip.

    Attributes
    ----------
    request
        The clip.
    seconds
        How long it is.
    whole, timeline
        The columns of a table of predictions: of the clip, and of its windows.
    reasons
        Why a branch has nothing to go by, by the branch.
    frames
        The Action Units by frame, where they were read.
    counts
        Which of these frames show a face well enough.
    extractor
        What read them.
    attention
        The ``timestamp`` and ``weight`` of the frames, by a model with attention.
    remarks
        What must be known to read the answer.
    """

    request: Request
    seconds: float = 0.0
    whole: pd.DataFrame = field(default_factory=pd.DataFrame)
    timeline: pd.DataFrame = field(default_factory=pd.DataFrame)
    reasons: dict[str, InputError] = field(default_factory=dict)
    frames: pd.DataFrame | None = None
    counts: pd.Series | None = None
    extractor: str = ""
    attention: pd.DataFrame | None = None
    remarks: list[str] = field(default_factory=list)

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

    def why_lacking(self, modality: str) -> str:
        """Return why a branch has nothing to go by, without the folder that the file is in."""
        if modality not in self.reasons:
            return "nothing was found"
        return self.request.told(self.reasons[modality])

    def see(self, frames: pd.DataFrame, extractor: str, min_confidence: float) -> None:
        """Take the frames that were read of the clip."""
        self.frames, self.extractor = frames, extractor
        self.counts = frame_counts(frames, min_confidence)


def decided(
    bundle: Bundle, scores: Mapping[str, tuple[pd.DataFrame, str]], spans: Mapping[str, Span]
) -> pd.DataFrame:
    """Return what each system of a bundle says of each span that it has scores for.

    Parameters
    ----------
    bundle
        The bundle.
    scores
        The scores of each model, indexed by the name of a span, and their scale.
    spans
        The spans by name: whole clips, or windows of clips.

    Returns
    -------
    pandas.DataFrame
        The columns of a table of predictions but for the speaker, in the order of the spans.
    """
    names = np.asarray(bundle.emotions, dtype=object)
    parts = []
    for modality, system in bundle.systems.items():
        tables = {model: scores[model] for model in system.models}
        known = [name for name in spans if all(name in table.index for table, _ in tables.values())]
        if not known:
            continue
        probabilities = system.probabilities(
            {name: (table.loc[known].to_numpy(), scale) for name, (table, scale) in tables.items()}
        )
        rows = pd.DataFrame(probabilities, columns=probability_columns(bundle.emotions))
        rows["emotion"] = names[probabilities.argmax(axis=1)]
        rows["confidence"] = probabilities.max(axis=1)
        rows[["span", "modality"]] = [(name, modality) for name in known]
        parts.append(rows)
    if not parts:
        return pd.DataFrame()
    rows = pd.concat(parts, ignore_index=True)
    rows["is_answer"] = ~rows.duplicated("span")
    rows["clip"] = [spans[name].clip for name in rows["span"]]
    rows["start"] = [spans[name].start for name in rows["span"]]
    rows["end"] = [spans[name].end for name in rows["span"]]
    order = rows["span"].map({name: place for place, name in enumerate(spans)})
    return rows.iloc[order.argsort(kind="stable")].drop(columns="span").reset_index(drop=True)


def remarks_on(answer: Answer, bundle: Bundle, known: Mapping[str, int]) -> Iterator[str]:
    """Yield what must be known to read an answer, in whole sentences.

    Parameters
    ----------
    answer
        The answer.
    bundle
        What it comes from.
    known
        How many clips of its speaker were there to normalise by, of each branch that normalises.
    """
    modalities = [*answer.whole["modality"]]
    for modality, other in OTHER.items():
        if modality in bundle.systems and modality not in modalities:
            why = answer.why_lacking(modality)
            yield f"{LACKING[modality]} ({why}): the answer is that of the {other} alone."
    if answer.counts is not None and "face" in modalities:
        share = float(answer.counts.mean())
        if share < WELL_SEEN:
            yield f"A face was found in {100 * share:.0f} % of the frames; the others do not count."
    if "speech+face" in modalities and len(answer.timeline):
        deciding = answer.timeline.loc[answer.timeline["is_answer"], "modality"]
        for modality in OTHER:
            alone = int((deciding == modality).sum())
            if alone:
                yield f"{alone} of {len(deciding)} windows are judged by the {modality} alone."
    longest = bundle.facts.get("max_duration")
    if longest and answer.seconds > 2 * longest and len(answer.timeline):
        yield (
            f"The clip is {answer.seconds:.0f} s long, those that the models learned from at most "
            f"{longest:.0f} s: read the timeline rather than the one answer."
        )
    clips = [count for modality, count in known.items() if modality in modalities]
    if clips:
        yield (
            f"The features were normalised by {counted(min(clips), 'clip')} of the speaker; the "
            f"expected accuracy holds for speakers of whom {bundle.facts['clips_of_a_speaker']} "
            "are known."
        )


def expectation(row: Mapping[str, Any]) -> str:
    """Return what can be expected of a system as a sentence."""
    honest = {"nested": "", "paper": ", an optimistic count", "cross-fitted": ", cross-fitted"}
    sees = (
        "that speakers were normalised by their own clips"
        if row["normalised_by"] == "speaker"
        else ""
    )
    return (
        f"right in {row['accuracy']:.1f} % of {row['clips']} clips of speakers that it had not "
        f"seen ({row['ci_low']:.0f} to {row['ci_high']:.0f} %"
        f"{honest[row['protocol']]}{'; ' + sees if sees else ''})"
    )
