"""What no schema can say is checked too: names, folds, and what goes together."""

import pytest

from configs import SCHEMA_FILE, completed, model, refused, with_encoder, with_finetuned
from emofold.config.cross_checks import OF_REGRESSIONS
from emofold.config.schema import read_schema

SMALL = {"hidden_size": 16, "layers": 1, "heads": 2}


@pytest.mark.parametrize("folds", [[[1, 2], [2, 3]], [[1, 2], ["2"]], [["1", "2"], [" 02"]]])
def test_a_speaker_in_two_folds_is_refused(folds):
    assert "speaker 2 is in two of the `folds`" in refused(folds=folds)


def test_a_fusion_of_an_unknown_model_is_refused_with_the_nearest_name():
    fusion = {"name": "f", "posteriors": ["svc-c1", "knn-20"]}
    rows = [model(name="svc-c1"), model(name="knn-10")]
    problem = refused(protocol="paper", models=rows, fusions=[fusion])
    assert "the fusion `f` takes the model `knn-20`" in problem
    assert "perhaps `knn-10` (known: svc-c1, knn-10)" in problem


@pytest.mark.parametrize("method", ["log_linear", "average"])
@pytest.mark.parametrize("ignored", [{"scaling": "standard"}, {"parameters": {"C": -1.0}}])
def test_what_a_fusion_would_ignore_is_refused(method, ignored):
    fusion = {"name": "f", "posteriors": ["m"], "method": method}
    completed(models=[model()], fusions=[fusion])
    completed(models=[model()], fusions=[fusion | ignored | {"method": "logistic_regression"}])
    problem = refused(models=[model()], fusions=[fusion | ignored])
    (key,) = ignored
    assert f"`{key}` of the fusion `f`, whose method {method} ignores it" in problem


def test_what_only_regressions_take_has_the_defaults_of_the_schema():
    keys = read_schema(SCHEMA_FILE)["properties"]["fusions"]["items"]["properties"]
    assert {key: keys[key]["default"] for key in OF_REGRESSIONS} == OF_REGRESSIONS


def test_emotions_that_differ_in_notation_only_are_refused():
    assert "the `emotions` 'Sad', 'sad', which differ" in refused(emotions=["sad", "Sad"])


def test_a_fusion_may_take_trained_and_published_models():
    fusion = {"name": "f", "posteriors": ["bilstm", "m"]}
    taken = {"published": {"posteriors": ["bilstm"]}, "models": [model()]}
    completed(protocol="paper", fusions=[fusion], **taken)


@pytest.mark.parametrize(
    "config",
    [
        {"models": [model(name="bilstm")], "published": {"posteriors": ["bilstm"]}},
        {"models": [model(name="bilstm"), model(name="bilstm")]},
        {"models": [model(name="bilstm")], "fusions": [{"name": "bilstm", "posteriors": ["m"]}]},
    ],
)
def test_two_systems_of_one_name_are_refused(config):
    assert "two systems have the name `bilstm`" in refused(protocol="paper", **config)


def test_no_system_may_have_the_name_of_the_baseline():
    assert "`zero-r`" in refused(models=[model(name="zero-r")])


def test_a_feature_file_needs_a_modality():
    assert "no `modality` is given" in refused(models=[model(features="mine/x.parquet")])
    completed(models=[model(features="mine/x.parquet", modality="speech")])


def test_a_table_of_a_rule_has_its_own_modality():
    completed(models=[model(modality="face")])
    problem = "the model `m` takes `face/means/published`, and its `modality` is speech"
    assert problem in refused(models=[model(modality="speech")])


def test_only_statistics_of_speakers_shrink():
    completed(models=[model(normalise_by="speaker", shrink=True)])
    assert "`shrink` of the model `m`, whose `normalise_by` is none" in refused(
        models=[model(shrink=True)]
    )


@pytest.mark.parametrize("folds", [2, [[1], [2]]])
def test_the_nested_protocol_needs_three_folds(folds):
    problem = refused(protocol="nested", corpus="demo", folds=folds)
    assert "2 folds under the protocol `nested`, which needs 3" in problem


def test_a_fold_for_each_speaker_is_a_matter_of_the_corpus():
    assert completed(protocol="nested", corpus="demo", folds="speakers")["folds"] == "speakers"
    assert "`folds` is 'speaker', which does not fit" in refused(folds="speaker")


@pytest.mark.parametrize("folds", [5, "speakers"])
def test_published_clips_come_in_the_folds_of_the_paper(folds):
    assert "whose folds are the paper's" in refused(corpus="published", folds=folds)


def test_only_inner_folds_choose():
    row = model(param_grid={"C": [1, 10]})
    completed(protocol="nested", models=[row])
    assert "`param_grid` of the model `m` under the protocol `paper`" in refused(
        protocol="paper", models=[row]
    )


def test_a_choice_that_is_also_fixed_is_refused():
    row = model(parameters={"C": 1}, param_grid={"C": [1, 10]})
    assert "`C` of the model `m` is both" in refused(protocol="nested", models=[row])


def test_all_contradictions_are_named_at_once():
    rows = [model(), model(features="x.parquet")]
    problems = refused(protocol="nested", folds=[[1], [1]], models=rows)
    assert problems.startswith("4 problems in the config: ")


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"corpus": "sheet"}, "`corpus: sheet` without a `sample_sheet`"),
        (with_encoder(kind="acoustic"), "`corpus: published`, which has no media"),
        (
            {"corpus": "demo", "protocol": "paper", "published": {"posteriors": ["bilstm"]}},
            "`published: posteriors` with `corpus: demo`",
        ),
        (
            {"face": {"extractors": [{"name": n, "kind": "csv"} for n in ("a", "A")]}},
            "two extractors have the name `a`",
        ),
        (
            {
                "face": {"extractors": [{"name": "openface", "kind": "csv"}]},
                "sequence_models": [{"name": "s", "extractor": "openfaec"}],
            },
            "the extractor `openfaec`, which is none, perhaps `openface`",
        ),
        (with_finetuned(), "the fine-tuned model `f` needs either `model` or `untrained`"),
        (
            with_finetuned(model="x", untrained=SMALL),
            "the fine-tuned model `f` needs either `model` or `untrained`",
        ),
        (with_finetuned(model="x"), "`corpus: published`, without media"),
        (
            with_finetuned(untrained={**SMALL, "heads": 3}),
            "`untrained` of `f`: 3 heads do not divide its size of 16",
        ),
        (with_finetuned(untrained=SMALL, frozen_layers=2), "`f` freezes 2 of 1 layers"),
        (
            with_finetuned(untrained=SMALL, kept_frames=0.5),
            "`kept_frames` of `f` without `frozen_layers`",
        ),
        (
            {**with_encoder(name="f", kind="acoustic"), **with_finetuned(model="x")},
            "an encoder and a fine-tuned model have the name `f`",
        ),
    ],
)
def test_what_does_not_fit_the_corpus_is_refused(config, problem):
    assert problem in refused(**config)


FUSED = {
    "corpus": "demo",
    "folds": 3,
    "models": [model(name="units")],
    "fusions": [{"name": "both", "posteriors": ["units"]}],
}


def permuted(*fusions, **more):
    return {**FUSED, "evaluation": {"permutation_tests": list(fusions)}, **more}


def test_a_permutation_test_runs_a_nested_fusion_of_static_models_again():
    completed(protocol="nested", **permuted("both"))


def test_a_permutation_test_of_no_fusion_is_refused_with_the_nearest_name():
    problem = refused(protocol="nested", **permuted("bothe"))
    assert problem.endswith("the permutation test of `bothe`, which is no fusion, perhaps `both`")
    assert "the permutation test of `units`, which is no fusion" in refused(
        protocol="nested", **permuted("units")
    )


def test_a_permutation_test_under_the_protocol_of_the_paper_is_refused():
    problem = refused(protocol="paper", **permuted("both"))
    assert "the permutation test of `both`, which is made anew only from static models" in problem


@pytest.mark.parametrize(
    ("other", "config"),
    [
        (
            "bilstm",
            {
                "corpus": "ravdess",
                "published": {"posteriors": ["bilstm"]},
                "folds": [["1"], ["2"], ["3"]],
            },
        ),
        ("f", with_finetuned(untrained=SMALL)),
    ],
)
def test_a_permutation_test_of_a_model_that_is_not_static_is_refused(other, config):
    fusion = {"name": "both", "posteriors": ["units", other]}
    completed(protocol="nested", **{**FUSED, **config, "fusions": [fusion]})
    problem = refused(protocol="nested", **permuted("both", **config, fusions=[fusion]))
    assert "the permutation test of `both`, which is made anew only from static models" in problem


EXTRACTORS = [{"name": "m", "kind": "mediapipe"}, {"name": "published", "kind": "csv"}]


def test_recordings_of_ravdess_have_no_videos_for_an_extractor():
    problem = refused(corpus="ravdess", face={"extractors": EXTRACTORS})
    assert "`m` of kind mediapipe with the recordings of RAVDESS finds no videos" in problem
    assert "an extractor has the name `published`" in problem


def test_any_extractor_reads_the_videos_of_ravdess_or_csv_files_beside_them():
    videos = {"corpus": "ravdess", "ravdess": {"media": "videos", "videos": "here"}}
    binary = {"name": "o", "kind": "openface", "binary": "FeatureExtraction"}
    tracked = {"name": "t", "kind": "csv"}
    published = {"posteriors": ["bilstm"]}
    extractors = {"extractors": [EXTRACTORS[0], binary, tracked]}
    completed(protocol="paper", face=extractors, published=published, **videos)
    problem = refused(face={"extractors": EXTRACTORS}, **videos)
    assert "an extractor has the name `published`" in problem
    assert "finds no videos" not in problem


@pytest.mark.parametrize(
    ("media", "other"), [("recordings", "videos"), ("videos", "speech_source")]
)
def test_a_source_of_other_media_than_are_read_is_refused(media, other):
    problem = refused(corpus="ravdess", ravdess={"media": media, other: "here"})
    assert f"`ravdess: {other}` with `media: {media}`, which is not read from there" in problem


@pytest.mark.parametrize("folds", [5, "speakers"])
def test_published_posteriors_have_the_folds_of_the_paper(folds):
    problem = refused(corpus="ravdess", folds=folds, published={"posteriors": ["bilstm"]})
    assert "a number of `folds` with `published: posteriors`" in problem


def kept(name, **more):
    return {**FUSED, "bundle": {"system": name}, **more}


@pytest.mark.parametrize("name", ["both", "units", None])
def test_a_fusion_a_model_or_nothing_is_kept(name):
    completed(**kept(name))


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (kept("bothe"), "`bundle: system` is `bothe`, which is none, perhaps `both`"),
        (
            kept("m", models=[model(features="own.parquet", modality="face")], fusions=[]),
            "`bundle: system` takes `m`, whose features no video gives, but a file",
        ),
        (
            kept(
                "both",
                corpus="published",
                folds=[["1"], ["2"], ["3"]],
                published={"posteriors": ["bilstm"]},
                fusions=[{"name": "both", "posteriors": ["units", "bilstm"]}],
            ),
            "`bundle: system` takes `bilstm`, of which only posteriors are published",
        ),
        (
            kept(None, predict={"clips": "others.csv"}),
            "`predict: clips` without `bundle: system`, with which to predict",
        ),
        (
            kept(None, test_corpora=[{"name": "emodb", "sheet": "clips.csv"}]),
            "`test_corpora` without `bundle: system`, which is tried on them",
        ),
        (
            kept("units", test_corpora=[{"name": "emodb", "sheet": "clips.parquet"}]),
            "`test_corpora: emodb` has no .csv or .tsv file as sheet",
        ),
        (
            kept("units", test_corpora=[{"name": "a", "sheet": "a.csv"}] * 2),
            "two `test_corpora` have the name `a`",
        ),
    ],
)
def test_what_cannot_predict_other_videos_is_not_kept(config, problem):
    assert problem in refused(**config)
