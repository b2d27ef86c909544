"""Two corpora in one run: folds and results of each, and each one left out in turn."""

import re

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from emofold.corpora.schemas import clips_schema
from emofold.evaluation.metrics import MEAN_OF_CORPORA
from emofold.evaluation.schemas import METRICS
from emofold.media.audio import write_wav
from emofold.models.schemas import LEAVE_ONE_CORPUS_OUT, posteriors_schema
from emofold.tables import open_parquet, read_table
from workflow_project import Project, new_project

pytestmark = pytest.mark.workflow

LARGE, SMALL = "größe {1}", "beta"
SPOKEN = {LARGE: ["calm", "happy", "sad"], SMALL: ["happy", "sad", "bored"]}
SPEAKERS = {LARGE: 4, SMALL: 3}
TAKES = {LARGE: 5, SMALL: 2}
EMOTIONS = ["calm", "happy", "sad", "bored"]
FEATURES = "face/features.parquet"  # a folder of the user's own
LOGISTIC = {
    "features": FEATURES,
    "modality": "speech",
    "classifier": "logistic_regression",
    "scaling": "standard",
}
CONFIG = {
    "name": "mini",
    "corpus": "sheet",
    "sample_sheet": "samples.csv",
    "emotions": EMOTIONS,
    "folds": 3,
    "protocol": "nested",
    "speech": {"encoders": []},
    "face": {"extractors": []},
    "models": [
        {"name": "plain", **LOGISTIC},
        {"name": "chosen", **LOGISTIC, "param_grid": {"C": [0.01, 1]}, "job_per_fold": True},
        {"name": "normalised", **LOGISTIC, "normalise_by": "corpus", "shrink": True},
    ],
    "sequence_models": [],
    "finetuned_models": [],
    "fusions": [{"name": "both", "posteriors": ["plain", "chosen"], "method": "log_linear"}],
    "bundle": {"system": None},
    "evaluation": {"bootstrap_draws": 100},
}
METRICS_FILE = "results/mini/evaluation/metrics.parquet"


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory) -> Project:
    """A run on two corpora whose speakers have the same names."""
    project = new_project(tmp_path_factory.mktemp("corpora") / "zwei Wörter")
    generator = np.random.default_rng(1)
    rows, features = [], {}
    for corpus, emotions in SPOKEN.items():
        for speaker in range(1, SPEAKERS[corpus] + 1):
            for emotion in emotions:
                for take in range(TAKES[corpus]):
                    clip = f"{corpus[:1]}-{speaker}-{emotion}-{take}"
                    sound = generator.normal(0, 2000, 1600).astype(np.int16)
                    write_wav(sound, project.folder / f"{clip}.wav")
                    rows.append((clip, f"0{speaker}", emotion, f"{clip}.wav", corpus))
                    told = 1.5 * np.eye(4)[EMOTIONS.index(emotion)] + (corpus == SMALL)
                    features[clip] = told + generator.normal(0, 1, 4)
    sheet = pd.DataFrame(rows, columns=["clip", "speaker", "emotion", "media", "corpus"])
    sheet.to_csv(project.folder / "samples.csv", index=False)
    table = pd.DataFrame.from_dict(features, orient="index").add_prefix("f").rename_axis("clip")
    (project.folder / FEATURES).parent.mkdir()
    table.reset_index().to_parquet(project.folder / FEATURES)
    (project.folder / "mini.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    outcome = project.run("--", METRICS_FILE, "results/mini/report/results.html")
    assert outcome.code == 0, outcome.output
    return project


@pytest.fixture(scope="module")
def clips(evaluated) -> pd.DataFrame:
    features = pd.read_parquet(evaluated.folder / FEATURES)
    return read_table(evaluated.results / "clips.parquet", clips_schema(EMOTIONS)).merge(features)


@pytest.fixture(scope="module")
def rows(evaluated) -> pd.DataFrame:
    """The rows of the metrics that are of corpora, with Wald intervals."""
    metrics = read_table(evaluated.results / "evaluation/metrics.parquet", METRICS)
    is_of_corpora = metrics["corpus"].notna() & (metrics["ci_method"] == "wald")
    return metrics[is_of_corpora].set_index(["system", "protocol", "corpus"]).sort_index()


def train(clips):
    """A model like `plain`, of one corpus."""
    return make_pipeline(StandardScaler(), LogisticRegression(random_state=2020)).fit(
        clips.filter(like="f").drop(columns="fold"), clips["emotion"]
    )


def test_speakers_of_one_name_are_two_people_and_folds_are_alike_in_corpora(clips):
    assert set(clips["speaker"]) == {
        *(f"{LARGE}/0{number}" for number in range(1, 5)),
        *(f"{SMALL}/0{number}" for number in range(1, 4)),
    }
    assert (clips.groupby("speaker")["fold"].nunique() == 1).all()
    small = clips[clips["corpus"] == SMALL]
    assert small.groupby("fold")["speaker"].nunique().tolist() == [1, 1, 1]


@pytest.mark.parametrize(("left_out", "other"), [(LARGE, SMALL), (SMALL, LARGE)])
def test_a_corpus_that_is_left_out_is_tested_by_what_the_other_teaches(
    clips, rows, left_out, other
):
    model = train(clips[clips["corpus"] == other])
    tested = clips[(clips["corpus"] == left_out) & clips["emotion"].isin(["happy", "sad"])]
    predicted = model.predict(tested.filter(like="f").drop(columns="fold"))
    row = rows.loc["plain", LEAVE_ONE_CORPUS_OUT, left_out]
    truth = tested["emotion"]
    assert row["n"] == len(tested)
    assert row["accuracy"] == pytest.approx(100 * (predicted == truth).mean())
    recalls = recall_score(truth, predicted, labels=["happy", "sad"], average="macro")
    assert row["uar"] == pytest.approx(100 * recalls)
    assert (~np.isin(predicted, ["happy", "sad"])).sum() > 0  # which counts as wrong


def test_every_static_model_and_fusion_has_rows_of_both_kinds_and_means(rows):
    systems = ["plain", "chosen", "normalised", "both", "zero-r"]
    for system in systems:
        for protocol in ("nested", LEAVE_ONE_CORPUS_OUT):
            accuracies = rows.loc[system, protocol]["accuracy"]
            assert set(accuracies.index) == {LARGE, SMALL, MEAN_OF_CORPORA}
            mean = accuracies[[LARGE, SMALL]].mean()
            assert accuracies[MEAN_OF_CORPORA] == pytest.approx(mean)


def test_the_result_of_a_corpus_in_the_folds_goes_over_all_of_its_clips(evaluated, clips, rows):
    tables = [
        read_table(evaluated.results / f"posteriors/plain/fold{fold}.parquet", schema)
        for fold in range(3)
        for schema in [posteriors_schema(EMOTIONS)]
    ]
    tested = pd.concat([table[table["split"] == "test"] for table in tables])
    best = tested.filter(like="score_").to_numpy().argmax(axis=1)
    is_right = tested["emotion"] == np.array(EMOTIONS)[best]
    by_corpus = is_right.groupby(tested["clip"].map(clips.set_index("clip")["corpus"])).mean()
    for corpus in SPOKEN:
        row = rows.loc["plain", "nested", corpus]
        assert row["accuracy"] == pytest.approx(100 * by_corpus[corpus])
        assert row["n"] == (clips["corpus"] == corpus).sum()


def test_a_fusion_learns_from_inner_folds_of_the_other_corpora_alone(evaluated, clips):
    path = evaluated.results / "fusion/both/fold-without-beta.parquet"
    table = read_table(path, posteriors_schema(SPOKEN[LARGE]))
    corpus = table["clip"].map(clips.set_index("clip")["corpus"])
    assert ((corpus == SMALL) == (table["split"] == "test")).all()
    assert set(open_parquet(path)[1]["weights"]) == {"plain", "chosen"}
    plain = read_table(
        evaluated.results / "posteriors/plain/fold-without-beta.parquet",
        posteriors_schema(SPOKEN[LARGE]),
    ).set_index("clip")
    large = clips[clips["corpus"] == LARGE]
    for fold in range(3):
        inner = large[large["fold"] == fold]
        scores = train(large[large["fold"] != fold]).predict_proba(
            inner.filter(like="f").drop(columns="fold")
        )
        found = plain.loc[inner["clip"]].filter(like="score_").to_numpy()
        assert found == pytest.approx(scores, abs=1e-4)


def test_the_report_tells_the_corpora_apart(evaluated):
    page = (evaluated.results / "report/results.html").read_text(encoding="utf-8")
    assert all(name in page for name in (*SPOKEN, MEAN_OF_CORPORA))
    groups = re.findall(r'<tbody data-group="(.*?)">', page)
    assert [one for one in groups if LEAVE_ONE_CORPUS_OUT in one] == [
        f"Inductive, {LEAVE_ONE_CORPUS_OUT}",
        f"Transductive, by corpus, {LEAVE_ONE_CORPUS_OUT}",
    ]


def test_who_names_a_speaker_without_the_corpus_is_told_the_name(evaluated, tmp_path):
    project = evaluated.copy(tmp_path / "copy")
    project.configure(folds=[["01", f"{LARGE}/02"], [f"{LARGE}/03"], [f"{LARGE}/04"]])
    outcome = project.run("--dry-run", "--", METRICS_FILE)
    assert outcome.code != 0
    assert f"perhaps `{SMALL}/01` or `{LARGE}/01`" in outcome.output, outcome.output
