"""Turn posteriors into metrics, with what is needed to trust and to explain them."""

from pathlib import Path

import pandas as pd

from emofold.corpora.left_out import leave_out
from emofold.corpora.schemas import clips_schema
from emofold.evaluation import metrics
from emofold.evaluation.calibration import calibration_bins
from emofold.evaluation.comparisons import mcnemar_tests
from emofold.evaluation.contributions import count_contributions
from emofold.evaluation.decisions import (
    decide,
    decide_left_out,
    decide_most_frequent,
    most_confident_errors,
)
from emofold.evaluation.schemas import (
    CALIBRATION,
    CONFIDENT_ERRORS,
    CONFUSION,
    CONTRIBUTIONS,
    FAILURES,
    MCNEMAR,
    METRICS,
    RECALL,
    SPEAKERS,
)
from emofold.models.corpora import corpora_of
from emofold.models.schemas import posteriors_schema
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    emotions, settings = snakemake.params.emotions, snakemake.params.settings
    output, confidence = snakemake.output, settings["confidence"]
    clips = read_table(Path(snakemake.input.clips), clips_schema(emotions))

    folds_of: dict[str, list[pd.DataFrame]] = {}
    for path in map(Path, snakemake.input.posteriors):
        table = read_table(path, posteriors_schema(emotions))
        folds_of.setdefault(path.parent.name, []).append(table)
    failed = read_table(Path(snakemake.input.failures), FAILURES)["clip"].unique()
    if len(failed):
        job.logger.warning("%d clips failed: no system is evaluated on them", len(failed))
    evaluated, corpora = clips[~clips["clip"].isin(failed)], corpora_of(clips)
    note = {"note": clips.attrs.get("note", "")}
    decisions = pd.concat(
        [
            *(
                decide(system, [t[~t["clip"].isin(failed)] for t in folds], evaluated, emotions)
                for system, folds in folds_of.items()
            ),
            decide_most_frequent(evaluated, emotions, settings["protocol"]),
        ],
        ignore_index=True,
    )
    left_out = []
    for fold, corpus in snakemake.params.left_out.items():
        one = leave_out(clips, corpus, emotions)
        scored = {
            path.parent.name: read_table(path, posteriors_schema(one.emotions))
            for path in map(Path, snakemake.input.left_out)
            if path.stem == f"fold{fold}"
        }
        left_out.append(decide_left_out(one, scored, failed))

    drawn = (confidence, settings["bootstrap_draws"], settings["seed"])
    folds = metrics.fold_metrics(decisions, confidence)
    measured = [metrics.mean_metrics(folds, decisions, *drawn), folds]
    if corpora.notna().any():
        measured.append(metrics.corpus_metrics(decisions, corpora, *drawn))
    if left_out:
        measured.append(metrics.corpus_metrics(pd.concat(left_out), corpora, *drawn))

    tables = {
        output.metrics: (pd.concat(measured), METRICS),
        output.confusion: (metrics.confusion_matrices(decisions, emotions), CONFUSION),
        output.recall: (metrics.recall_by_emotion(decisions, confidence), RECALL),
        output.speakers: (metrics.accuracy_by_speaker(decisions), SPEAKERS),
        output.calibration: (calibration_bins(decisions), CALIBRATION),
        output.contributions: (
            count_contributions(decisions, snakemake.params.fusions, emotions),
            CONTRIBUTIONS,
        ),
        output.mcnemar: (mcnemar_tests(decisions), MCNEMAR),
        output.errors: (
            most_confident_errors(decisions, settings["errors_listed"]),
            CONFIDENT_ERRORS,
        ),
    }
    for path, (table, schema) in tables.items():
        job.write(table, path, schema, note)
