"""Compute the accuracy of a fusion by how many clips of a speaker are enrolled."""

from pathlib import Path

from emofold.evaluation.chains import read_members
from emofold.evaluation.enrolment import accuracy_by_enrolled_clips
from emofold.evaluation.schemas import ENROLMENT
from emofold.runtime.job import Job

with Job(snakemake) as job:
    params = snakemake.params
    members, clips = read_members(Path(snakemake.input.clips), params.models, params.emotions)
    table = accuracy_by_enrolled_clips(
        members,
        params.fusion,
        clips,
        params.emotions,
        params.enrolled,
        draws=params.draws,
        seed=params.seed,
        threads=snakemake.threads,
    )
    table.insert(0, "system", snakemake.wildcards.fusion)
    job.write(table, snakemake.output[0], ENROLMENT)
