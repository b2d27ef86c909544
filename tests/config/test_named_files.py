"""Files and tables that a config names are there, or the run ends before its first job."""

from pathlib import Path

import pytest

from configs import completed, model
from emofold.config.named_files import check_named_files
from emofold.errors import InputError

TABLES = ["face/means/published"]


def refused(**config):
    with pytest.raises(InputError) as error:
        check_named_files(completed(**config), TABLES, Path("nowhere"))
    return error.value.found


def test_tables_of_rules_and_files_that_are_there_are_accepted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("own.parquet", "reported.yaml"):
        (tmp_path / name).touch()
    rows = [model(), model(name="own", features="own.parquet", modality="face")]
    config = completed(models=rows, evaluation={"reported": "reported.yaml"})
    check_named_files(config, TABLES, Path("nowhere"))


def test_a_table_that_no_rule_makes_is_named_with_the_nearest():
    found = refused(models=[model(features="face/mean/published")])
    assert "`face/mean/published`, which no rule makes, perhaps `face/means/published`" in found


def test_missing_files_are_named_all_at_once():
    found = refused(
        models=[model(features="typo.parquet", modality="face")],
        evaluation={"reported": "nowhere.yaml"},
    )
    assert "the missing file typo.parquet" in found
    assert "the file of reported numbers nowhere.yaml is missing" in found


def test_a_run_of_nothing_is_refused():
    assert "there is nothing to run" in refused(speech={"encoders": []}, face={"extractors": []})
