"""Train a static model in the folds whose posteriors are wanted, and score every clip."""

from pathlib import Path

from emofold.corpora.left_out import leave_out, refold
from emofold.corpora.schemas import clips_schema
from emofold.models.candidates import list_candidates
from emofold.models.features import read_features
from emofold.models.nested import Trainings
from emofold.models.posteriors import describe_model
from emofold.models.schemas import LEAVE_ONE_CORPUS_OUT, TRIED, posteriors_schema
from emofold.runtime.job import Job
from emofold.tables import failures_of, read_table, without_failed

with Job(snakemake) as job:
    params = snakemake.params
    clips = read_table(Path(snakemake.input.clips), clips_schema(params.emotions))
    features = read_features(*map(Path, snakemake.input.features))
    failures = failures_of([clips.attrs, features.attrs])
    features = features.drop(index={failure.clip for failure in failures}, errors="ignore")
    trainings = Trainings(
        features,
        without_failed(clips, failures),
        params.emotions,
        params.normalise_by,
        params.shrink,
        seed=params.seed,
        threads=snakemake.threads,
    )
    candidates = list_candidates(**params.classifier)
    described = {"normalised_by": params.normalise_by, "failures": failures}
    for index, output in enumerate(snakemake.output.posteriors):
        fold = int(Path(output).stem.removeprefix("fold"))
        if params.protocol == "nested":
            posteriors, scale, tried = trainings.nested(fold, candidates)
            job.write(tried, snakemake.output.tried[index], TRIED)
        else:
            posteriors, scale = trainings.as_in_paper(fold, candidates[0])
        metadata = describe_model(params.modality, params.protocol, scale, **described)
        job.write(posteriors, output, posteriors_schema(params.emotions), metadata)
    for output in snakemake.output.left_out:
        corpus = params.left_out[Path(output).stem.removeprefix("fold")]
        one = leave_out(clips, corpus, params.emotions)
        of_one = trainings.of_clips(without_failed(refold(clips, corpus), failures), one.emotions)
        posteriors, scale, _ = of_one.nested(one.fold, candidates)
        metadata = describe_model(params.modality, LEAVE_ONE_CORPUS_OUT, scale, **described)
        job.write(posteriors, output, posteriors_schema(one.emotions), metadata)
