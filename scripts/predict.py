"""Predict the clips of a group with the bundle of this run."""

import signal
from pathlib import Path

from emofold.face.reports import hold_back_reports
from emofold.face.schemas import MEANS
from emofold.prediction.bundle import Bundle
from emofold.prediction.predictor import Options
from emofold.prediction.requests import Request
from emofold.prediction.run import predict_into
from emofold.runtime.job import Job
from emofold.tables import read_table

signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing is left behind

with hold_back_reports(), Job(snakemake) as job:
    params, given = snakemake.params, snakemake.input
    options = Options(
        params.window,
        params.hop,
        threads=snakemake.threads,
        openface=next(map(Path, given.openface), None),
        means=read_table(Path(given.means[0]), MEANS) if given.means else None,
    )
    answers = predict_into(
        Path(snakemake.output[0]),
        [Request.of(row) for row in params.clips],
        Bundle.load(Path(given.bundle)),
        options,
        pages=True,
        provenance=job.provenance(),
    )
    for answer in answers:
        if answer.failure:
            job.logger.error("%s failed. %s", answer.request.clip, answer.failure)
        for remark in answer.remarks:
            job.logger.info("%s: %s", answer.request.clip, remark)
