"""The preset `lite` on a small corpus of other emotions, of which no folds are given."""

import numpy as np
import pytest
import torch
import yaml
from transformers import WhisperConfig, WhisperFeatureExtractor
from transformers.models.whisper.modeling_whisper import WhisperEncoder

from emofold.corpora.schemas import clips_schema
from emofold.evaluation.schemas import CHOICES, ENROLMENT, METRICS
from emofold.media.audio import SAMPLE_RATE, write_wav
from emofold.tables import embedding_size, read_metadata, read_table
from workflow_project import ROOT, Project, new_project

pytestmark = pytest.mark.workflow

EMOTIONS = {"ruhig": 300, "wütend": 900, "радость": 2700}
SPEAKERS = ["Zoë", "b", "c", "d", "e", "f"]
TINY = WhisperConfig(
    d_model=16,
    encoder_layers=6,
    encoder_attention_heads=2,
    encoder_ffn_dim=16,
    num_mel_bins=80,
)


def utterance(hertz, generator):
    """A short tone in noise, as the emotion sounds."""
    times = np.arange(int(0.6 * SAMPLE_RATE)) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * hertz * times) * np.hanning(times.size)
    return (8000 * tone + generator.normal(0, 500, times.size)).astype(np.int16)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Project:
    """A project that has run the preset on six speakers, with a tiny Whisper."""
    project = new_project(tmp_path_factory.mktemp("lite") / "Größe & zwei Wörter")
    torch.manual_seed(1)
    WhisperEncoder(TINY).save_pretrained(project.folder / "tiny")
    WhisperFeatureExtractor(feature_size=80).save_pretrained(project.folder / "tiny")
    generator = np.random.default_rng(1)
    rows = ["clip,speaker,emotion,media"]
    for speaker in SPEAKERS:
        for emotion, hertz in EMOTIONS.items():
            for take in range(2):
                clip = f"{speaker}-{emotion}-{take}"
                write_wav(utterance(hertz, generator), project.folder / f"wavs/{clip}.wav")
                rows.append(f"{clip},{speaker},{emotion},wavs/{clip}.wav")
    (project.folder / "samples.csv").write_text("\n".join(rows), encoding="utf-8")
    preset = yaml.safe_load((ROOT / "workflow/presets/lite.yaml").read_text(encoding="utf-8"))
    preset["speech"]["local_copies"] = {"openai/whisper-base": "tiny"}
    preset["evaluation"] |= {"enrolled_clips": [1, 3], "enrolment_draws": 1}
    (project.folder / "mini.yaml").write_text("{}", encoding="utf-8")
    project.configure(**preset | {"name": "mini", "folds": 3, "emotions": [*EMOTIONS]})
    outcome = project.run()
    assert outcome.code == 0, outcome.output
    return project


def test_every_speaker_is_in_one_of_the_folds_that_emofold_made(corpus):
    clips = read_table(corpus.results / "clips.parquet", clips_schema([*EMOTIONS]))
    assert clips["speaker"].nunique() == len(SPEAKERS)
    by_fold = clips.groupby("fold")["speaker"].nunique()
    assert by_fold.to_dict() == {0: 2, 1: 2, 2: 2}
    assert (clips.groupby(["fold", "emotion"]).size() == 4).all()


def test_systems_are_nested_and_tell_the_tones_apart(corpus):
    metrics = read_table(corpus.results / "evaluation/metrics.parquet", METRICS)
    means = metrics[metrics["fold"].isna() & (metrics["ci_method"] == "wald")].set_index("system")
    systems = means.drop("zero-r")
    assert (systems["protocol"] == "nested").all()
    assert set(systems.index[systems["normalised_by"] != "none"]) == {
        *("whisper-normalised", "whisper-thirds-normalised", "speech-normalised")
    }
    assert systems.loc["speech", "accuracy"] > 80
    assert (systems["n"] == 36).all()


def test_what_was_tried_and_how_few_clips_do_is_told(corpus):
    choices = read_table(corpus.results / "evaluation/choices.parquet", CHOICES)
    assert choices.groupby(["system", "fold"])["chosen"].sum().eq(1).all()
    assert len(choices) == 4 * 3 * 4
    curve = read_table(corpus.results / "evaluation/enrolment/speech-normalised.parquet", ENROLMENT)
    assert set(curve["enrolled"]) == {1, 3}
    assert (corpus.results / "report/enrolment/speech-normalised.svg").is_file()


def test_one_more_encoder_computes_its_embeddings_and_its_model_alone(corpus, tmp_path):
    project = corpus.copy(tmp_path / "copy")
    config = project.config
    config["speech"]["encoders"].append({"name": "acoustic", "kind": "acoustic"})
    config["models"].append(
        {
            "name": "acoustic-svc",
            "features": "speech/embeddings/acoustic",
            "classifier": "linear_svc",
            "scaling": "standard",
        }
    )
    project.configure(**config)
    planned = project.planned()
    assert (planned["embed_speech"], planned["train_static"]) == (1, 1)
    assert not {"extract_audio", "fuse", "compute_enrolment_curve", "list_clips"} & planned.keys()


MODEL_OF_VIEWS = ("whisper-base", "whisper-base-thirds")


def tables_of(project, encoder):
    return sorted((project.media / "speech/embeddings" / encoder).glob("*.parquet"))


def size_and_counts(table):
    """How long an embedding is, how many clips were computed, and how many reused."""
    metadata = read_metadata(table)
    return embedding_size(table), metadata["rows_computed"], metadata["rows_reused"]


def test_two_views_of_a_model_took_one_pass(corpus):
    logs = list((corpus.folder / "logs/embed_speech").glob("*/*/*.log"))
    passes = [log for log in logs if "encoded 36 of 36 clips" in log.read_text(encoding="utf-8")]
    assert (len(logs), len(passes)) == (2, 1)
    (means,), (thirds,) = (tables_of(corpus, encoder) for encoder in MODEL_OF_VIEWS)
    assert size_and_counts(means) == (16, 36, 0)
    assert size_and_counts(thirds) == (48, 36, 0)


def test_a_view_that_is_changed_or_added_is_computed_alone(corpus, tmp_path):
    project = corpus.copy(tmp_path / "copy")
    means, thirds = project.config["speech"]["encoders"]
    (table,) = tables_of(project, "whisper-base")
    before = table.stat().st_mtime_ns
    added = {**thirds, "name": "added", "layers": 1}
    views = [means, {**thirds, "pooling": "mean"}, added]
    project.configure(speech=project.config["speech"] | {"encoders": views})
    until = ("--until", "embed_speech", "embed_speech_again")
    assert project.planned(*until) == {"embed_speech_again": 2}
    planned = project.planned()
    assert planned["train_static"] == 2  # the models on the changed view, not those on the means
    outcome = project.run(*until)
    assert outcome.code == 0, outcome.output
    assert table.stat().st_mtime_ns == before
    for encoder in ("whisper-base-thirds", "added"):
        (changed,) = tables_of(project, encoder)
        assert size_and_counts(changed)[1:] == (36, 0)
    logs = [
        path.read_text(encoding="utf-8")
        for encoder in ("whisper-base-thirds", "added")
        for path in (project.folder / "logs/embed_speech").glob(f"*/{encoder}/*.log")
    ]
    assert sum("encoded 36 of 36 clips" in log for log in logs) == 1
    assert project.planned(*until) == {}


def test_one_changed_clip_is_computed_alone_in_every_view(corpus, tmp_path):
    project = corpus.copy(tmp_path / "copy")
    wav = next((project.folder / "wavs").glob("*.wav"))
    write_wav(utterance(500, np.random.default_rng(9)), wav)
    outcome = project.run("--until", "embed_speech", "embed_speech_again")
    assert outcome.code == 0, outcome.output
    for encoder in MODEL_OF_VIEWS:
        (table,) = tables_of(project, encoder)
        assert size_and_counts(table)[1:] == (1, 35)
