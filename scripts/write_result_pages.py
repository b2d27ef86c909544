"""Write the pages of results, of what each modality adds, and of what was tried and chosen."""

from pathlib import Path

import pandas as pd

from emofold.evaluation.comparisons import read_reported
from emofold.evaluation.results import list_results_by_corpus, results_table
from emofold.evaluation.schemas import CALIBRATION, CHOICES, CONTRIBUTIONS, METRICS, PERMUTATION
from emofold.report.table_page import write_table_page
from emofold.runtime.job import Job
from emofold.tables import read_table

CROSS_FITTED = (
    " What is cross-fitted uses posteriors that others published, of models chosen on the test "
    "folds."
)
OF_BOTH = (
    "The test clips of each emotion by which modality was right, in the first model of each, and "
    "how many of them the fusion then got right."
)
BY_CORPUS = (
    "All clips of a corpus, and the mean over the corpora, in percent. A corpus that is left out "
    "is tested by models that have seen the others alone, on clips of the emotions that these "
    "teach; an answer of another emotion is wrong."
)
PERCENT = dict.fromkeys(["accuracy", "uar", "macro_f1"], 2)
NO_FUSION_OF_BOTH = "No system of this run fuses speech and face."

with Job(snakemake) as job:
    given, output = snakemake.input, snakemake.output
    warning = f" {snakemake.params.note}" if snakemake.params.note else ""
    metrics = read_table(Path(given.metrics), METRICS)
    calibration = read_table(Path(given.calibration), CALIBRATION)
    results = results_table(metrics, calibration, read_reported(given.reported)["literature"])
    shuffled = [read_table(Path(path), PERMUTATION) for path in given.permutation]
    tests = "".join(
        f" With emotions shuffled within each speaker, {table['system'].iloc[0]} gets "
        f"{table['accuracy'].mean():.2f} % (mean of {len(table)})."
        for table in shuffled
    )
    write_table_page(
        results,
        Path(output.results),
        "Results",
        "Means of the folds in percent; the interval of the accuracy comes from a bootstrap over "
        "speakers. Compare only rows of one protocol that see the same. What sees all the clips "
        "of a speaker is transductive."
        + (CROSS_FITTED if (metrics["protocol"] == "cross-fitted").any() else "")
        + " ECE is the expected calibration error."
        + tests
        + warning,
        dict.fromkeys(["accuracy", "uar", "ece"], 2),
    )
    contributions = read_table(Path(given.contributions), CONTRIBUTIONS)
    write_table_page(
        contributions,
        Path(output.contributions),
        "What each modality adds",
        (OF_BOTH if len(contributions) else NO_FUSION_OF_BOTH) + warning,
        {},
    )
    for path in map(Path, output.corpora):
        write_table_page(
            list_results_by_corpus(metrics), path, "By corpus", BY_CORPUS + warning, PERCENT
        )
    tables = [read_table(Path(path), CHOICES) for path in given.choices]
    choices = pd.concat(tables) if tables else pd.DataFrame(columns=CHOICES.columns.names)
    remarks = choices.dropna(subset="remark").drop_duplicates(["system", "remark"])
    write_table_page(
        choices,
        Path(output.choices),
        "What was tried and chosen",
        "Log loss and accuracy (in percent) of each candidate on the inner folds, when a fold is "
        "tested; the lowest log loss is chosen."
        + "".join(f" Of {row.system}, {row.remark}." for row in remarks.itertuples())
        + warning,
        {"log_loss": 4, "accuracy": 2},
    )
