"""What is made of the media belongs to the corpus: runs share it, in few jobs."""

import shutil

import pytest
import yaml

from emofold.__main__ import main

pytestmark = pytest.mark.workflow

MEDIA_STEPS = {"make_demo_clips", "extract_audio", "embed_speech", "extract_action_units"}


@pytest.fixture
def other(finished_demo):
    """A finished demo that is about to run again by another name."""
    finished_demo.configure(name="other")
    return finished_demo


def media_jobs(project):
    planned = project.planned()
    return {rule: jobs for rule, jobs in planned.items() if rule in MEDIA_STEPS}


def test_another_name_with_other_folds_and_models_starts_no_media_job(other):
    (model, *_) = other.config["models"]
    other.configure(
        folds=[[2], [1]],
        models=[*other.config["models"], model | {"name": "another"}],
        face=other.config["face"] | {"min_confidence": 0.5},
    )
    planned = other.planned()
    assert planned["list_clips"] == planned["process_action_units"] == 1
    assert not MEDIA_STEPS & planned.keys()


@pytest.mark.parametrize(
    ("changes", "jobs"),
    [
        ({"corpus_name": "mine"}, MEDIA_STEPS),
        ({"seed": 3}, MEDIA_STEPS),
        ({"max_duration": 60}, MEDIA_STEPS - {"make_demo_clips"}),
        ({"clips_per_shard": 4}, MEDIA_STEPS - {"make_demo_clips"}),
        ({"speech": {"encoders": [{"name": "new", "kind": "acoustic"}]}}, {"embed_speech"}),
    ],
    ids=["corpus", "seed", "duration", "shards", "encoder"],
)
def test_only_what_decides_the_shared_tables_makes_others(other, changes, jobs):
    if "speech" in changes:
        changes["models"] = [
            row | {"features": row["features"].replace("acoustic", "new")}
            for row in other.config["models"]
        ]
    other.configure(**changes)
    assert media_jobs(other).keys() == jobs


def test_runs_leave_records_by_which_what_is_unread_is_found(finished_demo, monkeypatch, capsys):
    monkeypatch.chdir(finished_demo.folder)
    assert main(["clean"]) == 0
    assert "Runs read or make all" in capsys.readouterr().out

    finished_demo.configure(name="other", max_duration=60)
    outcome = finished_demo.run("--", "results/other/clips.parquet")
    assert outcome.code == 0, outcome.output
    assert "results/demo makes 6 shared files" in outcome.output
    assert main(["clean"]) == 0
    assert "Runs read or make all" in capsys.readouterr().out

    record = finished_demo.folder / "results/other/run.yaml"
    assert yaml.safe_load(record.read_text(encoding="utf-8"))["config"]["max_duration"] == 60
    shutil.rmtree(finished_demo.folder / "results/demo")
    record.write_text("config: {}\nmedia: {}\n", encoding="utf-8")
    assert main(["clean", "--yes"]) == 0
    assert not [path for path in finished_demo.folder.glob("results/media/**/*") if path.is_file()]


@pytest.mark.parametrize(("speakers", "clips", "most"), [(118, 3, 8), (3, 70, 3)])
def test_a_corpus_takes_few_jobs_a_media_step(project, speakers, clips, most):
    videos = project.folder / "videos"
    videos.mkdir()
    rows = ["clip,speaker,emotion,media"]
    for speaker in range(speakers):
        for clip in range(clips):
            name = f"{speaker}-{clip}"
            (videos / f"{name}.mp4").touch()
            rows.append(f"{name},{speaker},{('happy', 'sad')[clip % 2]},videos/{name}.mp4")
    (project.folder / "sheet.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    config = {
        "name": "mini",
        "corpus": "sheet",
        "sample_sheet": "sheet.csv",
        "emotions": ["happy", "sad"],
        "folds": 3,
    }
    (project.folder / "mini.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    jobs = media_jobs(project)
    assert jobs.keys() == MEDIA_STEPS - {"make_demo_clips"}
    assert max(jobs.values()) <= most
