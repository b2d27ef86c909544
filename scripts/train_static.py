"""Train a static model in the folds whose posteriors are wanted, and score every clip."""

from pathlib import Path

from emofold.corpora.folds import labels_of_fold
from emofold.jobs import Job
from emofold.models.features import read_features
from emofold.models.static import make_classifier, train_fold
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    params = snakemake.params
    clips = read_table(Path(snakemake.input.clips), schemas.clips(params.emotions))
    features = read_features(Path(snakemake.input.features))
    for output in snakemake.output:
        fold = int(Path(output).stem.removeprefix("fold"))
        model = make_classifier(**params.classifier, seed=params.seed, threads=snakemake.threads)
        labels = labels_of_fold(clips, fold)
        posteriors, scale = train_fold(model, features, labels, params.emotions)
        metadata = {
            "scale": scale,
            "stage": params.stage,
            "protocol": params.protocol,
            "speaker_norm": False,
        }
        job.write(posteriors, output, schemas.posteriors(params.emotions), metadata)
