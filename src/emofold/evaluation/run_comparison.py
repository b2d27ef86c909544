"""Two runs against one another: their metrics side by side, and tests on the clips of both."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from statsmodels.stats.multitest import multipletests

from emofold.errors import InputError, nearest
from emofold.evaluation import BASELINE
from emofold.evaluation.comparisons import mcnemar_tests
from emofold.evaluation.runs import Run

Pair = tuple[str, str]
FOOTING = ("protocol", "normalised_by")


@dataclass(frozen=True)
class CommonClips:
    """The clips that both runs evaluate their systems on.

    Attributes
    ----------
    alike
        Those that have the same emotion in both.
    relabelled
        Those that have not.
    same_folds
        Whether both runs divide them into the same folds, whatever the numbers of the folds.
    """

    alike: list[str]
    relabelled: list[str]
    same_folds: bool


def common_clips(a: Run, b: Run) -> CommonClips:
    """Return the clips that both runs evaluate their systems on.

    Clips of the same name are the same if they have the same speaker, and the corpora nothing else
    to say of themselves: a synthetic corpus has no clip of a real one.
    """
    columns = ["clip", "speaker", "emotion", "fold"]
    both = a.clips[columns].merge(
        b.clips[columns], on=["clip", "speaker"], suffixes=("_a", "_b"), validate="one_to_one"
    )
    if a.note != b.note:
        both = both.iloc[:0]
    is_alike = both["emotion_a"] == both["emotion_b"]
    folds = both[["fold_a", "fold_b"]].drop_duplicates()
    return CommonClips(
        alike=both.loc[is_alike, "clip"].tolist(),
        relabelled=both.loc[~is_alike, "clip"].tolist(),
        same_folds=folds["fold_a"].is_unique and folds["fold_b"].is_unique,
    )


def side_by_side(a: Run, b: Run) -> pd.DataFrame:
    """Return the means over the folds of every system of either run, the first run's best first.

    Returns
    -------
    pandas.DataFrame
        One row per system: its accuracy and UAR in each run in percent, and the differences in
        points. The columns ``protocol`` and ``normalised_by`` name the value of both runs where
        these differ: such a row is not on the same footing.
    """
    both = a.systems.merge(
        b.systems, how="outer", left_index=True, right_index=True, suffixes=("_a", "_b")
    )
    order = dict.fromkeys([*a.systems.index, *b.systems.index])
    both = both.loc[sorted(order, key=lambda system: system == BASELINE)]
    rows = pd.DataFrame({"system": both.index}, index=both.index)
    for key in FOOTING:
        pairs = zip(both[f"{key}_a"], both[f"{key}_b"], strict=True)
        rows[key] = [_either(*pair) for pair in pairs]
    for key, difference in (("accuracy", "difference"), ("uar", "uar_difference")):
        in_a, in_b = both[f"{key}_a"], both[f"{key}_b"]
        rows = rows.assign(**{f"{key}_a": in_a, f"{key}_b": in_b, difference: in_b - in_a})
    return rows.reset_index(drop=True)


def _either(in_a: Any, in_b: Any) -> str:
    known = [str(value) for value in (in_a, in_b) if not pd.isna(value)]
    return " | ".join(dict.fromkeys(known))


def on_other_footing(a: Run, b: Run, pairs: Collection[Pair]) -> dict[str, list[str]]:
    """Return in what ways pairs of systems are not made alike, and which are not.

    Returns
    -------
    dict
        The pairs, by differences such as ``"protocol paper in A, nested in B"``.
    """
    found: dict[str, list[str]] = {}
    for system_a, system_b in pairs:
        in_a, in_b = a.systems.loc[system_a], b.systems.loc[system_b]
        differences = [
            f"{key} {in_a[key]} in A, {in_b[key]} in B" for key in FOOTING if in_a[key] != in_b[key]
        ]
        if differences:
            name = system_a if system_a == system_b else f"{system_a} and {system_b}"
            found.setdefault("; ".join(differences), []).append(name)
    return found


def shared_systems(a: Run, b: Run) -> list[Pair]:
    """Return the systems that have the same name in both runs, but for the baseline."""
    in_b = set(b.compared_systems)
    return [(name, name) for name in a.compared_systems if name in in_b]


def best_of_each(a: Run, b: Run) -> list[Pair]:
    """Return the most accurate system of each run; nothing where one has only the baseline."""
    return list(zip(a.compared_systems[:1], b.compared_systems[:1], strict=False))


def check_pairs(a: Run, b: Run, pairs: Collection[Pair]) -> None:
    """Raise an :class:`InputError` unless one run has the first, the other the second of each."""
    for pair in pairs:
        for run, system in zip((a, b), pair, strict=True):
            known = list(run.systems.index)
            if system not in known:
                raise InputError(
                    f"no system `{system}` in {run.folder}{nearest(system, known)}",
                    f"one of {', '.join(known)}",
                    "name a system of the first run, then one of the second",
                )


def paired_tests(a: Run, b: Run, pairs: Sequence[Pair], clips: Collection[str]) -> pd.DataFrame:
    """Test pairs of systems, one of each run, for equal accuracy on the same clips.

    Parameters
    ----------
    a, b
        The two runs.
    pairs
        The name of a system of the first run and that of one of the second, at least once.
    clips
        The clips that count; they have the same emotion in both runs.

    Returns
    -------
    pandas.DataFrame
        The columns of the McNemar table; Holm's correction is for the number of these pairs.
    """
    tests = pd.concat([_paired_test(a, b, pair, clips) for pair in pairs], ignore_index=True)
    return tests.assign(p_holm=multipletests(tests["p_value"], method="holm")[1])


def _paired_test(a: Run, b: Run, pair: Pair, clips: Collection[str]) -> pd.DataFrame:
    sides = []
    for run, system, side in zip((a, b), pair, "AB", strict=True):
        decided = run.decisions(system)
        sides.append(decided[decided["clip"].isin(clips)].assign(system=side))
    test = mcnemar_tests(pd.concat(sides, ignore_index=True))
    return test.assign(system_a=pair[0], system_b=pair[1])
