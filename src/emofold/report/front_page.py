"""The first page of the report: in five lines, what was run and what came out."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from emofold.errors import counted, listing
from emofold.evaluation.metrics import rank_systems
from emofold.models.schemas import MODALITIES

KINDS = {
    "published": "published model",
    "static": "static model",
    "sequence": "sequence model",
    "finetuned": "fine-tuned encoder",
    "fused": "fusion",
}


def front_page(
    run: Mapping[str, Any],
    clips: pd.DataFrame,
    metrics: pd.DataFrame,
    comparison: pd.DataFrame,
    failures: pd.DataFrame,
) -> str:
    """Return the front page in reStructuredText.

    Parameters
    ----------
    run
        The config's name, emotions, folds, protocol and seed, the `confidence` of the intervals,
        how many systems were `published`, `static`, `sequence`, `finetuned` and `fused`, a `note`
        on the corpus, and whose numbers were `reported`: empty when the comparison holds none.
    clips, metrics, comparison
        The tables of those names.
    failures
        The table of clips that failed.
    """
    lines = [
        *([f"**{_plain(run['note'])}**"] if run["note"] else []),
        _what_was_run(run, clips),
        _best_system(metrics, run["confidence"]),
        _best_of_each_branch(metrics),
        _agreement(comparison, run["reported"]),
        _how_to_read(run["protocol"], metrics),
        _what_failed(failures),
    ]
    title = f"emofold: {_plain(run['name'])}"
    bullets = "\n".join(f"- {line}" for line in lines)
    return f"{title}\n{'=' * len(title)}\n\n{bullets}\n"


def _what_was_run(run: Mapping[str, Any], clips: pd.DataFrame) -> str:
    systems = ", ".join(counted(run[kind], noun) for kind, noun in KINDS.items() if run[kind])
    return (
        f"**Run.** {len(clips)} clips of {clips['speaker'].nunique()} speakers, "
        f"{len(run['emotions'])} emotions, {len(run['folds'])} folds by speaker; "
        f"{systems}; seed {run['seed']}."
    )


def _best_system(metrics: pd.DataFrame, confidence: float) -> str:
    kinds = _kinds(metrics)
    (first, *others) = kinds
    best = kinds[first].iloc[0]
    is_bootstrap = metrics["ci_method"] == "speaker_bootstrap"
    spread = metrics[(metrics["system"] == best["system"]) & is_bootstrap].iloc[0]
    by_clips = f"{best['ci_low']:.2f} to {best['ci_high']:.2f} by clips (Wald)"
    by_speakers = f"{spread['ci_low']:.2f} to {spread['ci_high']:.2f} by speakers (bootstrap)"
    rivals = (kinds[first]["kind"] != "baseline").sum()
    line = (
        f"**Best** of {rivals}{first} by this very accuracy: {_plain(best['system'])} "
        f"({best['modality']}), accuracy {best['accuracy']:.2f} %, "
        f"UAR {best['uar']:.2f} %, macro F1 {best['macro_f1']:.2f} %; "
        f"{100 * confidence:g} % interval of the accuracy {by_clips}, {by_speakers}."
    )
    for kind in others:
        row = kinds[kind].iloc[0]
        line += (
            f" Best of {len(kinds[kind])}{kind}: {_plain(row['system'])}, accuracy "
            f"{row['accuracy']:.2f} %, UAR {row['uar']:.2f} %."
        )
    return line


def _kinds(metrics: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the systems that can be compared with one another, the best first, by what they are.

    Those of the first kind have seen the least; a kind without a system is left out.
    """
    means = rank_systems(metrics)
    is_weaker = means["protocol"] == "cross-fitted"
    is_baseline = means["kind"] == "baseline"
    sees_speaker = means["normalised_by"] != "none"
    kinds = {
        "": means[~sees_speaker & ~is_weaker],
        " that see all clips of a speaker (transductive)": means[sees_speaker & ~is_weaker],
        " that are cross-fitted": means[is_weaker & ~is_baseline],
    }
    if (kinds[""]["kind"] == "baseline").all():
        del kinds[""]
    return {kind: rows for kind, rows in kinds.items() if len(rows)}


def _best_of_each_branch(metrics: pd.DataFrame) -> str:
    first = next(iter(_kinds(metrics).values()))
    best = first.drop_duplicates("modality").set_index("modality").to_dict("index")
    named = [
        f"{modality} {best[modality]['accuracy']:.2f} % ({_plain(best[modality]['system'])})"
        for modality in MODALITIES
        if modality in best
    ]
    baseline = rank_systems(metrics).query("kind == 'baseline'").iloc[0]
    chance = f"always guessing one emotion {baseline['accuracy']:.2f} %"
    return f"**Branches.** {'; '.join(named)}; {chance}."


def _agreement(comparison: pd.DataFrame, reported_title: str) -> str:
    if comparison.empty:
        return "**Reported numbers.** None to compare with in this run."
    by_size = comparison.sort_values("difference", key=abs, ascending=False)
    worst = by_size.iloc[0]
    return f"**Reported numbers.** {len(comparison)} of {_plain(reported_title)} beside ours; " + (
        "all agree to the second decimal."
        if abs(worst["difference"]) < 0.01
        else f"the largest difference is {worst['difference']:+.2f} points "
        f"({_plain(worst['system'])})."
    )


def _what_failed(failures: pd.DataFrame) -> str:
    if failures.empty:
        return "**Failures.** All clips could be processed."
    clips = sorted(failures["clip"].unique())
    return (
        f"**Failures.** {counted(len(clips), 'clip')} could not be processed, and no system is "
        f"evaluated on them: {_plain(listing(clips, 20))}. The page of failures says why."
    )


def _how_to_read(protocol: str, metrics: pd.DataFrame) -> str:
    meaning = {
        "paper": "optimistic, since checkpoints or hyper-parameters may have been chosen on the "
        "test folds, and a fusion learns from clips that its models were trained on",
        "nested": "nothing was chosen on a test fold",
    }
    transductive = sorted(set(metrics.loc[metrics["normalised_by"] != "none", "system"]))
    weaker = sorted(set(metrics.loc[metrics["protocol"] == "cross-fitted", "system"]))
    if protocol == "nested" and weaker:
        meaning["nested"] += (
            f". Only cross-fitted, from posteriors that others published: "
            f"{', '.join(map(_plain, weaker))}; their models had seen the test speakers when they "
            "scored the other folds, and may have been chosen on the test folds"
        )
    note = (
        f" Transductive (normalised by speaker): {', '.join(map(_plain, transductive))}."
        if transductive
        else ""
    )
    return f"**Protocol** ``{protocol}``: {meaning[protocol]}.{note}"


def _plain(name: str) -> str:
    """Return a name so that reStructuredText shows it as it is written."""
    return re.sub(r"([\\*`|_])", r"\\\1", name)
