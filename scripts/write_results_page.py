"""Write the page of the results: every system, what it answered to every clip, and the tests."""

from pathlib import Path

import pandas as pd

from emofold.corpora.schemas import clips_schema
from emofold.evaluation.comparisons import read_reported
from emofold.evaluation.schemas import (
    CALIBRATION,
    CHOICES,
    COMPARISON,
    CONTRIBUTIONS,
    FAILURES,
    MCNEMAR,
    METRICS,
    PERMUTATION,
)
from emofold.models.schemas import posteriors_schema
from emofold.report.results.answers import guess_answers, read_answers
from emofold.report.results.page import Results, write_results_page
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    given, params = snakemake.input, snakemake.params
    emotions = params.emotions
    failures = read_table(Path(given.failures), FAILURES)
    clips = read_table(Path(given.clips), clips_schema(emotions))
    clips = clips[~clips["clip"].isin(failures["clip"])]
    folds_of: dict[str, list[pd.DataFrame]] = {}
    for path in map(Path, given.posteriors):
        table = read_table(path, posteriors_schema(emotions))
        is_evaluated = ~table["clip"].isin(failures["clip"])
        folds_of.setdefault(path.parent.name, []).append(table[is_evaluated])
    choices = [read_table(Path(path), CHOICES) for path in given.choices]
    results = Results(
        run=params.run,
        emotions=emotions,
        clips=clips,
        failures=failures,
        metrics=read_table(Path(given.metrics), METRICS),
        calibration=read_table(Path(given.calibration), CALIBRATION),
        mcnemar=read_table(Path(given.mcnemar), MCNEMAR),
        contributions=read_table(Path(given.contributions), CONTRIBUTIONS),
        choices=pd.concat(choices) if choices else pd.DataFrame(columns=CHOICES.columns.names),
        comparison=read_table(Path(given.comparison), COMPARISON),
        shuffled=[read_table(Path(path), PERMUTATION) for path in given.permutation],
        literature=read_reported(given.reported)["literature"],
        fusions=params.fusions,
    )
    answers = [
        *(read_answers(system, folds, clips, emotions) for system, folds in folds_of.items()),
        guess_answers(clips, emotions, params.run["protocol"]),
    ]
    write_results_page(results, answers, Path(snakemake.output[0]))
