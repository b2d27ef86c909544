"""Try the bundle of this run on another corpus."""

from pathlib import Path

from emofold.corpora.other_corpora import OtherCorpus
from emofold.corpora.schemas import clips_of, clips_schema
from emofold.face.reports import hold_back_reports
from emofold.prediction.bundle import Bundle
from emofold.prediction.bundle_evaluation import evaluate_bundle
from emofold.prediction.predictor import Options, Predictor
from emofold.runtime.job import Job
from emofold.tables import read_table

with hold_back_reports(), Job(snakemake) as job:
    params, paths = snakemake.params, snakemake.input
    clips = read_table(Path(paths.clips), clips_schema(params.emotions))
    trained_on = clips_of(clips[~clips["speaker"].isin([*params.held_out_speakers])])
    options = Options(
        threads=snakemake.threads,
        openface=next(map(Path, paths.openface), None),
        pyfaceau=next(map(Path, paths.pyfaceau), None),
    )
    evaluation = evaluate_bundle(
        Predictor(Bundle.load(Path(paths.bundle)), options),
        OtherCorpus.from_json(params.corpus).without_copies(trained_on),
        **params.settings,
    )
    for failure in evaluation.failures:
        job.logger.error("%s failed. %s", failure.clip, failure.reason)
    for path in map(Path, snakemake.output):
        table, schema = evaluation.tables[path.stem], evaluation.schemas[path.stem]
        job.write(table, path, schema, evaluation.metadata)
