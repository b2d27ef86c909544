"""From videos to a report: what a run leaves, and what a change recomputes."""

import shutil

import pytest

from emofold.evaluation.schemas import METRICS
from emofold.face.schemas import FRAMES
from emofold.pretrained.schemas import embeddings_schema
from emofold.speech.schemas import AUDIO
from emofold.tables import open_parquet, read_table

pytestmark = pytest.mark.workflow

FIRST, SECOND = (f"part-000{n}-of-8-clips" for n in range(2))


def counts(table, schema):
    """Return how many clips of a shard were computed and how many reused."""
    metadata = read_table(table, schema).attrs
    return metadata["rows_computed"], metadata["rows_reused"]


def test_the_demo_runs_from_video_to_report(demo, finished_demo):
    report = demo.results / "report"
    for name in ["contact_sheet.svg", "accuracies.svg", "results.html", "failures.html"]:
        assert (report / name).is_file()
    page = (report / "action_units" / "mediapipe" / f"{FIRST}.html").read_text(encoding="utf-8")
    assert page.count("<figure") == 8
    assert len(list((demo.media / "speech" / "audio").glob("*/*.wav"))) == 16
    assert finished_demo.planned() == {}


def test_the_numbers_of_the_demo_are_labelled_synthetic_wherever_they_appear(demo):
    report, evaluation = demo.results / "report", demo.results / "evaluation"
    assert "Synthetic demo corpus" in (report / "front_page.rst").read_text(encoding="utf-8")
    assert "Synthetic" in (report / "results.html").read_text(encoding="utf-8")
    assert "Synthetic" in read_table(evaluation / "metrics.parquet", METRICS).attrs["note"]


def test_a_replaced_video_and_a_damaged_wav_recompute_their_clips_alone(finished_demo):
    media = finished_demo.media
    first, second = sorted((media / "videos/01").glob("*.mp4"))[:2]
    shutil.copyfile(second, first)
    damaged = sorted((media / "speech/audio" / FIRST).glob("*.wav"))[-1]
    damaged.write_bytes(b"damaged")
    before = (media / f"speech/audio/{SECOND}.parquet").stat().st_mtime_ns

    outcome = finished_demo.run("--until", "embed_speech", "extract_action_units")
    assert outcome.code == 0, outcome.output
    assert outcome.jobs == {"extract_audio": 1, "embed_speech": 1, "extract_action_units": 1}
    assert counts(media / f"speech/audio/{FIRST}.parquet", AUDIO) == (2, 6)
    assert damaged.read_bytes()[:4] == b"RIFF"
    assert counts(media / f"face/frames/mediapipe/{FIRST}.parquet", FRAMES) == (1, 7)
    embeddings = media / f"speech/embeddings/acoustic/{FIRST}.parquet"
    size = len(open_parquet(embeddings)[0]["embedding"][0])
    assert counts(embeddings, embeddings_schema(size)) == (1, 7)
    assert (media / f"speech/audio/{SECOND}.parquet").stat().st_mtime_ns == before


def test_a_video_that_is_gone_is_made_again_and_then_nothing_is_left_to_do(finished_demo):
    next((finished_demo.media / "videos/01").glob("*.mp4")).unlink()
    until = ("--until", "extract_audio", "--", "all")
    outcome = finished_demo.run(*until)
    assert outcome.code == 0, outcome.output
    assert outcome.jobs["make_demo_clips"] == 1
    assert finished_demo.planned(*until) == {}


def test_another_threshold_and_one_more_encoder_extract_nothing_again(finished_demo):
    encoders = [{"name": name, "kind": "acoustic"} for name in ("acoustic", "again")]
    face = finished_demo.config["face"] | {"min_confidence": 0.5}
    finished_demo.configure(speech={"encoders": encoders}, face=face)
    planned = finished_demo.planned()
    assert planned["process_action_units"] == 1
    assert planned["embed_speech_again"] == 2
    assert planned["train_static"] == 1
    assert not {"extract_action_units", "extract_audio"} & planned.keys()
