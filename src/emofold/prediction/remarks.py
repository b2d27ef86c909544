"""What must be known to believe an answer: how new a clip is, what disagrees, what was normalised.

A remark says nothing of its clip alone, so that one line can say it of hundreds of clips.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from emofold.errors import counted
from emofold.scores import score_columns

SEEN = {"speech": "voice", "face": "face"}
STRONG_DISAGREEMENT = (
    0.9  # in total variation; at home, of 1 clip in 20, and the answer is wrong twice as often
)


def is_new(row: Mapping[str, float] | pd.Series) -> bool:
    """Return whether a clip is new to the models of a system, by its row of predictions."""
    return bool(row["novelty"] > 1)


def remark_on_novelty(whole: pd.DataFrame) -> Iterator[str]:
    """Yield what is new to the models.

    Parameters
    ----------
    whole
        The rows of predictions of one clip, one for each modality.
    """
    for modality, what in SEEN.items():
        if any(is_new(row) for _, row in whole[whole["modality"] == modality].iterrows()):
            yield (
                f"The {what} is unlike anything that the models learned from: further from that "
                "than 99 % of the clips of speakers that they had not seen. The confidence was "
                "softened, and may still be too high."
            )


def remark_on_disagreement(whole: pd.DataFrame, emotions: Sequence[str]) -> Iterator[str]:
    """Yield that voice and face say different things, where each excludes what the other says."""
    scores = whole.set_index("modality")[score_columns(emotions)]
    if {*SEEN} <= {*scores.index}:
        speech, face = (scores.loc[modality].to_numpy("float64") for modality in SEEN)
        apart = float(np.abs(speech - face).sum()) / 2
        if apart > STRONG_DISAGREEMENT:
            yield (
                "Voice and face contradict each other: taken alone, each says an emotion that the "
                "other all but excludes."
            )


def remark_on_normalisation(
    normalised_by: Sequence[Mapping[str, int]], clips_per_speaker: int
) -> Iterator[str]:
    """Yield by how many clips features were normalised.

    Parameters
    ----------
    normalised_by
        Of each modality, by how many clips of the ``speaker``, or of all that were given together
        as a ``corpus``.
    clips_per_speaker
        How many clips of a speaker the models knew when they were trained.
    """
    of_speaker = [of["speaker"] for of in normalised_by if "speaker" in of]
    of_corpus = [of["corpus"] for of in normalised_by if "corpus" in of]
    if of_speaker:
        yield (
            f"The features were normalised by {counted(min(of_speaker), 'clip')} of the speaker; "
            f"the expected accuracy holds for speakers of whom {clips_per_speaker} are known."
        )
    if of_corpus and min(of_corpus) > 1:
        yield (
            f"The features were normalised by the {min(of_corpus)} clips that were given together, "
            "as recordings of one kind."
        )
    elif of_corpus:
        yield (
            "The features were normalised by this one clip: together with others of the same place "
            "and microphone, it is judged better."
        )
