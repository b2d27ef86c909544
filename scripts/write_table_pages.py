"""Write the tables of the report as pages: comparison, metrics, tests, errors."""

from pathlib import Path

from emofold.evaluation.metrics import means_of_folds, rank_systems
from emofold.evaluation.schemas import COMPARISON, CONFIDENT_ERRORS, MCNEMAR, METRICS
from emofold.report.table_page import write_table_page
from emofold.runtime.job import Job
from emofold.tables import read_table

PERCENT = ["accuracy", "uar", "macro_f1", "ci_low", "ci_high"]
COMPARED = "Mean accuracy of the folds in percent, and the difference in points."
NOTHING_REPORTED = "This run names no reported numbers to compare with."

with Job(snakemake) as job:
    given, output = snakemake.input, snakemake.output
    warning = f" {snakemake.params.note}" if snakemake.params.note else ""
    metrics = read_table(Path(given.metrics), METRICS)
    comparison = read_table(Path(given.comparison), COMPARISON)
    mcnemar = read_table(Path(given.mcnemar), MCNEMAR)
    errors = read_table(Path(given.errors), CONFIDENT_ERRORS)
    ranked = rank_systems(metrics)
    best = ranked["system"].iloc[0]
    best_of_modality = ranked.drop_duplicates("modality")["system"]

    write_table_page(
        comparison,
        Path(output.comparison),
        "Reported and measured accuracy",
        (COMPARED if len(comparison) else NOTHING_REPORTED) + warning,
        dict.fromkeys(["reported", "measured", "difference"], 2),
    )
    write_table_page(
        means_of_folds(metrics).drop(columns=["corpus", "fold"]),
        Path(output.systems),
        "All systems",
        "Means of the folds in percent; each system with both intervals of its accuracy." + warning,
        dict.fromkeys(PERCENT, 2),
    )
    write_table_page(
        mcnemar[(mcnemar["system_a"] == best) | (mcnemar["system_b"] == best)],
        Path(output.mcnemar),
        f"{best} against the others",
        "Exact McNemar tests on the clips that only one of the two systems got right. Holm's "
        "correction is for all pairs of systems, not only for those shown." + warning,
        {"p_value": 4, "p_holm": 4},
    )
    write_table_page(
        errors[errors["system"].isin(best_of_modality)],
        Path(output.errors),
        "Most confidently wrong",
        "The wrong decisions of highest confidence, of the best system of each modality. The "
        "confidence is the probability of the predicted emotion; of logits, after a softmax."
        + warning,
        {"confidence": 3},
    )
