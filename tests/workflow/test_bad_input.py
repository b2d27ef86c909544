"""Bad input ends a run with one clear paragraph, a non-zero exit code and no half-written table."""

import pytest

import miniature
from emofold.corpora.published_files import CLIPS_FILE, MEANS_FILE, POSTERIORS

pytestmark = pytest.mark.workflow

BILSTM_TEST = POSTERIORS["bilstm"].path(0, 3, "test")


def assert_refused(project, *words, without=()):
    outcome = project.run()
    assert outcome.code != 0
    message = next(line for line in outcome.output.splitlines() if "Found:" in line)
    assert "Expected:" in message
    assert "What to do:" in message
    for word in words:
        assert word in message
    assert "Traceback" not in outcome.output
    assert not list(project.folder.rglob("*.partial"))
    for target in without:
        assert not (project.results / target).exists()


def edit(project, file, change):
    path = project.folder / "published" / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def restamp(project):
    miniature.write_manifest(project.folder / "published")


def test_a_published_file_with_a_changed_byte(project):
    edit(project, MEANS_FILE, lambda text: text[:-2] + "9\n")
    assert_refused(project, MEANS_FILE, "SHA-256", without=["face"])


def test_a_missing_published_file(project):
    (project.folder / "published" / BILSTM_TEST).unlink()
    assert_refused(project, BILSTM_TEST, "published: source", without=["clips.parquet"])


def test_a_source_that_is_no_folder(project):
    project.configure(published=project.config["published"] | {"source": "nowhere"})
    assert_refused(project, "nowhere")


def test_posteriors_without_one_clip(project):
    edit(project, BILSTM_TEST, lambda text: text[: text[:-1].rindex("\n") + 1])
    restamp(project)
    assert_refused(project, "1 clip missing", BILSTM_TEST, without=["posteriors/bilstm"])


def test_posteriors_with_a_clip_twice(project):
    edit(project, BILSTM_TEST, lambda text: text + text.splitlines()[-1] + "\n")
    restamp(project)
    assert_refused(project, "more than once", BILSTM_TEST, without=["posteriors/bilstm"])


def test_a_feature_table_with_a_clip_twice(project):
    edit(project, MEANS_FILE, lambda text: text + text.splitlines()[-1] + "\n")
    restamp(project)
    assert_refused(project, "more than once", without=["face/means/published.parquet"])


def test_a_feature_table_without_one_clip(project):
    edit(project, MEANS_FILE, lambda text: text[: text[:-1].rindex("\n") + 1])
    restamp(project)
    assert_refused(project, "1 clip missing", without=["posteriors/svc", "evaluation"])


def test_a_clip_of_an_unknown_emotion(project):
    edit(project, CLIPS_FILE, lambda text: text.replace("01-01-08-", "01-01-09-", 1))
    restamp(project)
    assert_refused(project, "unknown emotion 09", "surprised", without=["clips.parquet"])


def test_an_emotion_that_the_config_does_not_list(project):
    project.configure(emotions=["neutral", "happy", "sad", "angry"])
    assert_refused(project, "'calm'", "neutral, happy, sad, angry", without=["clips.parquet"])


def test_a_speaker_in_two_folds(project):
    project.configure(folds=[[1, 2], [2, 3, 4], [5, 6]])
    assert_refused(project, "speaker 2 is in two", without=["clips.parquet"])


def test_a_speaker_in_no_fold(project):
    project.configure(folds=[[1, 2], [3, 4], [5]])
    assert_refused(project, "speakers with clips but without a fold: 6")


def test_an_unknown_key_in_the_config(project):
    project.configure(modles=[])
    assert_refused(project, "`modles`", "`models`")


def test_a_fusion_of_a_model_that_no_posteriors_have(project):
    project.configure(fusions=[{"name": "both", "posteriors": ["bilstn", "svc"]}])
    assert_refused(project, "`bilstn`", "`bilstm`")


def test_a_parameter_that_the_classifier_does_not_have(project):
    project.configure(models=[miniature.model("svc", "svc", parameters={"c": 1})])
    assert_refused(project, "parameter `c` for SVC", without=["posteriors/svc"])


def test_features_that_no_rule_makes(finished):
    svc, knn = finished.config["models"]
    finished.configure(models=[svc | {"features": "face/mean/published"}, knn])
    assert_refused(finished, "`face/mean/published`", "`face/means/published`")


def test_a_missing_feature_file_is_told_even_where_results_exist(finished):
    svc, knn = finished.config["models"]
    finished.configure(
        models=[svc | {"features": "typo.parquet", "kind": "model", "modality": "face"}, knn]
    )
    assert_refused(finished, "missing file typo.parquet")


def test_a_missing_file_of_reported_numbers(project):
    project.configure(evaluation={"reported": "nowhere.yaml"})
    assert_refused(project, "nowhere.yaml")


def test_a_missing_manifest(project):
    published = project.config["published"]
    project.configure(published=published | {"manifest": "nowhere.yaml"})
    assert_refused(project, "nowhere.yaml", "published: manifest")


def test_a_run_of_nothing(project):
    published = project.config["published"] | {"posteriors": []}
    project.configure(models=[], fusions=[], published=published)
    assert_refused(project, "nothing to run")


def test_a_truncated_table_left_by_a_killed_run(finished):
    table = finished.results / "posteriors" / "svc" / "fold1.parquet"
    table.write_bytes(table.read_bytes()[:500])
    assert_refused(finished, "fold1.parquet", "not a whole parquet file", "delete the file")
    table.unlink()
    assert finished.run().code == 0
