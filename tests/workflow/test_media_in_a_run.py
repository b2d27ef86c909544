"""From videos to a report: what a change recomputes, and what happens to bad recordings."""

import shutil

import numpy as np
import pytest
import yaml

import recordings
import small_demo
from emofold.evaluation.schemas import FAILURES, METRICS
from emofold.face.schemas import FRAMES
from emofold.media.video import read_frames
from emofold.speech.schemas import AUDIO, embeddings_schema
from emofold.tables import read_table
from workflow_project import Project, new_project

pytestmark = pytest.mark.workflow

SHARD_TABLES = {
    "speech/audio": AUDIO,
    "face/frames/mediapipe": FRAMES,
}
EMOTIONS = ["happy", "sad"]
GOOD = [
    f"01-01-{emotion}-01-{take}-01-0{speaker}"
    for speaker in (1, 2)
    for emotion in ("03", "04")
    for take in ("01", "02")
]
BAD = {  # the step that meets the problem first, and what it says
    "silent": ("extract_audio", "no sound"),
    "faceless": ("process_action_units", "no face"),
    "truncated": ("extract_audio", "cannot be decoded"),
    "empty": ("extract_audio", "empty file"),
    "text": ("extract_audio", "cannot be decoded"),
    "long": ("extract_audio", "1800 s"),
    "twice": ("read_sample_sheet", "in 2 rows"),
    "nobody": ("read_sample_sheet", "no speaker"),
    "gone": ("read_sample_sheet", "no file"),
    "of the third speaker": ("extract_audio", "empty file"),
    "of the fourth speaker": ("read_sample_sheet", "'bored', not one of"),
}
ODD = ["variable", "turned", "low-rate", "stereo", "short", "ümläut clip"]


def counts(table, schema):
    """Return how many clips of a shard were computed and how many reused."""
    metadata = read_table(table, schema).attrs
    return metadata["rows_computed"], metadata["rows_reused"]


def test_the_demo_runs_from_video_to_report(demo):
    report = demo.results / "report"
    for name in ["contact_sheet.svg", "accuracies.svg", "systems.html", "failures.html"]:
        assert (report / name).is_file()
    page = (report / "action_units" / "mediapipe" / "speaker-1.html").read_text(encoding="utf-8")
    assert page.count("<figure") == 8
    assert len(list((demo.results / "speech" / "audio").glob("*/*.wav"))) == 16
    assert demo.planned() == {}


def test_the_numbers_of_the_demo_are_labelled_synthetic_wherever_they_appear(demo):
    report, evaluation = demo.results / "report", demo.results / "evaluation"
    assert "Synthetic demo corpus" in (report / "front_page.rst").read_text(encoding="utf-8")
    for page in ["systems", "confident_errors", "mcnemar", "comparison"]:
        assert "Synthetic" in (report / f"{page}.html").read_text(encoding="utf-8")
    assert "Synthetic" in read_table(evaluation / "metrics.parquet", METRICS).attrs["note"]


def test_a_replaced_video_recomputes_its_clip_and_leaves_other_speakers_alone(finished_demo):
    results = finished_demo.results
    first, second = sorted((results / "corpus" / "01").glob("*.mp4"))[:2]
    shutil.copyfile(second, first)
    planned = finished_demo.planned()
    assert planned["extract_audio"] == planned["embed_speech"] == 1
    assert planned["extract_action_units"] == 1
    assert "make_demo_clips" not in planned

    before = (results / "speech" / "audio" / "speaker-2.parquet").stat().st_mtime_ns
    assert finished_demo.run().code == 0
    for table, schema in SHARD_TABLES.items():
        assert counts(results / table / "speaker-1.parquet", schema) == (1, 7)
    embeddings = results / "speech/embeddings/acoustic/speaker-1.parquet"
    size = len(read_table_of_any_size(embeddings)["embedding"][0])
    assert counts(embeddings, embeddings_schema(size)) == (1, 7)
    assert (results / "speech" / "audio" / "speaker-2.parquet").stat().st_mtime_ns == before


def test_a_damaged_wav_is_made_anew_with_the_next_run_of_its_shard(finished_demo):
    results = finished_demo.results
    wav = sorted((results / "speech" / "audio" / "speaker-1").glob("*.wav"))[0]
    wav.write_bytes(b"damaged")
    table = results / "speech" / "audio" / "speaker-1.parquet"
    assert finished_demo.run("--forcerun", "extract_audio", "--until", "extract_audio").code == 0
    assert counts(table, AUDIO) == (1, 7)
    assert wav.read_bytes()[:4] == b"RIFF"


def test_another_threshold_of_confidence_extracts_nothing_again(finished_demo):
    finished_demo.configure(face={"min_confidence": 0.5})
    planned = finished_demo.planned()
    assert planned["process_action_units"] == 1
    assert not {"extract_action_units", "extract_audio", "embed_speech"} & planned.keys()


def test_one_more_encoder_computes_its_embeddings_and_models_alone(finished_demo):
    encoders = [{"name": name, "kind": "acoustic"} for name in ("acoustic", "again")]
    finished_demo.configure(speech={"encoders": encoders})
    planned = finished_demo.planned()
    assert planned["embed_speech"] == 2
    assert not {"extract_audio", "extract_action_units", "train_static", "fuse"} & planned.keys()


@pytest.fixture(scope="module")
def mixed(tmp_path_factory) -> Project:
    """A project with good, odd and bad recordings in a sample sheet."""
    project = new_project(tmp_path_factory.mktemp("mixed") / "Größe & zwei Wörter")
    videos = project.folder / "Vidéos à moi"
    rows = ["clip,speaker,emotion,media"]

    def add(clip, path, speaker="1", emotion="happy"):
        rows.append(f"{clip},{speaker},{emotion},{path.relative_to(project.folder)}")

    for name in GOOD:
        emotion = EMOTIONS[int(name[6:8]) - 3]
        add(name, recordings.good(videos / f"{name}.mp4", name), name[-1], emotion)
    source = videos / f"{GOOD[0]}.mp4"
    add("silent", recordings.silent(videos / "silent.mp4", source))
    add("faceless", recordings.faceless(videos / "faceless.mp4", source))
    add("truncated", recordings.truncated(videos / "truncated.mp4", source))
    add("long", recordings.half_an_hour(videos / "long.mp4"))
    for clip, content in (("empty", b""), ("text", b"This is no video.\n" * 99)):
        (videos / f"{clip}.mp4").write_bytes(content)
        add(clip, videos / f"{clip}.mp4")
    add("twice", source)
    add("twice", source)
    add("nobody", source, speaker="")
    add("gone", videos / "gone.mp4")
    add("variable", recordings.of_variable_rate(videos / "variable.mp4", source))
    add("turned", recordings.turned(videos / "turned.mp4", source))
    add("low-rate", recordings.with_sound_of(videos / "low.mp4", source, 8000, 1))
    add("stereo", recordings.with_sound_of(videos / "stereo.mp4", source, 96000, 2))
    add("short", recordings.short(videos / "short.mp4", source))
    add("ümläut clip", recordings.good(videos / "ein Clip äöü.mp4"))
    add("of the third speaker", videos / "empty.mp4", speaker="3")
    add("of the fourth speaker", source, speaker="4", emotion="bored")
    (project.folder / "samples.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    folds = [[1], [2, 4], [3]]
    sheet = {"corpus": "sheet", "sample_sheet": "samples.csv", "emotions": EMOTIONS, "folds": folds}
    config = yaml.safe_dump({**small_demo.CONFIG, **sheet}, sort_keys=False)
    (project.folder / "mini.yaml").write_text(config, encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def outcome(mixed):
    return mixed.run()


def test_bad_recordings_are_named_with_their_reasons(mixed, outcome):
    failures = read_table(mixed.results / "failures.parquet", FAILURES)
    assert set(failures["clip"]) == set(BAD)
    for clip, (step, reason) in BAD.items():
        of_clip = failures[failures["clip"] == clip]
        assert step in set(of_clip["step"])
        assert reason in " ".join(of_clip["reason"])


def test_the_run_goes_on_with_the_other_clips_and_fails_at_its_end(mixed, outcome):
    assert outcome.code == 1
    assert f"{len(BAD)} clips that failed" in outcome.output
    for clip in BAD:
        assert clip in outcome.output
    metrics = read_table(mixed.results / "evaluation" / "metrics.parquet", METRICS)
    assert set(metrics.loc[metrics["fold"].isna(), "n"]) == {len(GOOD) + len(ODD)}


def test_odd_recordings_work(mixed, outcome):
    frames = read_table(mixed.results / "face/frames/mediapipe/speaker-1.parquet", FRAMES)
    found = frames.groupby("clip")["success"].mean()
    audio = read_table(mixed.results / "speech/audio/speaker-1.parquet", AUDIO)
    seconds = audio.set_index("clip")["duration"]
    for clip in ODD:
        assert found[clip] > 0.9
        assert seconds[clip] == pytest.approx(seconds[GOOD[0]], abs=0.3) or clip == "short"
    videos = mixed.folder / "Vidéos à moi"
    turned, source = (next(read_frames(videos / f"{n}.mp4"))[1] for n in ("turned", GOOD[0]))
    assert np.abs(turned.astype(float) - source).mean() < 10


def test_the_report_of_a_failed_run_names_the_clips(mixed, outcome):
    page = (mixed.results / "report" / "failures.html").read_text(encoding="utf-8")
    front = (mixed.results / "report" / "front_page.rst").read_text(encoding="utf-8")
    for clip in BAD:
        assert clip in page
        assert clip in front
    made = mixed.run("--report", "report.html")
    assert made.code == 0, made.output


def test_allowed_failures_make_the_run_a_success(mixed, outcome):
    config = (mixed.folder / "mini.yaml").read_text(encoding="utf-8")
    mixed.configure(allow_failed_clips=len(BAD))
    assert mixed.planned() == {"accept_failures": 1}
    assert mixed.run().code == 0
    (mixed.folder / "mini.yaml").write_text(config, encoding="utf-8")


def test_a_missing_video_that_appears_is_taken_in(mixed, outcome, tmp_path):
    project = mixed.copy(tmp_path / "own copy")
    videos = project.folder / "Vidéos à moi"
    shutil.copyfile(videos / f"{GOOD[0]}.mp4", videos / "gone.mp4")
    planned = project.planned()
    assert planned["read_sample_sheet"] == planned["extract_audio"] == 1


def read_table_of_any_size(path):
    from emofold.tables import open_parquet

    return open_parquet(path)[0].to_pandas()
