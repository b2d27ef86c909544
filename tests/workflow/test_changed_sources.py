"""Sources that were swapped, replaced or touched: what is in them decides, whatever their dates."""

import os
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml

from emofold.face.schemas import FRAMES
from emofold.media.audio import SAMPLE_RATE, write_wav
from emofold.speech.schemas import AUDIO
from emofold.tables import read_table
from openface_files import csv_text, row
from workflow_project import Project, new_project

pytestmark = pytest.mark.workflow

CLIPS = [f"{speaker}-{letter}" for speaker in (1, 2) for letter in "abcdefg"]
FIRST, SECOND = (f"part-000{number}-of-7-clips" for number in range(2))
MEDIA = "results/media/sheet"
TABLES = {"speech/audio": AUDIO, "face/frames/csv": FRAMES}
STEPS = ("--until", "extract_audio", "extract_action_units", "--")
SPEAKER_1 = [f"{MEDIA}/{folder}/{FIRST}.parquet" for folder in TABLES]
CONFIG = {
    **{"name": "mini", "corpus": "sheet", "sample_sheet": "sheet.csv"},
    **{"emotions": ["happy", "sad"], "folds": 2, "clips_per_shard": 7},
    "speech": {"encoders": [{"name": "acoustic", "kind": "acoustic"}]},
    "face": {"extractors": [{"name": "csv", "kind": "csv"}]},
    **{"models": [], "sequence_models": [], "finetuned_models": [], "fusions": []},
    "bundle": {"system": None},
}


def write_sheet(project, clips):
    rows = [
        f"{clip},{clip[0]},{('happy', 'sad')[clip[-1] in 'ace']},{clip}.wav,{clip}.csv"
        for clip in clips
    ]
    text = "\n".join(["clip,speaker,emotion,media,action_units", *rows])
    (project.folder / "sheet.csv").write_text(text, encoding="utf-8")


def write_sources(folder, clip, number):
    """Write a tone and a smile, each unlike those of other numbers but of the same sizes."""
    times = np.arange(SAMPLE_RATE // 4) / SAMPLE_RATE
    tone = 9000 * np.sin(2 * np.pi * (200 + 50 * number) * times)
    write_wav(tone.astype("int16"), folder / f"{clip}.wav")
    smile = f"{number / 100 + 1:.2f}"
    (folder / f"{clip}.csv").write_text(csv_text([row(0, smile)]), encoding="utf-8")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Project:
    """A project that has read the sound and the csv files of two speakers, two days old."""
    project = new_project(tmp_path_factory.mktemp("sources") / "a project")
    (project.folder / "mini.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    now = project.folder.stat().st_mtime_ns
    for number, clip in enumerate(CLIPS):
        write_sources(project.folder, clip, number)
        for kind in ("wav", "csv"):
            date = now - 2 * 86400 * 10**9 + number
            os.utime(project.folder / f"{clip}.{kind}", ns=(date, date))
    write_sheet(project, CLIPS)
    outcome = project.run(*STEPS, "all")
    assert outcome.code == 0, outcome.output
    return project


def tables(project):
    return {
        folder: read_table(project.folder / MEDIA / folder / f"{FIRST}.parquet", schema)
        for folder, schema in TABLES.items()
    }


def change_sources(folder):
    """Swap a and b, replace c by an older file as `cp -p` does, touch d, rewrite e of its date."""
    for kind in ("wav", "csv"):
        a, b, c, d, e = (folder / f"1-{letter}.{kind}" for letter in "abcde")
        a.rename(folder / "between")
        b.rename(a)
        (folder / "between").rename(b)
        write_sources(folder, "older", 70)
        date = c.stat().st_mtime_ns - 10**15
        os.utime(folder / f"older.{kind}", ns=(date, date))
        shutil.copy2(folder / f"older.{kind}", c)
        d.touch()
        date = e.stat().st_mtime_ns
        e.write_bytes(e.read_bytes() + (b"\n" if kind == "csv" else bytes(2)))
        os.utime(e, ns=(date, date))


def test_changed_sources_recompute_their_rows_alone_and_give_what_a_fresh_run_gives(corpus):
    assert corpus.planned(*STEPS, "all") == {}
    change_sources(corpus.folder)
    outcome = corpus.run(*STEPS, "all")
    assert outcome.code == 0, outcome.output
    assert outcome.jobs == {"extract_audio": 1, "extract_action_units": 1}
    updated = tables(corpus)
    for table in updated.values():
        assert (table.attrs["rows_computed"], table.attrs["rows_reused"]) == (4, 3)
    assert corpus.planned(*STEPS, "all") == {}

    shutil.rmtree(corpus.folder / MEDIA)
    assert corpus.run("--", *SPEAKER_1).code == 0
    for folder, table in tables(corpus).items():
        pd.testing.assert_frame_equal(table, updated[folder], check_exact=True)


def test_the_order_of_the_rows_is_no_change_and_a_renamed_clip_leaves_no_wav(corpus):
    outcome = corpus.run(*STEPS, "all")
    assert outcome.code == 0, outcome.output
    write_sheet(corpus, CLIPS[::-1])
    assert corpus.planned(*STEPS, "all") == {}

    for kind in ("wav", "csv"):
        (corpus.folder / f"1-c.{kind}").rename(corpus.folder / f"1-h.{kind}")
    write_sheet(corpus, ["1-h" if clip == "1-c" else clip for clip in CLIPS])
    outcome = corpus.run("--", *SPEAKER_1)
    assert outcome.code == 0, outcome.output
    wavs = (corpus.folder / MEDIA / "speech/audio" / FIRST).glob("*.wav")
    assert {wav.stem for wav in wavs} == {f"1-{letter}" for letter in "abdefgh"}
