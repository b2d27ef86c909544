"""Corpora that a bundle is tried on: their clips, and which of their emotions it knows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from emofold.corpora.emotion_matching import match_emotions
from emofold.corpora.equal_files import explain_equal_clips
from emofold.corpora.sample_sheet import STEP, Clip, find_emotions, read_sample_sheet
from emofold.errors import InputError
from emofold.tables.failures import Failure


@dataclass(frozen=True)
class OtherCorpus:
    """A corpus that a bundle was not trained on.

    Attributes
    ----------
    clips
        The clips, with the emotions that their sheet names.
    failures
        The rows of the sheet that cannot be used.
    known_as
        What the bundle calls the emotions of the sheet that it knows.
    """

    clips: Sequence[Clip]
    failures: Sequence[Failure]
    known_as: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the corpus as json has it."""
        return asdict(self)

    def without_copies(self, trained_on: Iterable[Clip] = ()) -> Self:
        """Return the corpus without clips that are one recording; these become failures.

        Parameters
        ----------
        trained_on
            The clips that the bundle was trained on, of which none may be in the corpus.

        Raises
        ------
        InputError
            When no clip is left.
        """
        own = [replace(clip, clip=f"{clip.clip}, which was trained on") for clip in trained_on]
        reasons = explain_equal_clips([*self.clips, *own], {})
        clips = [clip for clip in self.clips if clip.clip not in reasons]
        failed = [
            Failure(clip.clip, STEP, str(reasons[clip.clip]))
            for clip in self.clips
            if clip.clip in reasons
        ]
        if failed and not clips:
            raise InputError(
                f"no clip that can be used; the first: {reasons[failed[0].clip].found}",
                "recordings that the bundle was not trained on, each once",
                "name the sheet of another corpus",
            )
        return replace(self, clips=clips, failures=[*self.failures, *failed])

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Return the corpus of which :meth:`to_json` gave the content."""
        return cls(
            [Clip(**clip) for clip in content["clips"]],
            [Failure(**failure) for failure in content["failures"]],
            dict(content["known_as"]),
        )


def read_other_corpus(
    sheet: Path, of_bundle: Sequence[str], pairs: Iterable[tuple[str, str]]
) -> OtherCorpus:
    """Read a sample sheet, whatever emotions it names.

    Parameters
    ----------
    sheet
        As of :func:`emofold.corpora.sample_sheet.read_sample_sheet`.
    of_bundle, pairs
        As of :func:`emofold.corpora.emotion_matching.match_emotions`.

    Raises
    ------
    InputError
        When the sheet as a whole cannot be read, or its emotions cannot be matched.
    """
    emotions = find_emotions(sheet)
    known_as = match_emotions(emotions, of_bundle, pairs)
    found = read_sample_sheet(sheet, emotions)
    return OtherCorpus(found.clips, found.failures, known_as)
