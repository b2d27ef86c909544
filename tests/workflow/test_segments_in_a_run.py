"""A recording of ten utterances gives what ten files give, and a changed row its clip alone."""

import pandas as pd
import pytest

import joined_recordings
from emofold.corpora.schemas import clips_schema
from emofold.face.schemas import FRAMES
from emofold.speech.schemas import AUDIO
from emofold.tables import read_table
from openface_files import csv_text, row

pytestmark = pytest.mark.workflow

EMOTIONS = ["happy", "sad"]
CLASSIFIER = "logistic_regression"
UNTIL = ("--until", "embed_speech", "extract_action_units", "list_clips")
CONFIG = {
    "name": "mini",
    "corpus": "sheet",
    "sample_sheet": "samples.csv",
    "emotions": EMOTIONS,
    "folds": [["0"], ["1"]],
    "protocol": "paper",
    "face": {"extractors": [{"name": "mine", "kind": "csv"}]},
    "speech": {"encoders": [{"name": "acoustic", "kind": "acoustic"}]},
    "models": [
        {"name": "voice", "features": "speech/embeddings/acoustic", "classifier": CLASSIFIER},
        {"name": "smile", "features": "face/means/mine", "classifier": CLASSIFIER},
    ],
    "sequence_models": [],
    "finetuned_models": [],
    "fusions": [],
    "bundle": {"system": None},
    "evaluation": {"bootstrap_draws": 100, "reported": None},
}


def rows_of(table):
    return pd.read_parquet(table).drop(columns="source_digest", errors="ignore")


def test_a_recording_of_ten_utterances_gives_what_ten_files_give(project):
    folder = project.folder
    (folder / "mini.yaml").write_text("{}")
    project.configure(**CONFIG)
    utterances = joined_recordings.make_utterances(10)
    bounds = joined_recordings.bounds_of(utterances)
    joined_recordings.write(folder / "talk.mkv", utterances, "pcm_s16le")
    frames = round(25 * bounds[-1][1])
    (folder / "talk.csv").write_text(csv_text([row(n, smile=n / frames) for n in range(frames)]))
    files, segments = ["clip,speaker,emotion,media,action_units"], []
    segments = [files[0] + ",start,end"]
    for number, ((start, end), utterance) in enumerate(zip(bounds, utterances, strict=True)):
        told = f"c{number},{number % 2},{EMOTIONS[number // 2 % 2]}"
        joined_recordings.write(folder / f"{number}.wav", [utterance], "pcm_s16le")
        seen = range(round(25 * start), round(25 * end))
        units = [row(n, smile=number / frames) for n, number in enumerate(seen)]
        (folder / f"{number}.csv").write_text(csv_text(units))
        files.append(f"{told},{number}.wav,{number}.csv")
        segments.append(f"{told},talk.mkv,talk.csv,{start},0 days 00:00:0{end:.6f}")

    def run(lines):
        (folder / "samples.csv").write_text("\n".join(lines))
        outcome = project.run(*UNTIL)
        assert outcome.code == 0, outcome.output
        media = project.media
        return {
            kind: pd.concat([rows_of(table) for table in sorted(media.glob(f"{kind}/*.parquet"))])
            for kind in ("speech/audio", "speech/embeddings/acoustic", "face/frames/mine")
        }

    of_files = run(files)
    of_segments = run([*segments, "late,1,sad,talk.mkv,talk.csv,90,91"])
    for kind, table in of_files.items():
        pd.testing.assert_frame_equal(table, of_segments[kind], obj=kind, rtol=0, atol=1e-9)
    assert of_files["speech/audio"]["wav_digest"].nunique() == 10
    clips = read_table(project.results / "clips.parquet", clips_schema(EMOTIONS))
    assert clips["end"].tolist() == [end for _, end in [*bounds[::2], *bounds[1::2]]] + [91]
    tables = [
        (next(project.media.glob("speech/audio/*.parquet")), AUDIO),
        (next(project.media.glob("face/frames/mine/*.parquet")), FRAMES),
    ]
    for table, schema in tables:
        (failure,) = read_table(table, schema).attrs["failures"]
        assert failure["clip"] == "late"
        assert "ends at" in failure["reason"]

    shorter = f"{bounds[4][1] - 0.04:.2f}"
    segments[5] = ",".join([*segments[5].split(",")[:-1], shorter])
    run(segments)
    for table, schema in tables:
        made = read_table(table, schema).attrs
        assert (made["rows_computed"], made["rows_reused"]) == (1, 9)
    assert project.planned(*UNTIL) == {}
