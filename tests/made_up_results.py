"""Results of a made-up run, of any number of speakers, emotions and systems, for its page."""

import numpy as np
import pandas as pd

from emofold.evaluation import metrics
from emofold.evaluation.calibration import calibration_bins
from emofold.evaluation.comparisons import mcnemar_tests
from emofold.evaluation.contributions import count_contributions
from emofold.evaluation.schemas import CHOICES, COMPARISON, FAILURES
from emofold.report.results.answers import guess_answers, read_answers
from emofold.report.results.page import Results, write_results_page
from emofold.scores import score_columns

EMOTIONS = ["neutral", "happy", "sad"]
SYSTEMS = {  # modality, normalised by, protocol, how sharply it tells emotions apart
    "both": ("speech+face", "none", "nested", 2.5),
    "voice": ("speech", "none", "nested", 2.0),
    "face-units": ("face", "none", "nested", 1.2),
    "voice-normalised": ("speech", "speaker", "nested", 3.0),
}
FUSIONS = {"both": ["voice", "face-units"]}


def make_clips(emotions=EMOTIONS, speakers=6, takes=2, media="media/{clip}.wav"):
    """Clips of each speaker and emotion, in three folds."""
    rows = [
        {
            **{"clip": f"clip-{speaker}-{emotion}-{take}", "speaker": f"s{speaker}"},
            **{"emotion": emotion, "fold": speaker % 3},
        }
        for speaker in range(1, speakers + 1)
        for emotion in emotions
        for take in range(1, takes + 1)
    ]
    clips = pd.DataFrame(rows)
    return clips.assign(media=[media and media.format(clip=clip) for clip in clips["clip"]])


def score(clips, emotions, sharpness, seed):
    """Probabilities that favour the emotion of a clip."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(len(clips), len(emotions)))
    logits[np.arange(len(clips)), clips["emotion"].map(list(emotions).index)] += sharpness
    shares = np.exp(logits)
    return shares / shares.sum(axis=1, keepdims=True)


def make_results(
    clips=None, emotions=EMOTIONS, systems=SYSTEMS, fusions=FUSIONS, name="made-up", **changes
):
    """Results and answers of systems."""
    clips = make_clips(emotions) if clips is None else clips
    answers = []
    for number, (system, (modality, normalised_by, protocol, sharpness)) in enumerate(
        systems.items()
    ):
        scores = score(clips, emotions, sharpness, number)
        table = clips[["clip", "fold", "emotion"]].assign(
            split="test", **dict(zip(score_columns(emotions), scores.T, strict=True))
        )
        folds = [table[table["fold"] == fold].copy() for fold in sorted(clips["fold"].unique())]
        for fold in folds:
            fold.attrs = {
                **{"scale": "probability", "protocol": protocol, "modality": modality},
                **{"kind": "model", "normalised_by": normalised_by},
            }
        answers.append(read_answers(system, folds, clips, emotions))
    answers.append(guess_answers(clips, emotions, "nested"))
    decisions = pd.concat([one.decided for one in answers], ignore_index=True)
    by_fold = metrics.fold_metrics(decisions, 0.95)
    means = metrics.mean_metrics(by_fold, decisions, 0.95, draws=20, seed=0)
    first, remark = next(iter(systems)), "C is at the edge of what was tried"
    choices = pd.DataFrame(
        [
            (first, 0, "C=1", 9, 0.5, 80.0, True, remark),
            (first, 0, "C=2", 9, 0.6, 70.0, False, remark),
        ]
    )
    told = {
        "failures": pd.DataFrame(columns=FAILURES.columns.names),
        "comparison": pd.DataFrame(columns=COMPARISON.columns.names),
        "choices": choices.set_axis(CHOICES.columns.names, axis="columns"),
        "shuffled": [],
        "literature": [],
        "run": {"name": name, "folds": 3, "confidence": 0.95, "note": "", "protocol": "nested"},
    }
    results = Results(
        **{
            "emotions": list(emotions),
            "clips": clips,
            "metrics": pd.concat([means, by_fold]),
            "calibration": calibration_bins(decisions),
            "mcnemar": mcnemar_tests(decisions),
            "contributions": count_contributions(decisions, fusions, emotions),
            "fusions": fusions,
            **told,
            **changes,
        }
    )
    return results, answers


def write_made_up(path, *arguments, **changes):
    """Write the page of a made-up run, and return its results and answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    results, answers = make_results(*arguments, **changes)
    write_results_page(results, answers, path)
    return results, answers
