"""scikit-learn pipelines without pickle."""

import json
import zipfile

import numpy as np
import pytest

from emofold.errors import InputError
from emofold.models.static import CLASSIFIERS, class_scores, make_classifier
from emofold.prediction.sklearn_files import load_pipeline, save_pipeline

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(60, 5)), np.repeat([0, 1, 2], 20)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_every_classifier_scores_as_before(classifier, tmp_path):
    pipeline = make_classifier(classifier, "standard", {}, seed=0).fit(X, Y)
    save_pipeline(pipeline, tmp_path / "model.skops")
    again = load_pipeline(tmp_path / "model.skops", 3)
    for before, after in zip(class_scores(pipeline, X), class_scores(again, X), strict=True):
        assert np.array_equal(before, after)


def test_a_file_that_names_a_foreign_type_is_refused(tmp_path):
    path = tmp_path / "model.skops"
    save_pipeline(make_classifier("knn", "none", {}, seed=0).fit(X, Y), path)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(files["schema.json"])
    text = json.dumps(schema).replace('"sklearn.neighbors._kd_tree"', '"os"')
    assert text != json.dumps(schema)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (files | {"schema.json": text.encode()}).items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match=r"os\.KDTree"):
        load_pipeline(path, 3)


def test_a_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "model.skops").write_bytes(b"no zip")
    with pytest.raises(InputError, match="cannot be read as a model"):
        load_pipeline(tmp_path / "model.skops", 3)
