"""Collect what was tried and chosen for each model in each fold into one table."""

from pathlib import Path

import pandas as pd

from emofold.evaluation.grid_edges import remark_on_edges
from emofold.evaluation.schemas import CHOICES
from emofold.models.schemas import TRIED
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    tables = []
    for path in map(Path, snakemake.input):
        fold = int(path.parent.name.removeprefix("fold"))
        tried = read_table(path, TRIED)
        tables.append(tried.assign(system=path.parents[1].name, fold=fold))
    choices = pd.concat(tables, ignore_index=True)
    choices["remark"] = remark_on_edges(choices, snakemake.params.grids)
    said = choices.dropna(subset="remark").drop_duplicates(["system", "remark"])
    for row in said.itertuples():
        job.logger.warning("%s: %s", row.system, row.remark)
    job.write(choices, snakemake.output[0], CHOICES)
