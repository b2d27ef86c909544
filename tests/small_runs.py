"""Runs written by hand: the tables that a comparison reads, of systems that decide as told."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from emofold.corpora.schemas import clips_schema
from emofold.evaluation import metrics
from emofold.evaluation.decisions import decide, decide_most_frequent
from emofold.evaluation.schemas import FAILURES, METRICS
from emofold.models.schemas import posteriors_schema
from emofold.scores import score_columns
from emofold.tables import write_table

EMOTIONS = ["calm", "happy", "sad"]
MADE = {
    "emofold": "1.0",
    "rule": "evaluate",
    "code": "c0de" * 4,
    "inputs": {"results/mini/clips.parquet": "1" * 64},
    "packages": {"numpy": "2.4"},
}


def clip_names(number: int) -> list[str]:
    return [f"clip-{place}" for place in range(number)]


def write_run(
    folder: Path,
    systems: Mapping[str, str],
    *,
    kind: str = "model",
    protocol: str = "nested",
    normalised_by: str = "none",
    folds: str | None = None,
    emotions: Mapping[str, str] | None = None,
    failed: Sequence[str] = (),
    told_apart: Sequence[str] = EMOTIONS,
    note: str = "",
    cast: str = "speaker",
    made: Mapping[str, object] | None = None,
) -> Path:
    """Write a run and return its folder.

    `systems` has a mark for each clip: ``+`` right, ``-`` wrong. Clips are ``clip-0``, ``clip-1``
    and so on, each of a speaker of its own, of folds that alternate, unless `folds` has a digit for
    each clip. Those that failed have posteriors, as of the branch that could process them.
    """
    number = len(next(iter(systems.values())))
    clips = pd.DataFrame({"clip": clip_names(number)})
    clips["fold"] = [int(fold) for fold in folds or ("01" * number)[:number]]
    clips["speaker"] = [f"{cast}-{place}" for place in range(number)]
    labels = [told_apart[place // 2 % len(told_apart)] for place in range(number)]
    clips["emotion"] = [
        (emotions or {}).get(*pair) for pair in zip(clips["clip"], labels, strict=True)
    ]
    for column in ("media", "start", "end", "action_units", "intensity", "statement", "corpus"):
        clips[column] = None
    clips["repetition"] = pd.array([None] * number, dtype="Int64")
    provenance = {**MADE, "parameters": {"emotions": list(told_apart)}, **(made or {})}

    def write(table, path, schema, metadata=None):
        of_path = {**provenance, "path": f"results/mini/{path}"}
        write_table(table, folder / path, schema, metadata, of_path)

    write(clips, "clips.parquet", clips_schema(told_apart))
    failures = pd.DataFrame({"clip": list(failed), "speaker": None, "step": "embed_speech"})
    write(failures.assign(reason="no sound"), "failures.parquet", FAILURES)
    evaluated = clips[~clips["clip"].isin(failed)]
    decided = [decide_most_frequent(evaluated, told_apart, protocol)]
    described = {
        "scale": "probability",
        "kind": kind,
        "modality": "face",
        "protocol": protocol,
        "normalised_by": normalised_by,
    }
    for system, marks in systems.items():
        scored = posteriors(clips, marks, told_apart)
        tables = []
        for fold in sorted(evaluated["fold"].unique()):
            is_tested = scored["fold"] == fold
            split = is_tested.map({True: "test", False: "train"})
            table = scored.assign(fold=fold, split=split)
            folder_of_kind = "fusion" if kind == "fusion" else "posteriors"
            path = f"{folder_of_kind}/{system}/fold{fold}.parquet"
            write(table.iloc[::-1], path, posteriors_schema(told_apart), described)
            tables.append(table[~table["clip"].isin(failed)])
            tables[-1].attrs.update(described)
        decided.append(decide(system, tables, evaluated, told_apart))
    decisions = pd.concat(decided, ignore_index=True)
    by_fold = metrics.fold_metrics(decisions, 0.95)
    means = metrics.mean_metrics(by_fold, decisions, 0.95, draws=10, seed=0)
    table = pd.concat([means, by_fold])
    write(table, "evaluation/metrics.parquet", METRICS, {"note": note})
    return folder


def posteriors(clips: pd.DataFrame, marks: str, told_apart: Sequence[str]) -> pd.DataFrame:
    """Score the emotion of a clip, or the one after it, highest."""
    scored = clips[["clip", "fold", "emotion"]].copy()
    places = scored["emotion"].map(list(told_apart).index)
    best = [place + (mark == "-") for place, mark in zip(places, marks, strict=True)]
    for place, column in enumerate(score_columns(told_apart)):
        scored[column] = [1.0 if one % len(told_apart) == place else 0.0 for one in best]
    return scored
