"""Models that are trained by epochs, under the protocol `nested`: what a fusion learns from."""

import numpy as np
import pandas as pd
import pytest
import yaml

from emofold.corpora.schemas import clips_schema
from emofold.media.audio import SAMPLE_RATE, write_wav
from emofold.models.schemas import LEARNING, posteriors_schema
from emofold.scores import score_columns
from emofold.tables import open_parquet, read_table
from openface_files import csv_text, row
from workflow_project import Project, new_project

pytestmark = pytest.mark.workflow

EMOTIONS = ["happy", "sad"]
MODELS = ["bilstm", "tiny"]
CONFIG = {
    "name": "mini",
    "corpus": "sheet",
    "sample_sheet": "samples.csv",
    "emotions": EMOTIONS,
    "folds": 3,
    "protocol": "nested",
    "clips_per_shard": 24,
    "speech": {"encoders": []},
    "face": {"extractors": [{"name": "openface", "kind": "csv"}]},
    "models": [],
    "sequence_models": [
        {"name": "bilstm", "extractor": "openface", "hidden_size": 4, "epochs": 3},
    ],
    "finetuned_models": [
        {
            "name": "tiny",
            "untrained": {"hidden_size": 16, "layers": 1, "heads": 2},
            "epochs": 1,
            "gpu": 0,
        },
    ],
    "fusions": [{"name": "speech+face", "method": "log_linear", "posteriors": ["tiny", "bilstm"]}],
    "evaluation": {"bootstrap_draws": 100},
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Project:
    """A run on six speakers, whose faces and voices are numbers."""
    project = new_project(tmp_path_factory.mktemp("nested") / "Größe & zwei Wörter")
    generator = np.random.default_rng(1)
    rows = ["clip,speaker,emotion,media,action_units"]
    for speaker in "abcdef":
        for emotion in EMOTIONS:
            for take in range(2):
                clip = f"{speaker}-{emotion}-{take}"
                sound = generator.normal(0, 2000, SAMPLE_RATE // 2).astype(np.int16)
                write_wav(sound, project.folder / f"{clip}.wav")
                frames = [
                    row(frame, smile=smile) for frame, smile in enumerate(generator.random(20))
                ]
                (project.folder / f"{clip}.csv").write_text(csv_text(frames), encoding="utf-8")
                rows.append(f"{clip},{speaker},{emotion},{clip}.wav,{clip}.csv")
    (project.folder / "samples.csv").write_text("\n".join(rows), encoding="utf-8")
    (project.folder / "mini.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    outcome = project.run()
    assert outcome.code == 0, outcome.output
    return project


def test_a_model_is_trained_without_each_fold_without_each_two_of_them_and_on_all(trained):
    for model in MODELS:
        trainings = {folder.name for folder in (trained.results / "models" / model).iterdir()}
        of_pairs = {"fold0-1", "fold0-2", "fold1-2"}
        assert trainings == {"fold0", "fold1", "fold2", *of_pairs, "foldnone"}


@pytest.mark.parametrize("model", MODELS)
def test_the_training_on_all_speakers_takes_as_many_epochs_as_those_of_the_folds(trained, model):
    folder = trained.results / "models" / model
    chosen = []
    for fold in range(3):
        curve = read_table(folder / f"fold{fold}/learning.parquet", LEARNING)
        chosen.append(int(curve.loc[curve["chosen"], "epoch"].iloc[0]))
    last = read_table(folder / "foldnone/learning.parquet", LEARNING)
    assert len(last) == sorted(chosen)[1]
    assert last["chosen"].tolist() == [False] * (len(last) - 1) + [True]
    assert last["validation_accuracy"].isna().all()
    posteriors = read_table(folder / "foldnone/posteriors.parquet", posteriors_schema(EMOTIONS))
    assert set(posteriors["split"]) == {"train"}


@pytest.mark.parametrize("model", MODELS)
def test_a_fusion_learns_from_models_that_have_seen_neither_the_clip_nor_the_tested_speakers(
    trained, model
):
    schema = posteriors_schema(EMOTIONS)
    clips = read_table(trained.results / "clips.parquet", clips_schema(EMOTIONS))
    fold_of = clips.set_index("clip")["fold"]
    collected = read_table(trained.results / f"posteriors/{model}/fold0.parquet", schema)
    scores = collected.set_index("clip")[score_columns(EMOTIONS)]
    for other, training in ((0, "fold0"), (1, "fold0-1"), (2, "fold0-2")):
        path = trained.results / f"models/{model}/{training}/posteriors.parquet"
        own = read_table(path, schema).set_index("clip")[score_columns(EMOTIONS)]
        of_fold = fold_of.index[fold_of == other]
        pd.testing.assert_frame_equal(scores.loc[of_fold], own.loc[of_fold])


def test_the_systems_are_labelled_nested(trained):
    for table in ("posteriors/bilstm", "posteriors/tiny", "fusion/speech+face"):
        assert open_parquet(trained.results / table / "fold2.parquet")[1]["protocol"] == "nested"


def test_a_changed_learning_rate_trains_that_model_alone_again(trained, tmp_path):
    project = trained.copy(tmp_path / "copy")
    (row,) = CONFIG["sequence_models"]
    project.configure(sequence_models=[row | {"learning_rate": 0.002}])
    planned = project.planned()
    assert (planned["train_sequence"], planned["collect_posteriors"], planned["fuse"]) == (7, 1, 1)
    assert planned["train_bundle"] == 1
    assert not {"finetune_speech", "extract_audio", "extract_action_units"} & planned.keys()
