"""What a change makes stale: that, what follows from it, and nothing else."""

import pytest

import miniature

pytestmark = pytest.mark.workflow

AFTER_EVALUATION = {
    "compare_with_reported": 1,
    "draw_ablation": 1,
    "draw_confusion_matrices": 1,
    "draw_figures": 1,
    "draw_reliability": 1,
    "write_front_page": 1,
    "write_results_page": 1,
}
EVALUATION = {"evaluate": 1, **AFTER_EVALUATION}
AFTER_THE_LIST_OF_CLIPS = {
    "list_clips": 1,
    "collect_failures": 1,
    "accept_failures": 1,
    "write_failures_page": 1,
    "describe_data": 1,
    "find_oddities": 1,
    "write_data_page": 1,
}


def test_texts_cores_and_what_no_rule_uses_make_nothing_stale_and_a_statement_its_rule(finished):
    finished.replace("src/emofold/fusion.py", '"""Late fusion:', '# new\n\n\n"""Another text:')
    finished.replace(
        "src/emofold/fusion.py", "import pandas as pd\n", "import pandas as pd\n\nX = 1\n"
    )
    finished.replace(
        "src/emofold/evaluation/schemas.py",
        "\nMETRICS = ",
        '\nNEW = TableSchema(name="new", columns=columns_of({"clip": pa.string()}))\n\nMETRICS = ',
    )
    finished.replace("scripts/train_static.py", "with Job", "# a remark\nwith Job")
    svc, knn = finished.config["models"]
    finished.configure(models=[svc | {"threads": 2}, knn])
    finished.replace("scripts/draw_figures.py", "with Job", "X = 1\nwith Job")
    assert finished.planned() == {"draw_figures": 1}


def test_a_statement_in_the_library_makes_what_runs_it_stale_and_what_follows(finished):
    finished.replace(
        "src/emofold/fusion.py", "import pandas as pd\n", "import pandas as pd\n\nassert pd\n"
    )
    assert finished.planned() == {"fuse": 1, **EVALUATION}


def test_a_changed_table_of_the_evaluation_trains_nothing(finished):
    finished.replace("src/emofold/evaluation/schemas.py", 'name="metrics"', 'name="numbers"')
    assert finished.planned() == EVALUATION


def test_models_of_no_fusion_train_alone_whole_or_fold_by_fold_and_are_evaluated(finished):
    svc, knn = finished.config["models"]
    new = miniature.model("knn-5", "knn", parameters={"n_neighbors": 5})
    finished.configure(models=[svc, knn | {"parameters": {"n_neighbors": 4}}, new])
    assert finished.planned() == {
        "train_static": 1,
        "train_static_fold": 3,
        **EVALUATION,
        "accept_failures": 1,
    }


def test_a_changed_parameter_trains_that_model_and_what_is_fused_from_it(finished):
    svc, knn = finished.config["models"]
    finished.configure(models=[svc | {"parameters": {"C": 2}}, knn])
    assert finished.planned() == {"train_static": 1, "fuse": 1, **EVALUATION}


def test_another_confidence_evaluates_again_and_trains_nothing(finished):
    finished.configure(evaluation={"confidence": 0.9, "bootstrap_draws": 100, "reported": None})
    assert finished.planned() == EVALUATION


def test_a_published_file_with_another_content_and_checksum_is_imported_again(finished):
    published = finished.folder / "published"
    miniature.make_published(published, seed=1)
    assert finished.planned() == {
        "import_published_means": 1,
        "import_published_posteriors": 3,
        "train_static": 1,
        "train_static_fold": 3,
        "fuse": 1,
        **EVALUATION,
        **AFTER_THE_LIST_OF_CLIPS,
    }


def test_two_settings_that_swap_their_values_make_the_evaluation_stale(finished):
    swapped = {"bootstrap_draws": 2020, "reported": None}
    finished.configure(seed=100, evaluation=swapped)
    assert finished.planned()["evaluate"] == 1
