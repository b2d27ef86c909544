"""A schema says which keys a row of some kind takes, and is put together from several files."""

import pytest

from configs import completed, refused, with_encoder
from emofold.config.schema import read_schema
from emofold.speech.encoders import KINDS

TRANSFORMER = {"kind": "transformer", "model": "openai/whisper-base"}


def with_extractor(**more):
    return {"corpus": "demo", "face": {"extractors": [{"name": "e", **more}]}}


def test_a_row_gets_the_defaults_of_its_kind_alone():
    common = {"name": "e", "gpu": 0, "threads": 1}
    (encoder,) = completed(corpus="demo", **with_encoder(kind="acoustic"))["speech"]["encoders"]
    assert encoder == {"kind": "acoustic", **common}
    (encoder,) = completed(corpus="demo", **with_encoder(**TRANSFORMER))["speech"]["encoders"]
    ours = {"revision": "main", "layers": "all", "pooling": "mean"}
    assert encoder == {**TRANSFORMER, **ours, **common}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "transformer"])
@pytest.mark.parametrize(
    "setting",
    [{"pooling": "thirds"}, {"layers": "cnn"}, {"revision": "v2"}, {"model": "x"}],
)
def test_settings_that_a_kind_of_encoder_ignores_are_refused(kind, setting):
    (key,) = setting
    assert refused(corpus="demo", **with_encoder(kind=kind, **setting)) == (
        f"1 problem in the config: `speech.encoders[0].{key}` of kind {kind}, which ignores it: it "
        "belongs to kind transformer"
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"kind": "csv", "model": "x"}, ".model` of kind csv, which ignores it: it belongs to"),
        ({"kind": "mediapipe", "binary": "x"}, ".binary` of kind mediapipe, which ignores it"),
        ({"kind": "openface", "binary": "x", "model": "x"}, ".model` of kind openface, which"),
        ({"kind": "openface"}, "` of kind openface has no `binary`"),
        ({"kind": "opneface"}, ".kind` is 'opneface', perhaps `openface`, not one of"),
        ({}, "` has no `kind`"),
        ({"kind": "csv", "modle": "x"}, "unknown key `face.extractors[0].modle` (known: "),
        ({"kind": "mediapipe", "modle": "x"}, ".modle`, perhaps `model` (known: kind, model, "),
    ],
)
def test_a_row_that_does_not_fit_its_kind_is_named_once(row, problem):
    found = refused(**with_extractor(**row))
    assert found.startswith("1 problem in the config: ")
    assert f"face.extractors[0]{problem}" in found or problem in found


def test_a_transformer_needs_a_model():
    assert refused(corpus="demo", **with_encoder(kind="transformer")) == (
        "1 problem in the config: `speech.encoders[0]` of kind transformer has no `model`"
    )


def test_a_wrong_value_of_a_kind_is_the_only_problem_of_its_row():
    found = refused(corpus="demo", **with_encoder(**TRANSFORMER, pooling="third"))
    assert found == (
        "1 problem in the config: `speech.encoders[0].pooling` is 'third', perhaps `thirds`, not "
        "one of mean, thirds"
    )


@pytest.mark.parametrize("section", ["bundle", "predict"])
def test_a_section_that_is_null_is_one_with_every_default(section):
    assert completed(**{section: None}) == completed()


def test_any_part_of_a_schema_may_be_in_another_file(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "{properties: {x: {$ref: b.yaml}, y: {$ref: 'c.yaml#/n', default: 2}}}", encoding="utf-8"
    )
    (tmp_path / "b.yaml").write_text("{items: {$ref: 'c.yaml#/n'}}", encoding="utf-8")
    (tmp_path / "c.yaml").write_text("{n: {type: integer, default: 1}}", encoding="utf-8")
    integer = {"type": "integer", "default": 1}
    assert read_schema(tmp_path / "a.yaml") == {
        "properties": {"x": {"items": integer}, "y": {"type": "integer", "default": 2}}
    }


def test_texts_of_the_command_line_are_what_the_schema_wants():
    typed = completed(
        seed=7,
        clips_per_shard=5,
        demo={"speakers": 4},
        ravdess={"keep_archives": True},
        evaluation={"confidence": 0.9, "enrolled_clips": [1, 2], "reported": None},
        bundle=None,
    )
    assert typed == completed(
        seed="7",
        clips_per_shard="5",
        demo={"speakers": "4"},
        ravdess={"keep_archives": "true"},
        evaluation={"confidence": ".9", "enrolled_clips": ["1", "2"], "reported": "null"},
        bundle="null",
    )


def test_a_text_stays_text_where_text_may_be():
    folds = [["1", "true"], ["null", "1e3"], ["~"]]
    config = completed(folds=folds, emotions=["yes", "7"], sample_sheet="12", name="2020")
    assert (config["folds"], config["emotions"]) == (folds, ["yes", "7"])
    assert (config["sample_sheet"], config["name"]) == ("12", "2020")
