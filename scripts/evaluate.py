"""Turn posteriors into metrics, with what is needed to trust and to explain them."""

from pathlib import Path

import pandas as pd

from emofold.corpora.schemas import clips_schema
from emofold.evaluation import metrics
from emofold.evaluation.calibration import calibration_bins
from emofold.evaluation.comparisons import mcnemar_tests
from emofold.evaluation.contributions import count_contributions
from emofold.evaluation.decisions import decide, decide_most_frequent, most_confident_errors
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
    evaluated = clips[~clips["clip"].isin(failed)]
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
    folds = metrics.fold_metrics(decisions, confidence)
    means = metrics.mean_metrics(
        folds, decisions, confidence, settings["bootstrap_draws"], settings["seed"]
    )

    tables = {
        output.metrics: (pd.concat([means, folds]), METRICS),
        output.confusion: (metrics.confusion_matrices(decisions, emotions), CONFUSION),
        output.recall: (metrics.recall_by_emotion(decisions, emotions, confidence), RECALL),
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
