"""Turn posteriors into metrics, with what is needed to trust and to explain them."""

from pathlib import Path

import pandas as pd

from emofold.evaluation import metrics
from emofold.evaluation.comparisons import mcnemar_tests
from emofold.evaluation.decisions import decide, decide_most_frequent, most_confident_errors
from emofold.jobs import Job
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    emotions, settings = snakemake.params.emotions, snakemake.params.settings
    output, confidence = snakemake.output, settings["confidence"]
    clips = read_table(Path(snakemake.input.clips), schemas.clips(emotions))

    folds_of: dict[str, list[pd.DataFrame]] = {}
    for path in map(Path, snakemake.input.posteriors):
        table = read_table(path, schemas.posteriors(emotions))
        folds_of.setdefault(path.parent.name, []).append(table)
    decisions = pd.concat(
        [
            *(decide(system, folds, clips, emotions) for system, folds in folds_of.items()),
            decide_most_frequent(clips, emotions, settings["protocol"]),
        ],
        ignore_index=True,
    )
    folds = metrics.fold_metrics(decisions, confidence)
    means = metrics.mean_metrics(
        folds, decisions, confidence, settings["bootstrap_draws"], settings["seed"]
    )

    job.write(pd.concat([means, folds]), output.metrics, schemas.METRICS)
    job.write(metrics.confusion_matrices(decisions, emotions), output.confusion, schemas.CONFUSION)
    job.write(metrics.recall_by_emotion(decisions, confidence), output.recall, schemas.RECALL)
    job.write(metrics.accuracy_by_speaker(decisions), output.speakers, schemas.SPEAKERS)
    job.write(mcnemar_tests(decisions), output.mcnemar, schemas.MCNEMAR)
    errors = most_confident_errors(decisions, settings["errors_listed"])
    job.write(errors, output.errors, schemas.CONFIDENT_ERRORS)
