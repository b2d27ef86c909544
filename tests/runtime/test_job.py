"""A job keeps a log, ends with a clear error, and writes where its tables come from."""

import errno
import hashlib
import logging
import warnings
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from safetensors import SafetensorError

from emofold import __version__
from emofold.errors import InputError
from emofold.evaluation.schemas import COMPARISON
from emofold.runtime.job import Job
from emofold.tables import open_parquet, read_table

ROWS = pd.DataFrame(
    [{"system": "svc", "reported": 50.0, "measured": 51.5, "difference": 1.5, "source": "Table 2"}]
)


@pytest.fixture(autouse=True)
def logging_as_it_was():
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    logging.captureWarnings(False)
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def description(tmp_path, monkeypatch):
    """What a script gets from Snakemake, as far as a job reads it, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    posteriors, clips = tmp_path / "posteriors.parquet", tmp_path / "clips.parquet"
    posteriors.write_bytes(b"posteriors")
    clips.write_bytes(b"clips")
    return SimpleNamespace(
        rule="compare",
        log=[str(tmp_path / "logs/compare/all.log")],
        params={
            "code": "0123456789abcdef",
            "files": "of this date",
            "C": 0.1,
            "folder": Path("here"),
            "emotions": ["sad"],
        },
        input=[str(posteriors), str(clips)],
    )


def log_of(description):
    return Path(description.log[0]).read_text(encoding="utf-8")


def test_a_job_that_ends_well_leaves_what_it_said_in_its_log(description):
    with Job(description) as job:
        job.logger.info("at work")
        logging.getLogger("emofold.fetch.download").info("long.bin: 5 bytes")
    first, second = log_of(description).splitlines()
    assert first.endswith("INFO at work")
    assert second.endswith("INFO long.bin: 5 bytes")


def test_warnings_of_other_packages_go_to_the_log(description):
    with Job(description):
        warnings.warn("did not converge", UserWarning, stacklevel=1)
    assert "UserWarning: did not converge" in log_of(description)


def test_a_second_run_starts_a_new_log(description):
    for said in ("first", "second"):
        with Job(description) as job:
            job.logger.info(said)
    assert "first" not in log_of(description)


def test_a_refusal_of_the_system_is_explained(description):
    with pytest.raises(SystemExit) as end, Job(description):
        raise OSError(28, "No space left on device")
    assert end.value.code == 1
    (line,) = log_of(description).splitlines()
    assert "No space left on device" in line
    assert "run the same command again" in line


def test_an_input_error_becomes_one_paragraph_and_exit_code_1(description):
    with pytest.raises(SystemExit) as end, Job(description):
        raise InputError("two moons", "one moon", "look again")
    assert end.value.code == 1
    (line,) = log_of(description).splitlines()
    assert line.endswith("ERROR Found: two moons. Expected: one moon. What to do: look again.")


def test_any_other_exception_leaves_its_traceback_and_exit_code_1(description):
    with pytest.raises(SystemExit) as end, Job(description):
        _ = {}["absent"]
    assert end.value.code == 1
    log = log_of(description)
    assert "Traceback (most recent call last)" in log
    assert '_ = {}["absent"]' in log
    assert log.endswith("KeyError: 'absent'\n")


def test_a_job_ends_before_its_work_where_the_table_of_another_place_is_in_its_inputs(description):
    place = Path("results/mini/evaluation/comparison.parquet")
    with Job(description) as job:
        job.write(ROWS, place, COMPARISON)
    description.input = [str(place)]
    with Job(description) as job:
        job.logger.info("at work")
    description.input = [str(place.with_name("other.parquet"))]
    place.rename(description.input[0])
    with pytest.raises(SystemExit), Job(description):
        pytest.fail("at work all the same")
    assert f"{description.input[0]}, which was made as {place}" in log_of(description)


def test_an_interrupted_job_is_not_mistaken_for_a_failed_one(description):
    with pytest.raises(KeyboardInterrupt), Job(description):
        raise KeyboardInterrupt
    assert log_of(description) == ""


def test_a_table_holds_how_it_was_made(description, tmp_path):
    path = tmp_path / "comparison.parquet"
    with Job(description) as job:
        job.write(ROWS, path, COMPARISON)
    provenance = open_parquet(path)[1]["provenance"]
    packages = provenance.pop("packages")
    assert provenance == {
        "emofold": __version__,
        "rule": "compare",
        "path": str(path),
        "code": "0123456789abcdef",
        "parameters": {"C": 0.1, "folder": "here", "emotions": ["sad"]},
        "inputs": {
            description.input[0]: hashlib.sha256(b"posteriors").hexdigest(),
            description.input[1]: hashlib.sha256(b"clips").hexdigest(),
        },
    }
    assert packages["scikit-learn"] == version("scikit-learn")
    assert packages["python"].startswith("3.")


def test_the_provenance_leaves_the_parameters_of_the_job_as_they_are(description):
    with Job(description) as job:
        job.provenance()
    assert description.params["code"] == "0123456789abcdef"


def test_metadata_stand_beside_the_provenance_and_the_log_tells_of_the_table(description, tmp_path):
    path = tmp_path / "comparison.parquet"
    with Job(description) as job:
        job.write(ROWS, str(path), COMPARISON, {"paper": "Luna-Jiménez"})
    assert read_table(path, COMPARISON).attrs["paper"] == "Luna-Jiménez"
    assert log_of(description).endswith(f"INFO wrote {path}: 1 rows\n")


def test_a_refused_table_ends_the_job_and_is_not_written(description, tmp_path):
    path = tmp_path / "comparison.parquet"
    with pytest.raises(SystemExit), Job(description) as job:
        job.write(ROWS.drop(columns="source"), path, COMPARISON)
    assert not path.exists()
    assert "ERROR Found: no column source in the comparison table" in log_of(description)


@pytest.mark.parametrize(
    "error",
    [
        SafetensorError(
            "Error while serializing: I/O error: No space left on device (os error 28)"
        ),
        RuntimeError("can't start new thread"),
        PermissionError(errno.EACCES, "Permission denied", "population.safetensors"),
    ],
    ids=repr,
)
def test_what_the_machine_refuses_is_one_paragraph_in_the_log(description, error):
    with pytest.raises(SystemExit) as stopped, Job(description):
        raise error
    assert stopped.value.code == 1
    (line,) = Path(description.log[0]).read_text(encoding="utf-8").splitlines()
    assert "ERROR Found: the system" in line


def test_no_text_in_a_log_commands_a_terminal(description):
    with Job(description) as job:
        job.logger.info("the clip %s", "\x1b]0;title\x07")
    assert r"\x1b]0;title\x07" in Path(description.log[0]).read_text(encoding="utf-8")


def test_an_input_that_has_become_unreadable_is_noted_and_ends_no_job(description, monkeypatch):
    def sha256(path):
        if Path(path).name == "clips.parquet":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return "0" * 64

    monkeypatch.setattr("emofold.runtime.job.sha256", sha256)
    with Job(description) as job:
        digests = job.provenance()["inputs"]
    assert [*digests.values()] == ["0" * 64, "unreadable: Permission denied"]
