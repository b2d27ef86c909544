"""A table of a run counts in the place that it was made for, and in no other."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from emofold.errors import InputError
from emofold.evaluation.schemas import FAILURES
from emofold.runtime.places import check_place, check_places
from emofold.tables import write_table

FOLD = "results/mini/posteriors/svc/fold0.parquet"
OTHER = "results/mini/other_corpora/emodb/metrics.parquet"
SHARD = "results/media/mine/face/frames/mediapipe/speakers-from-1.parquet"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(table, **provenance):
    empty = pd.DataFrame(columns=["clip", "speaker", "step", "reason"], dtype="str")
    write_table(empty, Path(table), FAILURES, provenance={"rule": "make_it", **provenance})


def copy(path, other):
    Path(other).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, other)


@pytest.mark.parametrize("place", [FOLD, SHARD, OTHER, "results/mini/clips.parquet"])
def test_a_table_in_its_own_place_is_accepted(place):
    write(place, path=place)
    check_places([place, "resources/paper.yaml"])


@pytest.mark.parametrize(
    ("made_for", "place"),
    [
        (FOLD, FOLD.replace("fold0", "fold1")),
        (FOLD, FOLD.replace("svc", "knn")),
        (FOLD, FOLD.replace("mini", "other")),
        (FOLD, FOLD.replace("posteriors", "fusion")),
        (SHARD, SHARD.replace("from-1", "from-7")),
        (SHARD, SHARD.replace("mine", "theirs")),
        (SHARD, SHARD.replace("mediapipe", "openface")),
    ],
    ids=["fold", "model", "run", "kind", "shard", "corpus", "extractor"],
)
def test_a_table_in_the_place_of_another_is_named(made_for, place):
    write(made_for, path=made_for)
    copy(made_for, place)
    with pytest.raises(InputError) as refused:
        check_places([made_for, place])
    assert refused.value.found == f"{place}, which was made as {made_for}"
    assert "delete the file" in refused.value.remedy


def test_a_table_without_its_metadata_is_named():
    Path(FOLD).parent.mkdir(parents=True)
    pd.DataFrame({"clip": ["a"]}).to_parquet(FOLD)
    with pytest.raises(InputError, match=f"{FOLD}, which no rule made"):
        check_places([FOLD])


def test_tables_of_the_users_own_may_have_any_name():
    write(FOLD, path=FOLD)
    copy(FOLD, "features/mine.parquet")
    copy(FOLD, "results/mine.parquet")
    pd.DataFrame({"clip": ["a"]}).to_parquet("theirs.parquet")
    check_places(["features/mine.parquet", "results/mine.parquet", "theirs.parquet"])


def test_the_tables_of_a_folder_belong_to_it():
    group, other = (f"results/mini/predictions/{name}" for name in "ab")
    write(f"{group}/predictions.parquet", path=group)
    check_places([group])
    copy(f"{group}/predictions.parquet", f"{other}/predictions.parquet")
    with pytest.raises(InputError, match=f"which was made as {group}"):
        check_places([other])


def test_a_run_that_was_moved_keeps_its_tables():
    write(FOLD, path=FOLD)
    copy(FOLD, "elsewhere/posteriors/svc/fold0.parquet")
    moved = Path("elsewhere/posteriors/svc/fold0.parquet")
    check_place(moved, "posteriors/svc/fold0.parquet")
    with pytest.raises(InputError, match="which was made as"):
        check_place(moved, "svc/fold1.parquet")
