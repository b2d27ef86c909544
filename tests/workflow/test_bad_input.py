"""Bad input ends a run with clear paragraphs, a non-zero exit code and no half-written table.

What is said of each kind of bad input is tested where it is found; here, that it reaches the user.
"""

import pytest

import miniature
from emofold.corpora.published_files import MEANS_FILE, POSTERIORS

pytestmark = pytest.mark.workflow

FILES = {model: POSTERIORS[model].path(0, 3, "test") for model in miniature.MODELS}


def messages_of(outcome):
    """Return what a failed run says of its problems."""
    assert outcome.code != 0
    assert "Traceback" not in outcome.output
    messages = [line for line in outcome.output.splitlines() if "Found:" in line]
    for message in messages:
        assert "Expected:" in message
        assert "What to do:" in message
    return "\n".join(messages)


def edit(project, file, change):
    path = project.folder / "published" / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def without_the_last_row(text):
    return text[: text[:-1].rindex("\n") + 1]


def with_the_last_row_twice(text):
    return text + text.splitlines()[-1] + "\n"


def test_bad_files_are_named_each_and_leave_no_table(project):
    edit(project, FILES["bilstm"], without_the_last_row)
    edit(project, FILES["mlp-80-published"], with_the_last_row_twice)
    edit(project, MEANS_FILE, with_the_last_row_twice)
    miniature.write_manifest(project.folder / "published")
    edit(project, FILES["wav2vec2-finetuned"], lambda text: text[:-2] + "9\n")

    said = messages_of(project.run())
    for file, problem in {
        FILES["bilstm"]: "1 clip missing",
        FILES["mlp-80-published"]: "more than once",
        "face/means/published.parquet": "more than once",
        FILES["wav2vec2-finetuned"]: "SHA-256",
    }.items():
        assert any(file in line and problem in line for line in said.splitlines()), said
    assert not list(project.folder.rglob("*.partial"))
    tables = project.results.rglob("*.parquet")
    assert {path.relative_to(project.results).as_posix() for path in tables} == {
        "clips.parquet",
        "failures.parquet",
        "evaluation/clip_facts.parquet",
        "evaluation/oddities.parquet",
    }


def test_a_missing_published_file_is_told_before_any_job(project):
    (project.folder / "published" / FILES["bilstm"]).unlink()
    said = messages_of(project.run())
    assert FILES["bilstm"] in said
    assert "published: source" in said
    assert not project.results.exists()


def test_names_of_nothing_are_told_even_where_results_exist(finished):
    """Snakemake takes a result whose input is missing for final."""
    svc, knn = finished.config["models"]
    finished.configure(
        models=[
            svc | {"features": "typo.parquet", "modality": "face"},
            knn | {"features": "face/mean/published"},
        ],
        evaluation={"reported": "nowhere.yaml"},
    )
    said = messages_of(finished.run())
    for problem in (
        "missing file typo.parquet",
        "`face/mean/published`, which no rule makes, perhaps `face/means/published`",
        "reported numbers nowhere.yaml is missing",
    ):
        assert problem in said


def test_a_truncated_table_left_by_a_killed_run_is_to_be_deleted(finished):
    table = finished.results / "posteriors/svc/fold1.parquet"
    table.write_bytes(table.read_bytes()[:500])
    said = messages_of(finished.run())
    assert f"{table.relative_to(finished.folder)} is not a whole parquet file" in said
    assert "delete the file" in said
    table.unlink()
    assert finished.run().code == 0


def test_without_a_home_a_run_goes_on(project):
    outcome = project.run("--dry-run", environment={"HOME": "/dev/null", "XDG_CACHE_HOME": ""})
    assert outcome.code == 0, outcome.output
