"""Find what is odd about the data, and say it in words."""

from pathlib import Path

from emofold.evaluation.oddities import find_oddities
from emofold.evaluation.schemas import FAILURES, ODDITIES, clip_facts_schema
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    given, params = snakemake.input, snakemake.params
    facts = read_table(Path(given.facts), clip_facts_schema(params.extractors))
    failures = read_table(Path(given.failures), FAILURES)
    oddities = find_oddities(facts, failures, params.emotions)
    for what in oddities["what"]:
        job.logger.warning("%s", what)
    job.write(oddities, snakemake.output[0], ODDITIES)
