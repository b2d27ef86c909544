"""The recordings of RAVDESS are fetched and listed, or the run says what is wrong with them."""

import functools
import hashlib
import http.server
import io
import threading
import wave
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from emofold.corpora.ravdess import EMOTIONS, list_clip_names
from emofold.corpora.ravdess_files import SOUND, TRACKING
from emofold.corpora.schemas import clips_schema
from emofold.tables import read_table
from workflow_project import Outcome, Project

pytestmark = pytest.mark.workflow

CLIPS = "results/mini/clips.parquet"
FOLDS = [[*range(1, 9)], [*range(9, 17)], [*range(17, 25)]]
CSV = {"name": "openface", "kind": "csv"}
KINDS = {"speech": SOUND, "tracking": TRACKING}
CONFIG = {
    "name": "mini",
    "corpus": "ravdess",
    "folds": FOLDS,
    "speech": {"encoders": [{"name": "acoustic", "kind": "acoustic"}]},
    "published": {"posteriors": []},
    "models": [],
    "sequence_models": [],
    "finetuned_models": [],
    "fusions": [],
    "bundle": {"system": None},
    "evaluation": {"reported": None},
}


class Silent(http.server.SimpleHTTPRequestHandler):
    """A web server that does not write to the terminal."""

    def log_message(self, *_: object) -> None:
        pass


def silence() -> bytes:
    """Return a recording of a tenth of a second."""
    recording = io.BytesIO()
    with wave.open(recording, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(bytes(3200))
    return recording.getvalue()


CONTENTS = {"speech": silence(), "tracking": b"frame, confidence, success\n"}


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def known_archives(project: Project) -> Path:
    return project.folder / "workflow" / "resources" / "ravdess.yaml"


def make_archives(project: Project, folder: Path) -> dict[str, Path]:
    """Write the archives that a project asks for, those of each kind below a folder of its own."""
    known = yaml.safe_load(known_archives(project).read_text(encoding="utf-8"))
    archives = {kind: folder / kind / known[kind]["path"] for kind in KINDS}
    for kind, archive in archives.items():
        archive.parent.mkdir(parents=True)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
            for path in KINDS[kind].unpacked_paths("archive").values():
                opened.writestr(path, CONTENTS[kind])
    return archives


def accept(project: Project, archives: dict[str, Path], **other: str) -> None:
    """Let a project take archives for the real ones."""
    known = yaml.safe_load(known_archives(project).read_text(encoding="utf-8"))
    for kind, archive in archives.items():
        known[kind] |= {"bytes": archive.stat().st_size, "md5": md5(archive), **other}
    known_archives(project).write_text(yaml.safe_dump(known), encoding="utf-8")


def configure(project: Project, *extractors: dict[str, str], **sources: str) -> None:
    places = {f"{kind}_source": place for kind, place in sources.items()}
    config = CONFIG | {"ravdess": places, "face": {"extractors": [*extractors]}}
    (project.folder / "mini.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def run(project: Project, *arguments: str) -> Outcome:
    return project.run(*arguments, "--", "fetch", CLIPS)


@pytest.fixture
def address(tmp_path) -> Iterator[str]:
    """The address of a folder on a web server."""
    handler = functools.partial(Silent, directory=str(tmp_path / "web"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_archives_are_fetched_once_and_those_of_the_wrong_checksum_leave_nothing_behind(
    project, tmp_path, address
):
    archives = make_archives(project, tmp_path / "web")
    configure(project, CSV, **{kind: f"{address}/{kind}" for kind in archives})
    accept(project, archives, md5="0" * 32)
    outcome = run(project)
    assert outcome.code != 0
    for archive in archives.values():
        place = archive.relative_to(tmp_path / "web")
        assert f"with the MD5 {md5(archive)} at {address}/{place}" in outcome.output
    assert "Traceback" not in outcome.output
    assert files_in(project.folder / "resources") == set()

    accept(project, archives)
    outcome = run(project)
    assert outcome.code == 0, outcome.output
    clips = read_table(project.folder / CLIPS, clips_schema(EMOTIONS))
    assert list(clips["clip"]) == list_clip_names()
    tested = clips.groupby("fold")["speaker"].agg(lambda speakers: sorted({*map(int, speakers)}))
    assert list(tested) == FOLDS
    for column, kind in {"media": "speech", "action_units": "tracking"}.items():
        files = {project.folder / path for path in clips[column]}
        assert len(files) == 1440
        assert files <= files_in(project.folder / "resources")
        assert {path.read_bytes() for path in files} == {CONTENTS[kind]}

    configure(project, CSV, **dict.fromkeys(archives, "http://127.0.0.1:9"))
    again = run(project, "--dry-run")
    assert "Nothing to be done" in again.output, again.output
