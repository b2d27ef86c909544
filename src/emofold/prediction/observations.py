"""What models need to know of clips, found once, however these are then given to a bundle."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pandas as pd

from emofold.errors import InputError, errors_of_one, listing
from emofold.prediction.answers import decide
from emofold.prediction.bundle import Bundle
from emofold.prediction.features import Features
from emofold.prediction.members.member import Scores
from emofold.prediction.members.static import StaticMember
from emofold.prediction.predictor import ALL, FACE, SPEECH, Predictor
from emofold.prediction.requests import Request
from emofold.prediction.together import name_clips
from emofold.prediction.windows import Window

CLIPS_IN_MEMORY = 16
Groups = Sequence[Sequence[str]]
Part = TypeVar("Part")


@dataclass
class Observations:
    """What is known of some clips.

    Attributes
    ----------
    tables
        Their features, by the name of the table.
    scores
        What those models say that judge each clip by itself, by the name of the model.
    errors
        Why a clip has nothing to go by, by clip and modality.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    scores: dict[str, Scores] = field(default_factory=dict)
    errors: dict[str, dict[str, InputError]] = field(default_factory=dict)

    def blame(self, errors: Mapping[str, InputError], modality: str) -> None:
        """Note why clips have nothing to go by."""
        for clip, error in errors.items():
            self.errors.setdefault(clip, {})[modality] = error


def observe(
    predictor: Predictor,
    requests: Sequence[Request],
    on_progress: Callable[[int], None] = lambda clips: None,
) -> Observations:
    """Read some clips; what one of them throws is its own error, and the others are read.

    Parameters
    ----------
    predictor
        What reads them.
    requests
        The clips.
    on_progress
        Called with the number of clips that were read since it was called last.
    """
    parts: list[Observations] = []
    on_progress(0)
    for first in range(0, len(requests), CLIPS_IN_MEMORY):
        some = requests[first : first + CLIPS_IN_MEMORY]
        parts += _observe_apart(predictor, some)
        on_progress(len(some))
    return Observations(
        {name: pd.concat(some) for name, some in _by_name(one.tables for one in parts).items()},
        {name: _concatenate(some) for name, some in _by_name(one.scores for one in parts).items()},
        {clip: reasons for one in parts for clip, reasons in one.errors.items()},
    )


def _by_name(parts: Iterable[Mapping[str, Part]]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        for name, one in part.items():
            found.setdefault(name, []).append(one)
    return found


def _observe_apart(predictor: Predictor, requests: Sequence[Request]) -> Iterator[Observations]:
    """Yield what is known of some clips, of each by itself where not all can be read together."""
    try:
        with errors_of_one(listing(name_clips(requests))):
            observations = _observe_together(predictor, requests)
    except InputError as error:
        if len(requests) == 1:
            yield Observations(errors={requests[0].clip: {ALL: error}})
            return
        for request in requests:
            yield from _observe_apart(predictor, [request])
    else:
        yield observations


def _observe_together(predictor: Predictor, requests: Sequence[Request]) -> Observations:
    observations = Observations()
    for modality in filter(predictor.sees, (SPEECH, FACE)):
        recordings = predictor.read(modality, requests)
        features = Features(recordings.whole(), predictor.tools)
        for name, member in predictor.members(modality).items():
            if isinstance(member, StaticMember):
                member.choose_features(features.table(member.source))
            else:
                observations.scores[name] = member.score(features)
        observations.tables |= {
            name: table for name, table in features.tables.items() if len(table)
        }
        observations.blame({**features.errors, **recordings.errors}, modality)
    return observations


def judge(bundle: Bundle, observations: Observations, groups: Mapping[str, Groups]) -> pd.DataFrame:
    """Return what a bundle says of clips: columns of predictions but for the times and speakers.

    Parameters
    ----------
    bundle
        The bundle.
    observations
        What is known of the clips.
    groups
        All clips, in the groups that are normalised together by what models ``normalise_by``.
    """
    scores = {
        name: (
            _score(member, observations, groups)
            if isinstance(member, StaticMember)
            else observations.scores.get(name, Scores())
        )
        for name, member in bundle.members.items()
    }
    clips = sorted({clip for one in scores.values() for clip in one.values.index})
    decided = decide(bundle, scores, {clip: Window(clip, 0.0, 0.0) for clip in clips})
    return decided.drop(columns=["start", "end"])


def _score(
    member: StaticMember, observations: Observations, groups: Mapping[str, Groups]
) -> Scores:
    table = observations.tables.get(member.source, pd.DataFrame())
    if member.population is None:
        return member.judge(table, table)
    known = {*table.index}
    parts = [
        table.loc[[clip for clip in group if clip in known]]
        for group in groups[member.normalise_by]
    ]
    return _concatenate([member.judge(part, part) for part in parts])


def _concatenate(parts: Sequence[Scores]) -> Scores:
    filled = [part for part in parts if len(part.values)]
    if not filled:
        return Scores()
    return Scores(
        pd.concat([part.values for part in filled]),
        filled[0].scale,
        novelty=pd.concat([part.novelty for part in filled]),
    )
