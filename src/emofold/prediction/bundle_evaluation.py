"""Trying a bundle on another corpus, whose emotions are known from its sheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from emofold.corpora.other_corpora import OtherCorpus
from emofold.errors import InputError
from emofold.evaluation.other_corpora import (
    count_answers,
    describe_emotions,
    describe_speakers,
    measure,
)
from emofold.evaluation.schemas import (
    ALONE,
    OTHER_CONFUSION,
    OTHER_EMOTIONS,
    OTHER_METRICS,
    OTHER_SPEAKERS,
    TOGETHER,
    judged_schema,
)
from emofold.models.schemas import NORMALISED_BY
from emofold.prediction.answers import Answer
from emofold.prediction.bundle import Bundle
from emofold.prediction.members.static import StaticMember
from emofold.prediction.observations import Groups, Observations, judge, observe
from emofold.prediction.predictor import Predictor
from emofold.prediction.requests import Request, by_speaker
from emofold.prediction.together import name_clips
from emofold.tables import Failure, TableSchema, as_metadata

STEP = "evaluate_bundle"
PREDICTIONS, METRICS = "predictions", "metrics"
SCHEMAS: Mapping[str, TableSchema] = {
    METRICS: OTHER_METRICS,
    "confusion": OTHER_CONFUSION,
    "emotions": OTHER_EMOTIONS,
    "speakers": OTHER_SPEAKERS,
}


@dataclass(frozen=True)
class BundleEvaluation:
    """How a bundle does on another corpus.

    Attributes
    ----------
    tables
        By name, ``predictions``, ``metrics``, ``confusion``, ``emotions`` and ``speakers``.
    schemas
        What they look like.
    failures
        The clips without an answer, and those that the sheet says too little of.
    known_as
        What the bundle calls each emotion of the sheet that it knows.
    unknown
        The emotions of the sheet that it does not know.
    missing
        The emotions of the bundle that the sheet does not have.
    """

    tables: Mapping[str, pd.DataFrame]
    schemas: Mapping[str, TableSchema]
    failures: Sequence[Failure]
    known_as: Mapping[str, str]
    unknown: Sequence[str]
    missing: Sequence[str]

    @property
    def metadata(self) -> dict[str, Any]:
        """What each of the tables says of itself."""
        return {
            **as_metadata(self.failures),
            "known_as": dict(self.known_as),
            "unknown": list(self.unknown),
            "missing": list(self.missing),
        }


def evaluate_bundle(
    predictor: Predictor,
    corpus: OtherCorpus,
    *,
    confidence: float,
    draws: int,
    seed: int,
    on_progress: Callable[[int], None] = lambda clips: None,
) -> BundleEvaluation:
    """Try a bundle on another corpus.

    What models look at is computed once. Where a model normalises clips by one another, they are
    judged twice: each alone, and all together.

    Parameters
    ----------
    predictor
        What predicts with the bundle.
    corpus
        The corpus.
    confidence, draws, seed
        As of :func:`emofold.evaluation.metrics.speaker_bootstrap`.
    on_progress
        Called with the number of clips that were read since it was called last.

    Raises
    ------
    InputError
        When no clip of a known emotion has an answer.
    """
    bundle, clips, known_as = predictor.bundle, corpus.clips, corpus.known_as
    requests = [Request.from_json({**asdict(clip), "flaw": None}) for clip in clips]
    observations = observe(predictor, requests, on_progress)
    listed = pd.DataFrame(
        {
            "clip": [clip.clip for clip in clips],
            "speaker": [clip.speaker for clip in clips],
            "emotion": [clip.emotion for clip in clips],
            "known_as": [known_as.get(clip.emotion) for clip in clips],
        }
    )
    judged = pd.concat(
        [
            listed.merge(judge(bundle, observations, groups), on="clip").assign(setting=setting)
            for setting, groups in settings_of(bundle, requests).items()
        ],
        ignore_index=True,
    )
    failed = [*corpus.failures, *_list_failures(requests, judged, observations)]
    if judged["known_as"].isna().all():
        raise InputError(
            "no answer to a clip of an emotion that the bundle knows"
            + (f" (the first that failed: {failed[0].reason})" if failed else ""),
            "at least one",
            "see why the clips failed, or map more emotions",
        )
    shared = [emotion for emotion in bundle.emotions if emotion in known_as.values()]
    return BundleEvaluation(
        {
            PREDICTIONS: judged,
            METRICS: measure(
                judged, bundle.emotions, confidence=confidence, draws=draws, seed=seed
            ),
            "confusion": count_answers(judged, bundle.emotions),
            "emotions": describe_emotions(judged, listed, bundle.emotions),
            "speakers": describe_speakers(judged, bundle.emotions),
        },
        {PREDICTIONS: judged_schema(bundle.emotions), **SCHEMAS},
        failed,
        known_as,
        [*dict.fromkeys(clip.emotion for clip in clips if clip.emotion not in known_as)],
        [emotion for emotion in bundle.emotions if emotion not in shared],
    )


def settings_of(bundle: Bundle, requests: Sequence[Request]) -> dict[str, dict[str, Groups]]:
    """Return how clips are given to a bundle: each alone, and together where that differs.

    Together, clips of a speaker, or of all, are normalised by one another, as by ``predict``.
    """
    alone: Groups = [[request.clip] for request in requests]
    of_speakers: Groups = [name_clips(group) for group in by_speaker(requests)]
    settings = {
        ALONE: dict.fromkeys(NORMALISED_BY, alone),
        TOGETHER: {"speaker": of_speakers, "corpus": [name_clips(requests)]},
    }
    if not any(
        isinstance(one, StaticMember) and one.population is not None
        for one in bundle.members.values()
    ):
        del settings[TOGETHER]
    return settings


def _list_failures(
    requests: Sequence[Request], judged: pd.DataFrame, observations: Observations
) -> list[Failure]:
    answered = {*judged["clip"]}
    answers = [
        Answer(request, reasons=observations.errors.get(request.clip, {}))
        for request in requests
        if request.clip not in answered
    ]
    return [Failure(one.request.clip, STEP, str(one.failure)) for one in answers]
