"""A run fetches the videos of RAVDESS, an archive an actor, or reads those that the user has."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from emofold.corpora.ravdess import ACTORS, EMOTIONS, list_clip_names
from emofold.corpora.ravdess_files import VIDEOS
from emofold.corpora.schemas import clips_schema
from emofold.tables import read_table
from faulty_server import FaultyServer, serving
from served_videos import RECORD, described, members_of, path_of, zipped
from workflow_project import Project

pytestmark = pytest.mark.workflow

ACTORS_OF_RAVDESS = [f"{actor:02d}" for actor in ACTORS]
CLIPS = "results/mini/clips.parquet"
FOLDER = "resources/ravdess/videos"


@pytest.fixture
def server(monkeypatch) -> Iterator[FaultyServer]:
    """A server that has all archives, one of which breaks off, and one comes late."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    archives = {path_of(actor): zipped(members_of(actor)) for actor in ACTORS_OF_RAVDESS}
    with serving({**archives, RECORD: described(archives)}) as server:
        server.plans[path_of("07")] = ["cut"]
        server.plans[path_of("13")] = [(429, {"Retry-After": "1"})]
        yield server


def configure(project: Project, **ravdess: Any) -> None:
    """Give a project the preset, without what needs models from the network."""
    preset = yaml.safe_load((project.folder / "workflow/presets/ravdess.yaml").read_text("utf-8"))
    encoders = {"encoders": [{"name": "acoustic", "kind": "acoustic"}]}
    nothing = {key: [] for key in ("models", "sequence_models", "fusions")}
    untested = {"permutation_tests": [], "enrolment_curves": []}
    config = preset | nothing | {"name": "mini", "speech": encoders, "face": {"extractors": []}}
    config |= {"ravdess": preset["ravdess"] | ravdess, "evaluation": untested}
    config |= {"bundle": {"system": None}}
    (project.folder / "mini.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")


def first_video(actor: str) -> str:
    return f"{FOLDER}/Actor_{actor}/01-01-01-01-01-01-{actor}.mp4"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def place_videos(project: Project, without: set[str]) -> None:
    """Put the videos of all actors but some where a run puts them."""
    for actor in {*ACTORS_OF_RAVDESS} - without:
        (project.folder / FOLDER / f"Actor_{actor}").mkdir(parents=True)
        for name, film in members_of(actor).items():
            if "/01-" in name:
                (project.folder / FOLDER / name).write_bytes(film)


def test_videos_are_fetched_once_from_any_address_and_by_any_code(project, server):
    configure(project, videos=f"{server.url}/records")
    place_videos(project, without={"07", "13"})
    outcome = project.run("--", "fetch", CLIPS)
    assert outcome.code == 0, outcome.output

    clips = read_table(project.folder / CLIPS, clips_schema(EMOTIONS))
    assert list(clips["clip"]) == list_clip_names()
    films = {name: film for actor in ACTORS_OF_RAVDESS for name, film in members_of(actor).items()}
    for path in clips["media"]:
        assert (project.folder / path).read_bytes() == films[path.removeprefix(f"{FOLDER}/")]
    assert len(files_in(project.folder / "resources")) == 1440 + 2
    assert {path: len(asked) for path, asked in server.asked.items()} == {
        RECORD: 2,
        path_of("07"): 2,
        path_of("13"): 2,
    }
    log = (project.folder / "logs/fetch_ravdess_videos/13.log").read_text(encoding="utf-8")
    assert "status 429" in log

    configure(project, videos="http://127.0.0.1:9/records", keep_archives=True)
    again = project.run("--dry-run", "--", "fetch", CLIPS)
    assert "Nothing to be done" in again.output, again.output

    configure(project, videos=f"{server.url}/records")
    project.replace("src/emofold/fetch/http.py", "attempt(6)", "attempt(7)")
    (project.folder / first_video("13")).write_bytes(b"harmed")
    outcome = project.run("--", "fetch")
    assert outcome.code == 0, outcome.output
    assert [len(server.asked[path_of(actor)]) for actor in ("07", "13")] == [2, 3]
    film = films[first_video("13").removeprefix(f"{FOLDER}/")]
    assert (project.folder / first_video("13")).read_bytes() == film


def test_the_preset_plans_a_run_from_a_folder_of_videos(project, tmp_path):
    folder = tmp_path / "meine Videos"
    for path in map(Path, VIDEOS.unpacked_paths(str(folder)).values()):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        path.with_name(f"02{path.name[2:]}").touch()
    preset = yaml.safe_load((project.folder / "workflow/presets/ravdess.yaml").read_text("utf-8"))
    preset["ravdess"]["videos"] = str(folder)
    (project.folder / "mini.yaml").write_text(yaml.safe_dump(preset), encoding="utf-8")
    planned = project.planned()
    assert planned["extract_audio"] == planned["extract_action_units"] == 24
    assert planned["train_sequence"] == 15
    assert "fetch_ravdess_videos" not in planned
