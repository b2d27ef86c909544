"""What differs between two runs, by the provenance inside their tables."""

from pathlib import Path

import pandas as pd
import pytest

from emofold.evaluation.provenance_differences import provenance_differences
from emofold.files import sha256
from emofold.models.schemas import TRIED
from emofold.tables import write_table

SHARED = "results/media/mine/speech"
ROWS = pd.DataFrame({"candidate": ["C=1"], "n": 1, "log_loss": 0.5, "accuracy": 50.0})


@pytest.fixture
def runs(tmp_path):
    """Two folders for the tables of runs, with those of the metrics."""
    folders = tmp_path / "a", tmp_path / "Größe b"
    for folder in folders:
        made(folder, "evaluation/metrics", rule="evaluate", **of_run(folder.name))
    return folders


def made(folder, path, **provenance):
    """Write a table with a provenance."""
    described = {"emofold": "1.0", "rule": "train_static", "code": "c0de" * 4, **provenance}
    write_table(ROWS.assign(chosen=True), folder / f"{path}.parquet", TRIED, {}, described)


def of_run(name, digit="1", **files):
    """The inputs of a table: a table of the run, and other files."""
    own = {f"results/{name}/clips.parquet": digit * 64}
    return {"inputs": own | {path: digest * 64 for path, digest in files.items()}}


def test_runs_that_were_made_alike_do_not_differ(runs):
    for folder in runs:
        made(folder, "posteriors/svc/fold0", parameters={"C": 1}, packages={"numpy": "2.4"})
    assert provenance_differences(*runs) == {}


def test_a_parameter_is_named_by_the_way_to_it_with_the_tables_it_made(runs):
    for folder, C in zip(runs, (0.05, 0.1), strict=True):
        for table in ("posteriors/svc/fold0", "posteriors/svc/fold1", "models/svc/fold0-1/tried"):
            parameters = {"classifier": {"parameters": {"C": C}, "scaling": "none"}, "seed": 1}
            made(folder, table, parameters=parameters)
    assert provenance_differences(*runs) == {
        "Parameters": ["classifier.parameters.C: 0.05 -> 0.1 (models/svc/tried, posteriors/svc)"]
    }


def test_a_parameter_of_one_run_only_is_not_set_in_the_other(runs):
    made(runs[0], "fusion/both/fold0", parameters={"fusion": {"param_grid": {}}})
    made(runs[1], "fusion/both/fold0", parameters={"fusion": {"param_grid": {"C": [1, 10]}}})
    assert provenance_differences(*runs)["Parameters"] == [
        "fusion.param_grid.C: not set -> [1, 10] (fusion/both)"
    ]


def test_a_long_value_is_cut_to_where_it_differs(runs):
    for folder, last in zip(runs, (98, 99), strict=True):
        made(folder, "clips", parameters={"folds": [*range(97), last], "words": "word " * last})
    folds, words = provenance_differences(*runs)["Parameters"]
    assert (
        folds == "folds: …93, 94, 95, 96, 98] -> …93, 94, 95, 96, 99] (clips)"
        or folds.startswith("folds: …")
    )
    assert "98] -> " in folds
    assert folds.endswith("99] (clips)")
    assert len(folds) < 60
    assert len(words) < 120


def test_many_tables_and_many_entries_of_one_mapping_are_summarised(runs):
    for folder, path in zip(runs, ("old", "new"), strict=True):
        clips = {f"clip-{number}": {"media": f"{path}/{number}.mp4"} for number in range(60)}
        for shard in range(30):
            made(folder, f"face/frames/mediapipe/speaker-{shard}", parameters={"clips": clips})
        for model in "abcdef":
            made(folder, f"posteriors/{model}/fold0", parameters={"seed": path})
    lines = provenance_differences(*runs)["Parameters"]
    assert lines[0] == "clips.clip-0.media: old/0.mp4 -> new/0.mp4 (face/frames/mediapipe)"
    assert lines[8:] == [
        "... and 52 more of clips",
        "seed: old -> new (posteriors/a, posteriors/b and 4 more)",
    ]


def test_rules_of_other_code_are_named_once(runs):
    for folder, code in zip(runs, ("1" * 16, "2" * 16), strict=True):
        made(folder, "posteriors/svc/fold0", code=code)
        made(folder, "posteriors/svc/fold1", code=code)
        made(folder, "fusion/both/fold0", rule="fuse")
    made(runs[1], "clips", rule="list_demo_clips", code="3" * 16)
    assert provenance_differences(*runs)["Code"] == ["rule train_static: 11111111 -> 22222222"]


def test_a_run_of_which_a_part_was_made_by_older_code_differs(runs):
    for folder in runs:
        made(folder, "posteriors/svc/fold0", code="1" * 16)
        made(folder, "posteriors/knn/fold0", code="1" * 16)
    made(runs[1], "posteriors/knn/fold0", code="2" * 16)
    assert provenance_differences(*runs)["Code"] == [
        "rule train_static: 11111111 -> 11111111 and 22222222"
    ]


def test_a_table_made_by_another_rule_is_said_and_only_shared_parameters_are_compared(runs):
    made(runs[0], "clips", rule="list_demo_clips", parameters={"seed": 1, "speakers": 2})
    made(runs[1], "clips", rule="read_sample_sheet", parameters={"seed": 2, "sheet": "a.csv"})
    differences = provenance_differences(*runs)
    assert differences["Code"] == ["made by: list_demo_clips -> read_sample_sheet (clips)"]
    assert differences["Parameters"] == ["seed: 1 -> 2 (clips)"]


def test_versions_of_emofold_and_of_packages_are_compared(runs):
    made(runs[0], "clips", packages={"numpy": "2.4", "torch": "2.13.0"})
    made(runs[1], "clips", emofold="1.1", packages={"numpy": "2.5", "torch": "2.13.0"})
    assert provenance_differences(*runs) == {
        "Code": ["emofold: 1.0 -> 1.0 and 1.1"],  # the metrics were kept from before
        "Packages": ["numpy: 2.4 -> 2.5"],
    }


def test_tables_of_one_run_only_are_counted_by_what_they_are(runs):
    for fold in range(5):
        made(runs[0], f"posteriors/svc/fold{fold}")
        made(runs[1], f"models/svc/fold{fold}/tried")
    made(runs[0], "clips")
    for shard in range(24):
        made(runs[1], f"speech/audio/speaker-{shard}")
        made(runs[1], f"speech/embeddings/whisper/speaker-{shard}")
    assert provenance_differences(*runs)["Tables"] == [
        "6 tables in A only: clips, posteriors/svc (5)",
        "53 tables in B only: models/svc/tried (5), speech/audio (24), "
        "speech/embeddings/whisper (24)",
    ]


def test_files_from_outside_the_run_are_compared_and_its_own_tables_are_not(runs):
    outside = {"videos/a.mp4": "a", "videos/b.mp4": "b", "own/features.parquet": "c"}
    changed = {"videos/a.mp4": "d", "videos/b.mp4": "b", "own/features.parquet": "e"}
    for folder, digit, files in zip(runs, "12", (outside, changed), strict=True):
        made(folder, "posteriors/svc/fold0", **of_run(folder.name, digit, **files))
    assert provenance_differences(*runs) == {
        "Inputs": ["2 files of other content: own/features.parquet, videos/a.mp4"]
    }


def test_videos_that_the_run_made_are_compared_by_their_place_in_it(runs):
    for folder, digit in zip(runs, "ab", strict=True):
        video = {f"results/{folder.name}/corpus/01.mp4": digit}
        made(folder, "clips", **of_run(folder.name, **video))
    assert provenance_differences(*runs) == {
        "Inputs": ["1 file of other content: <run>/corpus/01.mp4"]
    }


def reads_shared(results, run, **parameters):
    """Write a run of a folder, and tables of embeddings and audio that it read."""
    media = results / "media/mine"
    made(media, "speech/audio/speaker-1", rule="extract_audio", parameters={"max_duration": 600})
    audio = f"{SHARED}/audio/speaker-1.parquet"
    inputs = {audio: sha256(results.parent / audio)}
    table = "embeddings/acoustic/speaker-1"
    made(media, f"speech/{table}", rule="embed_speech", parameters=parameters, inputs=inputs)
    table = f"{SHARED}/{table}.parquet"
    inputs = of_run(run)["inputs"] | {table: sha256(results.parent / table)}
    made(results / run, "evaluation/metrics", rule="evaluate", inputs=inputs)
    return results / run


def test_shared_tables_that_a_run_read_are_compared(tmp_path):
    a = reads_shared(tmp_path / "one/results", "a", layers=3)
    b = reads_shared(tmp_path / "two/results", "b", layers="all")
    assert provenance_differences(a, b) == {
        "Parameters": ["layers: 3 -> all (speech/embeddings/acoustic)"]
    }


def test_runs_that_share_tables_do_not_differ_in_them(tmp_path):
    a, b = (reads_shared(tmp_path / "results", run, layers=3) for run in "ab")
    assert provenance_differences(a, b) == {}


def test_a_shared_table_that_was_made_anew_since_counts_as_another_file(tmp_path):
    a = reads_shared(tmp_path / "results", "a", layers=3)
    b = reads_shared(tmp_path / "results", "b", layers="all")
    assert provenance_differences(a, b) == {
        "Inputs": ["1 file in A only: <media>/speech/embeddings/acoustic/speaker-1.parquet"],
        "Tables": ["2 tables in B only: speech/embeddings/acoustic, speech/audio"],
    }


def test_a_file_that_was_moved_or_made_by_the_run_is_no_difference(runs):
    for folder, place in zip(runs, ("here", "there"), strict=True):
        own_video = f"results/{folder.name}/corpus/01.mp4"
        files = {f"{place}/a.csv": "a", own_video: "b"}
        made(folder, "clips", **of_run(folder.name, **files))
    assert provenance_differences(*runs) == {}


def test_files_of_one_run_only_are_counted(runs):
    made(runs[0], "clips", **of_run(runs[0].name, **{"a.csv": "a"}))
    made(runs[1], "clips", **of_run(runs[1].name, **{f"{n}.csv": str(n) for n in range(2, 7)}))
    assert provenance_differences(*runs)["Inputs"] == [
        "1 file in A only: a.csv",
        "5 files in B only: 2.csv, 3.csv and 3 more",
    ]


def test_digests_of_inputs_among_the_parameters_are_not_said_twice(runs):
    for folder, digit in zip(runs, "12", strict=True):
        sha256 = {"a.csv": digit * 64}
        made(folder, "clips", parameters={"sha256": sha256}, inputs=sha256)
    assert set(provenance_differences(*runs)) == {"Inputs"}


def test_the_folder_of_a_run_is_no_difference_wherever_it_was_moved(runs):
    for folder, name in zip(runs, ("before", "after"), strict=True):
        parameters = {"tables": [f"results/{name}/face/means/openface.parquet"]}
        parameters["clips"] = {"a": f"results/{name}/corpus/a.mp4"}
        inputs = of_run(name)
        made(folder, "evaluation/metrics", rule="evaluate", **inputs)
        made(folder, "posteriors/svc/fold0", parameters=parameters, **inputs)
    assert provenance_differences(*runs) == {}


def test_tables_of_systems_that_are_tested_against_one_another_are_compared(runs):
    made(runs[0], "posteriors/svc/fold0", parameters={"C": 1})
    made(runs[1], "posteriors/knn/fold0", parameters={"C": 2})
    tables = [(Path("posteriors/svc/fold0.parquet"), Path("posteriors/knn/fold0.parquet"))]
    differences = provenance_differences(*runs, also=tables)
    assert differences["Parameters"] == ["C: 1 -> 2 (posteriors/svc and posteriors/knn)"]
    assert "Parameters" not in provenance_differences(*runs)


def test_a_table_without_provenance_differs_in_nothing_but_being_there(runs):
    for folder in runs:
        pd.DataFrame({"x": [1]}).to_parquet(folder / "own.parquet")
    assert provenance_differences(*runs) == {}
