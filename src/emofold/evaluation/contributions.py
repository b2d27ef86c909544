"""What each modality adds to a fusion: where both are right, only one is, or neither."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

CASES = ("both", "speech only", "face only", "neither")


def count_contributions(
    decisions: pd.DataFrame, fusions: Mapping[str, Sequence[str]], emotions: Sequence[str]
) -> pd.DataFrame:
    """Count, by emotion, which modalities were right, and how often their fusion was.

    Parameters
    ----------
    decisions
        The decisions of all systems.
    fusions
        The models of each fusion. The first model of each modality speaks for it; a fusion of
        models of one modality alone is left out.
    emotions
        The emotions of the corpus, in order.

    Returns
    -------
    pandas.DataFrame
        The columns of the contributions table.
    """
    modality = decisions.drop_duplicates("system").set_index("system")["modality"]
    right = (
        decisions.assign(right=decisions["predicted"] == decisions["emotion"])
        .pivot(index="clip", columns="system", values="right")
        .astype(bool)
    )
    emotion = decisions.drop_duplicates("clip").set_index("clip")["emotion"].loc[right.index]
    rows = []
    for fusion, models in fusions.items():
        first = {modality[model]: model for model in reversed(models)}
        if {"speech", "face"} <= first.keys():
            speech, face = right[first["speech"]], right[first["face"]]
            case = np.select([speech & face, speech, face], CASES[:3], CASES[3])
            for name in emotions:
                for kind in CASES:
                    chosen = (emotion == name).to_numpy() & (case == kind)
                    fused = int(right[fusion][chosen].sum())
                    rows.append((fusion, name, kind, int(chosen.sum()), fused))
    return pd.DataFrame(rows, columns=["fusion", "emotion", "right", "n", "fused_right"])
