"""Try the bundle of this run on another corpus."""

from pathlib import Path

from emofold.corpora.other_corpora import OtherCorpus
from emofold.face.reports import hold_back_reports
from emofold.prediction.bundle import Bundle
from emofold.prediction.bundle_evaluation import evaluate_bundle
from emofold.prediction.predictor import Options, Predictor
from emofold.runtime.job import Job

with hold_back_reports(), Job(snakemake) as job:
    params, paths = snakemake.params, snakemake.input
    options = Options(
        threads=snakemake.threads,
        openface=next(map(Path, paths.openface), None),
        pyfaceau=next(map(Path, paths.pyfaceau), None),
    )
    evaluation = evaluate_bundle(
        Predictor(Bundle.load(Path(paths.bundle)), options),
        OtherCorpus.from_json(params.corpus),
        **params.settings,
    )
    for failure in evaluation.failures:
        job.logger.error("%s failed. %s", failure.clip, failure.reason)
    for path in map(Path, snakemake.output):
        table, schema = evaluation.tables[path.stem], evaluation.schemas[path.stem]
        job.write(table, path, schema, evaluation.metadata)
