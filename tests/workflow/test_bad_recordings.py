"""Bad recordings in a sample sheet are named with their reasons, and the others go on."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

import recordings
from emofold.evaluation.schemas import FAILURES, METRICS
from emofold.face.schemas import FRAMES
from emofold.media.video import read_frames
from emofold.speech.schemas import AUDIO
from emofold.tables import read_table
from workflow_project import Project, new_project

pytestmark = pytest.mark.workflow

EMOTIONS = ["happy", "sad"]
CONFIG = {
    "name": "mini",
    "corpus": "sheet",
    "sample_sheet": "samples.csv",
    "emotions": EMOTIONS,
    "folds": [[1], [2, 4], [3]],
    "protocol": "paper",
    "sequence_models": [
        {"name": "bilstm", "extractor": "mediapipe", "hidden_size": 8, "epochs": 2},
    ],
    "finetuned_models": [
        {
            "name": "tiny",
            "untrained": {"hidden_size": 16, "layers": 1, "heads": 2},
            "epochs": 1,
            "gpu": 0,
        },
    ],
    "fusions": [
        {
            "name": "speech+face",
            "posteriors": ["acoustic-logistic", "tiny", "face-logistic", "bilstm"],
        },
    ],
    "bundle": {"system": None},
    "evaluation": {"bootstrap_draws": 100, "reported": None},
}
GOOD = [
    f"01-01-{emotion}-01-{take}-01-0{speaker}"
    for speaker in (1, 2)
    for emotion in ("03", "04")
    for take in ("01", "02")
]
BAD = {  # the step that meets the problem first, and what it says
    "silent": ("extract_audio", "no sound"),
    "muted": ("extract_audio", "nothing but silence"),
    "faceless": ("process_action_units", "no face"),
    "truncated": ("extract_audio", "cannot be decoded"),
    "empty": ("extract_audio", "empty file"),
    "text": ("extract_audio", "cannot be decoded"),
    "long": ("extract_audio", "1800 s"),
    "twice": ("list_clips", "in 2 rows"),
    "original": ("list_clips", "is that of copy (2, sad, row "),
    "copy": ("list_clips", "is that of original (1, happy, row "),
    "nobody": ("list_clips", "no speaker"),
    "gone": ("list_clips", "no file"),
    "of the third speaker": ("extract_audio", "empty file"),
    "of the fourth speaker": ("list_clips", "'bored', not one of"),
}
ODD = ["variable", "turned", "low-rate", "stereo", "short", "ümläut clip"]


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
    add("muted", recordings.muted(videos / "muted.mp4", source))
    add("faceless", recordings.faceless(videos / "faceless.mp4", source))
    add("truncated", recordings.truncated(videos / "truncated.mp4", source))
    add("long", recordings.half_an_hour(videos / "long.mp4"))
    for clip, content in (("empty", b""), ("text", b"This is no video.\n" * 99)):
        (videos / f"{clip}.mp4").write_bytes(content)
        add(clip, videos / f"{clip}.mp4")
    add("twice", source)
    add("twice", source)
    original = recordings.good(videos / "original.mp4", "01-01-03-01-01-02-01")
    add("original", original)
    add("copy", Path(shutil.copyfile(original, videos / "copy.mp4")), "2", "sad")
    add("nobody", source, speaker="")
    add("gone", videos / "gone.mp4")
    add("variable", recordings.of_variable_rate(videos / "variable.mp4", source))
    add("turned", recordings.turned(videos / "turned.mp4", source))
    add("low-rate", recordings.with_sound_of(videos / "low.mp4", source, 8000, 1))
    add("stereo", recordings.with_sound_of(videos / "stereo.mp4", source, 96000, 2))
    add("short", recordings.short(videos / "short.mp4", source))
    add("ümläut clip", recordings.good(videos / "ein Clip äöü.mp4", "01-01-03-01-02-02-01"))
    add("of the third speaker", videos / "empty.mp4", speaker="3")
    add("of the fourth speaker", source, speaker="4", emotion="bored")
    (project.folder / "samples.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (project.folder / "mini.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
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
    frames = read_table(mixed.media / "face/frames/mediapipe/speakers-from-1.parquet", FRAMES)
    found = frames.groupby("clip")["success"].mean()
    audio = read_table(mixed.media / "speech/audio/speakers-from-1.parquet", AUDIO)
    duration = audio.set_index("clip")["duration"]
    for clip in ODD:
        assert found[clip] > 0.9
        assert duration[clip] == pytest.approx(duration[GOOD[0]], abs=0.3) or clip == "short"
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
    mixed.configure(allow_failed_clips=len(BAD))
    allowed = mixed.run()
    assert allowed.jobs == {"accept_failures": 1}
    assert allowed.code == 0, allowed.output


def test_a_missing_video_that_appears_is_taken_in(mixed, outcome):
    videos = mixed.folder / "Vidéos à moi"
    shutil.copyfile(videos / f"{GOOD[0]}.mp4", videos / "gone.mp4")
    planned = mixed.planned()
    assert planned["list_clips"] == planned["extract_audio"] == 1
