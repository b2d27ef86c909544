"""Predict the clips of a group with the bundle of this run."""

from itertools import chain
from pathlib import Path

from emofold.face.reports import hold_back_reports
from emofold.face.schemas import MEANS
from emofold.prediction.bundle import Bundle
from emofold.prediction.predictor import Options, Predictor, predict_all
from emofold.prediction.requests import Request
from emofold.prediction.tables import write_tables
from emofold.runtime.job import Job
from emofold.tables import read_given_table

with hold_back_reports(), Job(snakemake) as job:
    params, paths = snakemake.params, snakemake.input
    options = Options(
        params.window,
        params.hop,
        threads=snakemake.threads,
        openface=next(map(Path, paths.openface), None),
        pyfaceau=next(map(Path, paths.pyfaceau), None),
        means=read_given_table(Path(paths.means[0]), MEANS) if paths.means else None,
    )
    bundle = Bundle.load(Path(paths.bundle))
    requests = [Request.from_json(row) for row in params.clips]
    answers = [*chain.from_iterable(predict_all(Predictor(bundle, options), requests))]
    output = Path(snakemake.output[0])
    write_tables(answers, bundle, output, job.provenance_of(output))
    for answer in answers:
        if answer.failure:
            job.logger.error("%s failed. %s", answer.request.clip, answer.failure)
        for remark in answer.remarks:
            job.logger.info("%s: %s", answer.request.clip, remark)
