"""Accuracy, unweighted average recall and macro F1, with intervals; in percent."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score

from emofold.corpora.ravdess import EMOTIONS
from emofold.evaluation.metrics import (
    accuracy_by_speaker,
    confusion_matrices,
    fold_metrics,
    mean_metrics,
    rank_systems,
    recall_by_emotion,
    speaker_bootstrap,
    wald_interval,
)
from emofold.evaluation.schemas import CONFUSION, METRICS, RECALL, SPEAKERS
from emofold.tables import read_table, write_table

NAMES = {"c": "calm", "h": "happy", "s": "sad"}
DESCRIPTION = {"kind": "model", "modality": "face", "protocol": "nested", "normalised_by": "none"}


def made(truth, predicted, fold, speaker):
    """Decisions of one system, a letter a clip."""
    return pd.DataFrame(
        {
            "system": "mlp",
            **DESCRIPTION,
            "clip": [f"clip-{number}" for number in range(len(truth))],
            "speaker": [f"speaker {letter}" for letter in speaker],
            "fold": [int(digit) for digit in fold],
            "emotion": [NAMES[letter] for letter in truth],
            "predicted": [NAMES[letter] for letter in predicted],
        }
    )


def drawn(speakers, system="mlp"):
    """Decisions about speakers of a fold, a number of clips and a number of right ones each."""
    rows = [
        (f"{name}-{clip}", name, fold, "calm", "calm" if clip < right else "sad")
        for name, (fold, clips, right) in speakers.items()
        for clip in range(clips)
    ]
    columns = ["clip", "speaker", "fold", "emotion", "predicted"]
    return pd.DataFrame(rows, columns=columns).assign(system=system, **DESCRIPTION)


def random_decisions(emotions, speakers=("Ada", "Bob", "Cleo", "Dan"), clips=600):
    """Decisions about unequally frequent emotions, some 60 % of them right."""
    rng = np.random.default_rng(0)
    truth = rng.choice([*emotions, *emotions[1:]], clips)
    guess = rng.choice(emotions, clips)
    speaker = np.resize(np.arange(len(speakers)), clips)
    return pd.DataFrame(
        {
            "system": "mlp",
            **DESCRIPTION,
            "clip": [f"clip-{number}" for number in range(clips)],
            "speaker": np.array(speakers)[speaker],
            "fold": speaker % 2,
            "emotion": truth,
            "predicted": np.where(rng.random(clips) < 0.6, truth, guess),
        }
    )


def test_the_metrics_of_a_fold_by_hand():
    found = fold_metrics(made("ccch", "cchh", fold="0000", speaker="aabb"), 0.95).iloc[0]
    assert found["n"] == 4
    assert found["accuracy"] == pytest.approx(75)
    assert found["uar"] == pytest.approx(100 * (2 / 3 + 1) / 2)
    assert found["macro_f1"] == pytest.approx(100 * (4 / 5 + 2 / 3) / 2)
    assert found["ci_low"] == pytest.approx(100 * (0.75 - 1.959964 * np.sqrt(0.75 * 0.25 / 4)))
    assert found["ci_high"] == 100


def test_averages_go_over_the_emotions_that_the_fold_holds():
    found = fold_metrics(made("cchh", "cshh", fold="0000", speaker="aaaa"), 0.95).iloc[0]
    assert found["uar"] == pytest.approx(100 * (1 / 2 + 1) / 2)
    assert found["macro_f1"] == pytest.approx(100 * (2 / 3 + 1) / 2)


@pytest.mark.parametrize("emotions", [EMOTIONS, EMOTIONS[:2]], ids=["eight", "two"])
def test_the_metrics_are_those_of_scikit_learn(emotions):
    decisions = random_decisions(emotions)
    found = fold_metrics(decisions, 0.95).set_index("fold")
    assert found.index.tolist() == [0, 1]
    for fold, group in decisions.groupby("fold"):
        both = group["emotion"], group["predicted"]
        row = found.loc[fold]
        assert row["accuracy"] == pytest.approx(100 * accuracy_score(*both))
        assert row["uar"] == pytest.approx(100 * balanced_accuracy_score(*both))
        assert row["macro_f1"] == pytest.approx(100 * f1_score(*both, average="macro"))


def test_the_mean_gives_every_fold_the_same_weight():
    decisions = made("cccccchs", "ccccccsh", fold="00000011", speaker="aaabbbcd")
    folds = fold_metrics(decisions, 0.95)
    means = mean_metrics(folds, decisions, 0.95, draws=100, seed=0)
    assert means["ci_method"].tolist() == ["wald", "speaker_bootstrap"]
    assert means["fold"].isna().all()
    assert means["n"].tolist() == [8, 8]
    for metric in ("accuracy", "uar", "macro_f1"):
        assert means[metric].tolist() == pytest.approx([50, 50])


def test_the_interval_of_the_paper():
    bounds = 100 * wald_interval(0.8670, 1440, 0.95)
    assert bounds.tolist() == pytest.approx([86.70 - 1.75, 86.70 + 1.75], abs=0.005)


def test_the_interval_of_the_mean_is_that_of_all_clips():
    decisions = random_decisions(EMOTIONS)
    means = mean_metrics(fold_metrics(decisions, 0.9), decisions, 0.9, draws=10, seed=0)
    wald = means.iloc[0]
    half = 100 * 1.644854 * np.sqrt(wald["accuracy"] / 100 * (1 - wald["accuracy"] / 100) / 600)
    assert wald["ci_high"] - wald["accuracy"] == pytest.approx(half, rel=1e-5)
    assert wald["accuracy"] - wald["ci_low"] == pytest.approx(half, rel=1e-5)


def bootstrap(decisions, confidence=0.95, draws=2000, seed=0):
    found = speaker_bootstrap(decisions, confidence, draws, seed).set_index("system")
    return found.loc["mlp", ["ci_low", "ci_high"]].tolist()


def test_the_seed_decides_the_bootstrap():
    decisions = random_decisions(EMOTIONS, speakers=[f"speaker {n}" for n in range(12)])
    first = bootstrap(decisions, seed=1)
    assert bootstrap(decisions, seed=1) == first
    assert bootstrap(decisions.iloc[::-1], seed=1) == pytest.approx(first)
    assert bootstrap(decisions, seed=2) != first


def test_the_bootstrap_is_as_wide_as_speakers_differ():
    right = np.random.default_rng(0).integers(30, 90, size=24)
    found = bootstrap(drawn({f"speaker {n}": (n % 4, 100, right[n]) for n in range(24)}))
    standard_error = right.std() / np.sqrt(24)
    assert found[0] == pytest.approx(right.mean() - 1.96 * standard_error, abs=1)
    assert found[1] == pytest.approx(right.mean() + 1.96 * standard_error, abs=1)


def test_the_bootstrap_gives_every_fold_the_same_weight():
    decisions = drawn(
        {f"long {n}": (0, 40, 10) for n in range(10)} | {f"short {n}": (1, 4, 3) for n in range(10)}
    )
    low, high = bootstrap(decisions)
    assert low < 50 < high
    assert bootstrap(decisions, confidence=1e-6) == pytest.approx([50, 50], abs=2.6)


def test_speakers_who_are_all_equal_leave_no_doubt():
    decisions = drawn({"Ada": (0, 8, 6), "Bob": (0, 4, 3), "Cleo": (1, 40, 30), "Dan": (1, 4, 3)})
    assert bootstrap(decisions) == pytest.approx([75, 75])


def test_each_system_has_its_own_interval():
    worse = drawn({"Ada": (0, 4, 3), "Bob": (1, 4, 3)}, system="worse")
    better = drawn({"Ada": (0, 4, 4), "Bob": (1, 4, 4)}, system="better")
    decisions = pd.concat([worse, better])
    means = mean_metrics(fold_metrics(decisions, 0.95), decisions, 0.95, draws=100, seed=0)
    rows = means[means["ci_method"] == "speaker_bootstrap"].set_index("system")
    for system, accuracy in {"worse": 75, "better": 100}.items():
        found = rows.loc[system, ["accuracy", "ci_low", "ci_high"]].tolist()
        assert found == pytest.approx([accuracy] * 3)


def test_the_best_system_heads_the_list_and_the_baseline_closes_it():
    described = {"kind": "model", "modality": "face", "ci_method": "wald"}
    described |= {"corpus": None, "fold": None}
    metrics = pd.DataFrame(
        [
            {
                **described,
                "system": "zero-r",
                "kind": "baseline",
                "modality": None,
                "accuracy": 99.0,
            },
            {**described, "system": "good", "accuracy": 60.0},
            {**described, "system": "better", "accuracy": 70.0},
            {**described, "system": "better", "accuracy": 70.0, "ci_method": "speaker_bootstrap"},
            {**described, "system": "good", "accuracy": 95.0, "fold": 0},
        ]
    )
    assert rank_systems(metrics)["system"].tolist() == ["better", "good", "zero-r"]


def test_the_confusion_of_the_folds_adds_up():
    decisions = made("cchhs", "chhsc", fold="00111", speaker="aabbb")
    confusion = confusion_matrices(decisions, list(NAMES.values()))
    keys = ["system", "emotion", "predicted"]
    pooled = confusion[confusion["fold"].isna()].set_index(keys)["clips"]
    by_fold = confusion[confusion["fold"].notna()]
    assert len(confusion) == (2 + 1) * 3 * 3
    assert pooled.sum() == 5
    assert by_fold.groupby(keys)["clips"].sum().loc[pooled.index].equals(pooled)
    assert pooled["mlp", "happy", "sad"] == 1
    assert pooled["mlp", "sad", "happy"] == 0
    assert by_fold.set_index(["fold", *keys[1:]])["clips"][0, "calm", "happy"] == 1


def test_recall_by_emotion_by_hand():
    decisions = made("ccchs", "cchhh", fold="01011", speaker="ababb")
    recall = recall_by_emotion(decisions, 0.95).set_index("emotion")
    assert recall["n"].to_dict() == {"calm": 3, "happy": 1, "sad": 1}
    assert recall["recall"].to_dict() == pytest.approx(
        {"calm": 100 * 2 / 3, "happy": 100, "sad": 0}
    )
    half = 100 * 1.959964 * np.sqrt(2 / 3 * 1 / 3 / 3)
    assert recall.loc["calm", "ci_low"] == pytest.approx(100 * 2 / 3 - half)
    assert recall.loc["happy", ["ci_low", "ci_high"]].tolist() == [100, 100]


def test_accuracy_by_speaker_by_hand():
    decisions = made("ccchs", "cchhh", fold="00011", speaker="aaabb")
    speakers = accuracy_by_speaker(decisions).set_index("speaker")
    assert speakers["accuracy"].to_dict() == pytest.approx(
        {"speaker a": 100 * 2 / 3, "speaker b": 50}
    )
    assert speakers["n"].to_dict() == {"speaker a": 3, "speaker b": 2}
    assert speakers["fold"].to_dict() == {"speaker a": 0, "speaker b": 1}


@pytest.mark.parametrize("emotions", [EMOTIONS, EMOTIONS[:2]], ids=["eight", "two"])
def test_every_table_fits_its_schema(emotions, tmp_path):
    decisions = random_decisions(emotions)
    folds = fold_metrics(decisions, 0.95)
    means = mean_metrics(folds, decisions, 0.95, draws=50, seed=0)
    tables = [
        (METRICS, pd.concat([means, folds])),
        (CONFUSION, confusion_matrices(decisions, emotions)),
        (RECALL, recall_by_emotion(decisions, 0.95)),
        (SPEAKERS, accuracy_by_speaker(decisions)),
    ]
    for schema, table in tables:
        path = tmp_path / f"{schema.name}.parquet"
        write_table(table, path, schema)
        assert len(read_table(path, schema)) == len(table)
