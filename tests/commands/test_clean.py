"""``emofold clean``: only what runs made of the media, and only what no run reads, is deleted."""

import pandas as pd
import pytest

from emofold.__main__ import main
from emofold.runtime.locks import hold_run
from emofold.runtime.run_records import RunRecord
from emofold.speech.schemas import AUDIO
from emofold.tables import write_table

CORPUS = "results/media/mine"
READ = [
    f"{CORPUS}/speech/audio/speaker-1.parquet",
    f"{CORPUS}/speech/embeddings/acoustic/speaker-1.parquet",
    f"{CORPUS}/face/frames/mediapipe/speaker-1.parquet",
    f"{CORPUS}/videos/01/a.mp4",
]
UNREAD = [
    f"{CORPUS}/speech/audio/speaker-2.parquet",
    f"{CORPUS}/speech/audio/speaker-2/b.wav",
    f"{CORPUS}/speech/embeddings/old/speaker-1.parquet",
    f"{CORPUS}/videos/02/b.mp4",
    "results/media/gone/face/frames/mediapipe/part-0000-of-5-clips.parquet",
]
NOT_OURS = [
    f"{CORPUS}/notes.txt",
    f"{CORPUS}/speech/embeddings/acoustic/mine.csv",
    "results/media/mine.parquet",
    "results/one/clips.parquet",
    "videos/a.mp4",
    "media/mine/speech/audio/speaker-2.parquet",
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in which a run reads some of what is there."""
    monkeypatch.chdir(tmp_path)
    for name in [*READ, *UNREAD, *NOT_OURS]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12345")
    row = {"clip": "a", "wav": "speaker-1/a.wav", "duration": 1.0}
    table = pd.DataFrame([row | {"source_digest": "0", "wav_digest": "0"}])
    write_table(table, tmp_path / READ[0], AUDIO)
    for clip in "ab":
        wav = tmp_path / CORPUS / f"speech/audio/speaker-1/{clip}.wav"
        wav.parent.mkdir(exist_ok=True)
        wav.write_bytes(b"123")
    RunRecord({"name": "one"}, dict.fromkeys(READ, "0")).write(tmp_path / "results/one")
    return tmp_path


def files(folder):
    found = (
        path for path in folder.rglob("*") if path.is_file() and ".snakemake" not in path.parts
    )
    return {path.relative_to(folder).as_posix() for path in found}


def test_without_yes_all_is_listed_and_stays(folder, capsys):
    before = files(folder)
    assert main(["clean"]) == 0
    printed = capsys.readouterr().out
    assert files(folder) == before
    assert f"{CORPUS}/speech/embeddings/old: 1 file, 5 bytes" in printed
    assert "6 files, 28 bytes" in printed
    assert "emofold clean --yes" in printed


def test_with_yes_what_no_run_reads_is_deleted_and_all_else_stays(folder, capsys):
    before = files(folder)
    assert main(["clean", "--yes"]) == 0
    assert before - files(folder) == {*UNREAD, f"{CORPUS}/speech/audio/speaker-1/b.wav"}
    assert not (folder / "results/media/gone").exists()
    assert not (folder / CORPUS / "videos/02").exists()
    capsys.readouterr()
    assert main(["clean", "--yes"]) == 0
    assert "Runs read or make all" in capsys.readouterr().out


def test_what_any_of_several_runs_reads_stays(folder):
    RunRecord({"name": "two"}, dict.fromkeys(UNREAD[2:], "0")).write(folder / "results/two")
    before = files(folder)
    assert main(["clean", "--yes"]) == 0
    deleted = {*UNREAD[:2], f"{CORPUS}/speech/audio/speaker-1/b.wav"}
    assert before - files(folder) == deleted


def test_the_recordings_of_a_table_that_is_missing_stay(folder):
    (folder / READ[0]).unlink()
    assert main(["clean", "--yes"]) == 0
    assert {path.name for path in (folder / CORPUS / "speech/audio/speaker-1").iterdir()} == {
        "a.wav",
        "b.wav",
    }


@pytest.mark.parametrize("text", [None, "", "media: [", "media: 3\nconfig: {}", "a: 1"])
def test_a_run_without_a_record_that_can_be_read_keeps_all(folder, capsys, text):
    record = folder / "results/one/run.yaml"
    record.unlink() if text is None else record.write_text(text)
    before = files(folder)
    assert main(["clean", "--yes"]) == 1
    assert "run it again, or delete results/one" in capsys.readouterr().err
    assert files(folder) == before


def test_folds_and_systems_that_were_dropped_go_and_what_a_run_makes_stays(folder):
    names = ("posteriors/svc/fold0.parquet", "clips.parquet", "frozen/svc/speaker-1.safetensors")
    made = [f"results/one/{name}" for name in names]
    dropped = [
        "results/one/posteriors/svc/fold1.parquet",
        "results/one/fusion/both/fold0.parquet",
        "results/one/models/lstm/fold0-1/model.safetensors",
        "results/one/frozen/whisper/speaker-1.safetensors",
        "results/one/face/means/old.parquet",
        "results/one/face/functionals/old.parquet",
        "results/one/other_corpora/emodb/metrics.parquet",
    ]
    not_ours = ["results/one/posteriors/notes.txt", "results/one/mine/fold1.parquet"]
    for name in [*made, *dropped, *not_ours]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    record = RunRecord.read(folder / "results/one")
    assert main(["clean", "--yes"]) == 0
    assert files(folder) >= {*made, *dropped, *not_ours}

    RunRecord(record.config, record.media, made).write(folder / "results/one")
    before = files(folder)
    assert main(["clean", "--yes"]) == 0
    assert before - files(folder) == {*dropped}
    assert not (folder / "results/one/fusion").exists()


def test_links_are_not_followed(folder):
    outside = folder / "elsewhere/speech/audio"
    outside.mkdir(parents=True)
    (outside / "speaker-1.parquet").touch()
    (folder / "results/media/linked").symlink_to(folder / "elsewhere")
    (folder / CORPUS / "videos/01/linked.mp4").symlink_to(folder / "videos/a.mp4")
    assert main(["clean", "--yes"]) == 0
    assert (outside / "speaker-1.parquet").exists()
    assert (folder / CORPUS / "videos/01/linked.mp4").is_symlink()


def test_nothing_is_deleted_beside_a_run_at_work(folder, capsys):
    before = files(folder)
    with hold_run():
        assert main(["clean", "--yes"]) == 1
    assert "another run at work" in capsys.readouterr().err
    assert files(folder) == before


def test_a_folder_without_shared_media_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["clean", "--yes"]) == 1
    assert "no folder results in" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []
