"""The digest of a rule's code counts every function that a job of the rule runs."""

import pytest

from emofold.runtime.code_digest import reached_definitions
from traced_runs import executed_definitions, missing_from

pytestmark = pytest.mark.workflow

DEMO = [
    *("accept_failures", "collect_failures", "compare_with_reported", "draw_ablation"),
    *("draw_action_units", "draw_attention", "draw_confusion_matrices", "draw_contact_sheet"),
    *("draw_figures", "draw_learning_curves", "draw_reliability", "embed_speech", "evaluate"),
    *("extract_action_units", "extract_audio", "fetch_face_landmarker", "finetune_speech", "fuse"),
    *("collect_posteriors", "list_clips", "make_demo_clips", "make_untrained_encoder"),
    *(
        "predict",
        "collect_predictions",
        "compute_functionals",
        "process_action_units",
        "run_frozen_layers",
        "train_bundle",
        "train_sequence",
        "train_static",
    ),
    *("describe_data", "find_oddities", "write_data_page"),
    *("evaluate_bundle", "report_other_corpus"),
    *("write_failures_page", "write_front_page", "write_results_page"),
]
PUBLISHED = [
    *("list_clips", "import_published_means", "import_published_posteriors"),
    *("evaluate", "fuse", "train_static", "write_results_page"),
    *("describe_data", "find_oddities", "write_data_page"),
]


@pytest.fixture(params=["demo", "finished_once"])
def traced(request):
    """A run of every kind of rule."""
    return request.getfixturevalue(request.param)


def executed_and_reached(project):
    """Return what each rule executed, and what the digest says that it may."""
    return {
        rule: (
            executed,
            reached_definitions(project.folder / f"scripts/{rule}.py", project.folder / "src"),
        )
        for rule, executed in executed_definitions(project.folder).items()
    }


def test_every_function_that_a_job_runs_counts_in_the_digest_of_its_rule(traced):
    missing = {
        rule: missing_from(executed, reached)
        for rule, (executed, reached) in executed_and_reached(traced).items()
    }
    assert {rule: names for rule, names in missing.items() if names} == {}


@pytest.mark.parametrize(("run", "rules"), [("demo", DEMO), ("finished_once", PUBLISHED)])
def test_the_runs_are_traced_rule_by_rule(request, run, rules):
    executed = executed_definitions(request.getfixturevalue(run).folder)
    assert set(rules) <= executed.keys()
    for rule in rules:
        names = {name for _, name in executed[rule]}
        assert {"Job", "hold_job"} <= names
        assert len(names) > 4


def test_a_closure_that_lacks_one_executed_definition_is_found_out(traced):
    for executed, reached in executed_and_reached(traced).values():
        for definition in executed:
            file, name = definition
            assert missing_from(executed, reached - {definition}) == {f"{file.name}: {name}"}
