"""Train a static model in the folds whose posteriors are wanted, and score every clip."""

from pathlib import Path

from emofold.corpora.folds import labels_of_fold
from emofold.jobs import Job
from emofold.models.features import read_features
from emofold.models.static import make_classifier, train_fold
from emofold.tables import as_metadata, failures_of, read_table, schemas, without_failed

with Job(snakemake) as job:
    params = snakemake.params
    clips = read_table(Path(snakemake.input.clips), schemas.clips(params.emotions))
    features = read_features(*map(Path, snakemake.input.features))
    failures = failures_of([clips.attrs, features.attrs])
    features = features.drop(index={failure.clip for failure in failures}, errors="ignore")
    for output in snakemake.output:
        fold = int(Path(output).stem.removeprefix("fold"))
        model = make_classifier(**params.classifier, seed=params.seed, threads=snakemake.threads)
        labels = without_failed(labels_of_fold(clips, fold), failures)
        posteriors, scale = train_fold(model, features, labels, params.emotions)
        metadata = {
            "scale": scale,
            "stage": params.stage,
            "protocol": params.protocol,
            "speaker_norm": False,
            **as_metadata(failures),
        }
        job.write(posteriors, output, schemas.posteriors(params.emotions), metadata)
