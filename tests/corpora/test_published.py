"""The authors' files are read by name, put in our order, and refused where they do not fit."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import miniature
from emofold.corpora.published_files import (
    CLIPS_FILE,
    MEANS_FILE,
    POSTERIORS,
    Manifest,
    find_copies,
    list_needed_files,
    read_clips,
)
from emofold.corpora.ravdess import EMOTIONS
from emofold.corpora.schemas import clips_schema
from emofold.errors import InputError
from emofold.face.published_means import read_means
from emofold.face.schemas import ACTION_UNITS, MEANS
from emofold.files import check_all
from emofold.models.posteriors import read_published_posteriors
from emofold.models.schemas import posteriors_schema
from emofold.scores import score_columns
from emofold.tables import write_table

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "workflow/resources/published.yaml"
PRESET = ROOT / "workflow/presets/published.yaml"
ALPHABETICAL = ["angry", "calm", "disgust", "fearful", "happy", "neutral", "sad", "surprised"]


def read(folder, model, fold=0, splits=("train", "test"), folds=miniature.FOLDS):
    clips = read_clips(folder / CLIPS_FILE, folds)
    files = {split: path_of(folder, model, fold, split, len(folds)) for split in splits}
    return read_published_posteriors(model, fold, files, clips, EMOTIONS)


def path_of(folder, model, fold, split, folds=3):
    return folder / POSTERIORS[model].path(fold, folds, split)


def rows_of(file):
    header, *rows = file.read_text().splitlines(keepends=True)
    return header, rows


def refused(function, *arguments):
    with pytest.raises(InputError) as error:
        function(*arguments)
    return error.value


def test_clips_come_in_the_order_of_the_list_with_the_fold_of_their_speaker(published):
    reversed_list = "\n".join(reversed(miniature.CLIPS))
    clips = read_clips(miniature.write(published / CLIPS_FILE, reversed_list), miniature.FOLDS)
    assert clips["clip"].tolist() == miniature.CLIPS[::-1]
    fold_of_speaker = {"1": 0, "2": 0, "3": 1, "4": 1, "5": 2, "6": 2}
    assert clips["fold"].tolist() == [fold_of_speaker[speaker] for speaker in clips["speaker"]]


def test_clips_fit_the_table_of_clips(published, tmp_path):
    clips = read_clips(published / CLIPS_FILE, miniature.FOLDS)
    write_table(clips, tmp_path / "clips.parquet", clips_schema(EMOTIONS))


def test_means_keep_the_order_of_their_file(published):
    names = pd.read_csv(published / MEANS_FILE, sep=";")["name"].tolist()
    assert names != sorted(names)
    assert read_means(published / MEANS_FILE)["clip"].tolist() == names


def test_means_are_read_by_the_names_of_their_columns_to_the_last_digit(tmp_path):
    values = dict(zip(ACTION_UNITS, np.random.default_rng(0).uniform(0, 5, 35), strict=True))
    row = pd.DataFrame([{"other": "x", **dict(reversed(values.items())), "name": "a"}])
    means = read_means(miniature.write(tmp_path / "means.csv", row.to_csv(sep=";", index=False)))
    assert means[list(values)].iloc[0].to_dict() == values
    write_table(means, tmp_path / "means.parquet", MEANS)


def test_missing_columns_of_the_means_are_named(published):
    file = published / MEANS_FILE
    file.write_text(file.read_text().replace("AU12_r", "AU12"))
    error = refused(read_means, file)
    assert error.found == f"{file} that cannot be read (no column AU12_r)"


@pytest.mark.parametrize(
    ("model", "class_order"),
    [
        ("wav2vec2-finetuned", ALPHABETICAL),
        ("bilstm", ALPHABETICAL),
        ("mlp-80-published", list(EMOTIONS)),
    ],
)
def test_each_score_lands_in_the_column_of_its_emotion(published, model, class_order):
    file = path_of(published, model, 0, "test")
    header, rows = rows_of(file)
    values = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
    if model == "bilstm":
        cells = rows[0].split("\t")
        cells[3] = str(values)
        rows[0] = "\t".join(cells)
    else:
        rows[0] = ";".join([*map(str, values), rows[0].split(";")[8]])
    file.write_text(header + "".join(rows))
    posteriors = read(published, model, splits=["test"])
    first = next(row for _, row in posteriors.iterrows() if row["clip"] in rows[0])
    assert {emotion: first[f"score_{emotion}"] for emotion in EMOTIONS} == dict(
        zip(class_order, values, strict=True)
    )


@pytest.mark.parametrize("model", POSTERIORS)
def test_posteriors_tell_every_clip_its_fold_split_and_emotion(published, tmp_path, model):
    posteriors = read(published, model, fold=1).set_index("clip")
    assert sorted(posteriors.index) == sorted(miniature.CLIPS)
    assert set(posteriors["fold"]) == {1}
    for clip, row in posteriors.iterrows():
        assert row["emotion"] == EMOTIONS[miniature.code(clip)]
        assert row["split"] == ("test" if miniature.actor(clip) in (3, 4) else "train")
    metadata = {
        "scale": POSTERIORS[model].scale,
        "kind": "model",
        "modality": POSTERIORS[model].modality,
        "protocol": "paper",
        "normalised_by": "none",
    }
    schema = posteriors_schema(EMOTIONS)
    write_table(posteriors.reset_index(), tmp_path / "fold1.parquet", schema, metadata)


@pytest.mark.parametrize("model", POSTERIORS)
def test_a_missing_clip_is_named(published, model):
    file = path_of(published, model, 0, "test")
    header, (gone, *rows) = rows_of(file)
    file.write_text(header + "".join(rows))
    error = refused(read, published, model)
    assert error.found.startswith("1 clip missing: ")
    assert error.found.split()[3].rstrip(",") in gone
    assert str(file) in error.found


@pytest.mark.parametrize("model", POSTERIORS)
def test_a_doubled_clip_is_named(published, model):
    file = path_of(published, model, 2, "train")
    header, (first, *rows) = rows_of(file)
    file.write_text(header + first + "".join(rows) + first)
    error = refused(read, published, model, 2)
    assert error.found.startswith(f"1 clip more than once in {file}")
    assert error.found.split()[-1] in first


@pytest.mark.parametrize("model", POSTERIORS)
def test_a_clip_of_another_fold_is_named(published, model):
    own, other = (path_of(published, model, fold, "test") for fold in (0, 1))
    stranger = rows_of(other)[1][0]
    own.write_text(own.read_text() + stranger)
    error = refused(read, published, model)
    assert error.found.startswith("1 clip not expected: ")
    assert error.found.split()[4].rstrip(",") in stranger
    assert str(own) in error.found


def test_training_and_test_clips_may_not_change_places(published):
    clips = read_clips(published / CLIPS_FILE, miniature.FOLDS)
    train, test = (path_of(published, "bilstm", 0, split) for split in ("train", "test"))
    swapped = {"train": test, "test": train}
    error = refused(read_published_posteriors, "bilstm", 0, swapped, clips, EMOTIONS)
    assert "clips missing" in error.found


@pytest.mark.parametrize(
    ("model", "column"),
    [("wav2vec2-finetuned", "embs7"), ("bilstm", "posteriors"), ("mlp-80-published", "video_name")],
)
def test_missing_columns_of_posteriors_are_named(published, model, column):
    file = path_of(published, model, 0, "test")
    file.write_text(file.read_text().replace(column, "other", 1))
    error = refused(read, published, model)
    assert error.found == f"{file} that cannot be read (no column {column})"


def test_emotions_other_than_the_published_classes_are_refused(published):
    clips = read_clips(published / CLIPS_FILE, miniature.FOLDS)
    error = refused(read_published_posteriors, "bilstm", 0, {}, clips, EMOTIONS[:-1])
    assert "surprised" in error.expected
    assert "surprised" not in error.found


def test_the_manifest_has_every_file_of_the_five_folds():
    manifest = Manifest.read(MANIFEST)
    files = list_needed_files(POSTERIORS, 5)
    assert len(files) == 2 + 3 * 2 * 5
    assert manifest.checksums(files) == manifest.sha256
    assert manifest.commit in manifest.base_url


def test_four_folds_are_refused_by_the_names_of_files_that_nobody_published():
    error = refused(Manifest.read(MANIFEST).checksums, list_needed_files(["bilstm"], 4))
    assert error.found.startswith("8 files that the manifest lacks: ")
    assert "RAVDESS_AUs-train--fold_1_outof_4.csv" in error.found
    assert "`folds`" in error.remedy


def test_a_copy_is_read_where_it_lies(published):
    files = list_needed_files(miniature.MODELS, 3)
    assert find_copies(files, published) == {file: published / file for file in files}


def test_files_that_a_copy_lacks_are_named(published):
    files = list_needed_files(miniature.MODELS, 3)
    (published / MEANS_FILE).unlink()
    error = refused(find_copies, files, published)
    assert error.found == f"1 of {len(files)} files missing in {published}: {MEANS_FILE}"


@pytest.mark.realdata
def test_the_published_files_are_those_of_the_manifest(real_published):
    checksums = Manifest.read(MANIFEST).sha256
    check_all({str(real_published / file): checksum for file, checksum in checksums.items()})


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("model", "accuracy"),
    [("wav2vec2-finetuned", 81.82), ("bilstm", 62.13), ("mlp-80-published", 60.22)],
)
def test_published_posteriors_have_the_accuracy_that_the_paper_reports(
    real_published, model, accuracy
):
    folds = yaml.safe_load(PRESET.read_text(encoding="utf-8"))["folds"]
    of_folds = [read(real_published, model, fold, folds=folds) for fold in range(5)]
    assert [len(posteriors) for posteriors in of_folds] == [1440] * 5
    tests = [posteriors[posteriors["split"] == "test"] for posteriors in of_folds]
    assert len(pd.concat(tests)["clip"].unique()) == 1440
    measured = [
        100 * np.mean(test[score_columns(EMOTIONS)].idxmax(axis=1) == "score_" + test["emotion"])
        for test in tests
    ]
    assert np.mean(measured) == pytest.approx(accuracy, abs=0.005)


@pytest.mark.realdata
@pytest.mark.parametrize("model", POSTERIORS)
def test_published_scores_are_on_the_scale_that_is_said(real_published, model):
    folds = yaml.safe_load(PRESET.read_text(encoding="utf-8"))["folds"]
    scores = read(real_published, model, folds=folds)[score_columns(EMOTIONS)]
    sums_to_one = np.allclose(scores.sum(axis=1), 1) and scores.min(axis=None) >= 0
    assert sums_to_one == (POSTERIORS[model].scale == "probability")


def test_a_missing_manifest_is_named_with_the_key_to_correct(tmp_path):
    with pytest.raises(InputError, match=r"no manifest in .*nowhere\.yaml") as error:
        Manifest.read(tmp_path / "nowhere.yaml")
    assert error.value.remedy == "correct `published: manifest` in the config"
