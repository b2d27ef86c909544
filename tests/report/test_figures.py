"""The figures of the report: what they show, and that equal numbers give equal files."""

from datetime import date

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from emofold.corpora.ravdess import EMOTIONS
from emofold.evaluation.decisions import decide_most_frequent
from emofold.evaluation.metrics import (
    accuracy_by_speaker,
    confusion_matrices,
    fold_metrics,
    mean_metrics,
    rank_systems,
    recall_by_emotion,
)
from emofold.report.figures.accuracies import draw_accuracies
from emofold.report.figures.matrices import (
    draw_answers,
    draw_confusion,
    draw_recall,
    draw_speakers,
)
from emofold.report.style import save

SPEAKERS = ["10", "9", "2", "1"]
SHARES = {"svc": ("face", 0.3), "mlp": ("face", 0.5), "wav2vec2": ("speech", 0.8)}
NOTHING_REPORTED = pd.DataFrame(columns=["system", "reported", "measured", "difference", "source"])


@pytest.fixture(params=[EMOTIONS, EMOTIONS[:2]], ids=["eight", "two"])
def emotions(request):
    return request.param


@pytest.fixture
def decisions(emotions):
    """Three systems and the baseline, four speakers in two folds."""
    speaker = np.repeat(np.arange(4), 5 * len(emotions))
    clips = pd.DataFrame(
        {
            "clip": [f"clip-{number}" for number in range(len(speaker))],
            "speaker": np.array(SPEAKERS)[speaker],
            "fold": speaker // 2,
            "emotion": np.resize([*emotions, emotions[0]], len(speaker)),
        }
    )
    rng = np.random.default_rng(0)
    systems = [
        clips.assign(
            system=system,
            kind="model",
            modality=modality,
            protocol="paper",
            normalised_by="none",
            predicted=np.where(
                rng.random(len(clips)) < share, clips["emotion"], rng.choice(emotions, len(clips))
            ),
        )
        for system, (modality, share) in SHARES.items()
    ]
    baseline = decide_most_frequent(clips, emotions, "paper")
    return pd.concat([*systems, baseline], ignore_index=True)


@pytest.fixture
def metrics(decisions):
    folds = fold_metrics(decisions, 0.95)
    return pd.concat([mean_metrics(folds, decisions, 0.95, draws=50, seed=0), folds])


@pytest.fixture
def figures(decisions, metrics, emotions):
    """Every kind of figure, by a function that draws it."""
    systems = rank_systems(metrics)["system"]
    confusion = confusion_matrices(decisions, emotions)
    comparison = pd.DataFrame({"system": ["mlp", "mlp"], "reported": [60.22, 61.0]})
    return {
        "accuracies": lambda: draw_accuracies(metrics, comparison, {"speech": 67.0, "face": 75.0}),
        "confusion": lambda: draw_confusion(confusion, "mlp", 60.22, emotions),
        "recall": lambda: draw_recall(recall_by_emotion(decisions, 0.95), systems, emotions),
        "speakers": lambda: draw_speakers(accuracy_by_speaker(decisions), systems),
    }


def words(axes):
    """The texts inside the axes, without the empty ones."""
    return [text.get_text() for text in axes.texts]


def ticks(axes, which):
    return [label.get_text() for label in getattr(axes, f"get_{which}ticklabels")()]


def numbers(axes, columns):
    return np.array(words(axes), dtype=float).reshape(-1, columns)


@pytest.mark.parametrize("kind", ["accuracies", "confusion", "recall", "speakers"])
def test_equal_numbers_give_equal_files(figures, kind, tmp_path):
    files = [tmp_path / "first.svg", tmp_path / "second.svg"]
    for file in files:
        save(figures[kind](), file)
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert first.rstrip().endswith(b"</svg>")
    assert b"dc:date" not in first
    assert date.today().isoformat().encode() not in first


def test_drawing_leaves_the_style_of_others_alone(figures, tmp_path):
    with mpl.rc_context({"font.size": 33}):
        save(figures["recall"](), tmp_path / "recall.svg")
        assert mpl.rcParams["font.size"] == 33


def test_accuracies_stand_beside_their_systems_modality_by_modality(figures, metrics):
    axes = figures["accuracies"]().axes[0]
    assert ticks(axes, "y") == ["zero-r", "svc", "mlp", "wav2vec2"]
    means = metrics[metrics["fold"].isna()].drop_duplicates("system").set_index("system")
    shown = [f"{means.loc[system, 'accuracy']:.2f}" for system in ticks(axes, "y")]
    assert words(axes) == [*shown, " human, speech ", " human, face "]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [float(dot.get_xdata()[0]) for dot in dots] == pytest.approx(
        means.loc[ticks(axes, "y"), "accuracy"].tolist()
    )


def test_both_intervals_are_drawn(figures, metrics):
    axes = figures["accuracies"]().axes[0]
    drawn = {tuple(np.round(line.get_xdata(), 6)) for line in axes.lines if len(line.get_xdata())}
    means = metrics[metrics["fold"].isna()]
    assert {tuple(np.round(row, 6)) for row in means[["ci_low", "ci_high"]].to_numpy()} <= drawn


def test_the_first_reported_number_of_a_system_is_marked(figures):
    axes = figures["accuracies"]().axes[0]
    (marks,) = [line for line in axes.lines if line.get_marker() == "|"]
    assert marks.get_xydata().tolist() == [[60.22, ticks(axes, "y").index("mlp")]]
    assert "reported" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_with_nothing_reported_the_legend_does_not_mention_it(metrics, tmp_path):
    figure = draw_accuracies(metrics, NOTHING_REPORTED, {})
    save(figure, tmp_path / "accuracies.svg")
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend == ["speech", "face", "baseline", "Wald interval", "bootstrap over speakers"]


def test_a_confusion_matrix_shows_percent_of_each_emotion(figures, decisions, emotions):
    pooled, *folds = figures["confusion"]().axes
    assert pooled.get_ylabel() == "emotion"  # acted or not
    assert ticks(pooled, "y") == ticks(pooled, "x") == list(emotions)
    assert pooled.get_title(loc="left") == "mlp: 60.22 %"
    of_mlp = decisions[decisions["system"] == "mlp"]
    shares = 100 * pd.crosstab(of_mlp["emotion"], of_mlp["predicted"], normalize="index")
    expected = shares.reindex(index=emotions, columns=emotions, fill_value=0)
    assert numbers(pooled, len(emotions)) == pytest.approx(expected.to_numpy(), abs=0.5)
    is_right = of_mlp["emotion"] == of_mlp["predicted"]
    assert [axes.get_title(loc="left") for axes in folds] == [
        f"fold {fold}: {100 * share:.2f} %"
        for fold, share in is_right.groupby(of_mlp["fold"]).mean().items()
    ]


def test_an_emotion_without_clips_leaves_an_empty_row(emotions):
    confusion = pd.DataFrame(
        [("mlp", fold, e, p, 0) for fold in (0, 1, None) for e in emotions for p in emotions],
        columns=["system", "fold", "emotion", "predicted", "clips"],
    )
    confusion.loc[
        (confusion["emotion"] == "calm") & (confusion["predicted"] == "calm"), "clips"
    ] = 3
    shown = numbers(draw_confusion(confusion, "mlp", 100.0, emotions).axes[0], len(emotions))
    assert shown.sum() == 100


def test_recall_is_shown_by_emotion_in_their_order(figures, decisions, metrics, emotions):
    axes = figures["recall"]().axes[0]
    systems = rank_systems(metrics)["system"].tolist()
    assert ticks(axes, "x") == list(emotions)
    assert ticks(axes, "y") == systems
    recall = recall_by_emotion(decisions, 0.95).pivot(
        index="system", columns="emotion", values="recall"
    )
    expected = recall.loc[systems, list(emotions)].to_numpy()
    assert numbers(axes, len(emotions)) == pytest.approx(expected, abs=0.5)


def test_speakers_stand_in_the_order_of_folds_and_numbers(figures, decisions, metrics):
    axes = figures["speakers"]().axes[0]
    systems = rank_systems(metrics)["system"].tolist()
    assert ticks(axes, "x") == ["9", "10", "1", "2"]
    assert ticks(axes, "y") == systems
    accuracy = accuracy_by_speaker(decisions).pivot(
        index="system", columns="speaker", values="accuracy"
    )
    expected = accuracy.loc[systems, ["9", "10", "1", "2"]].to_numpy()
    assert numbers(axes, 4) == pytest.approx(expected, abs=0.5)


def test_speakers_whose_names_are_words_stand_in_their_alphabetic_order(decisions, metrics):
    names = {"10": "Bob", "9": "Ada", "2": "Dan", "1": "Cleo"}
    speakers = accuracy_by_speaker(decisions).replace({"speaker": names})
    figure = draw_speakers(speakers, rank_systems(metrics)["system"])
    assert ticks(figure.axes[0], "x") == ["Ada", "Bob", "Cleo", "Dan"]


def test_names_of_speakers_are_drawn_as_they_are(decisions, metrics, tmp_path):
    names = {"10": "$x^$", "9": r"$\frac{1}$", "2": "<script>", "1": "{{ 7 * 7 }} %s --><!--"}
    speakers = accuracy_by_speaker(decisions).replace({"speaker": names})
    figure = draw_speakers(speakers, rank_systems(metrics)["system"])
    assert {*ticks(figure.axes[0], "x")} == {*names.values()}
    save(figure, tmp_path / "speakers.svg", "$of^$")
    assert "<script>" not in (tmp_path / "speakers.svg").read_text(encoding="utf-8")


def test_a_note_stands_below_all_that_is_drawn(tmp_path):
    figure = mpl.figure.Figure((4, 2))
    figure.add_subplot().set_xlabel("a label")
    drawn = figure.get_tightbbox()
    save(figure, tmp_path / "noted.svg", "Made by code.")
    note = figure.texts[0].get_window_extent()
    assert figure.texts[0].get_text() == "Made by code."
    assert note.y1 / figure.dpi < drawn.y0


def test_answers_on_another_corpus_are_drawn_by_its_emotions_and_the_unknown_come_last():
    answers = pd.DataFrame(
        [
            (setting, emotion, known_as, predicted, clips)
            for setting in ("inductive", "transductive")
            for emotion, known_as, row in (
                ("bored", None, (1, 3)),
                ("joy", "happy", (0, 5)),
                ("calm", "calm", (2, 0)),
            )
            for predicted, clips in zip(("calm", "happy"), row, strict=True)
        ],
        columns=["setting", "emotion", "known_as", "predicted", "clips"],
    )
    first, second = draw_answers(answers, ["calm", "happy"]).axes
    assert [axes.get_title(loc="left") for axes in (first, second)] == [
        *("inductive", "transductive")
    ]
    assert [label.get_text() for label in first.get_yticklabels()] == ["calm", "joy", "(bored)"]
    assert [text.get_text() for text in first.texts] == ["100", "0", "0", "100", "25", "75"]
