"""Write the page of the report that says what the data is, with its figures."""

from pathlib import Path

from emofold.evaluation.schemas import ODDITIES, clip_facts_schema
from emofold.report.data_page import write_data_page
from emofold.report.figures.data import draw_counts, draw_recordings
from emofold.report.style import save
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    given, output, params = snakemake.input, snakemake.output, snakemake.params
    facts = read_table(Path(given.facts), clip_facts_schema(params.extractors))
    oddities = read_table(Path(given.oddities), ODDITIES)

    figures = {"Clips by emotion and speaker": Path(output.counts)}
    save(draw_counts(facts, params.emotions), Path(output.counts), params.note)
    if output.recordings:
        shows = "How long the clips last, and what else is known of the recordings"
        figures[shows] = Path(output.recordings)
        save(draw_recordings(facts, params.emotions), figures[shows], params.note)
    write_data_page(
        facts,
        oddities,
        params.emotions,
        note=params.note,
        figures=figures,
        path=Path(output.page),
    )
