"""How models do on another corpus than theirs, and whether their confidence knows it.

``python benchmarks/away_from_home.py FIRST SECOND`` takes the results folders of two runs with the
same encoders. It trains a bundle on each and tries it on held-out speakers of the same corpus and
on the other corpus, one file at a time and all together.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emofold.evaluation.other_corpora import measure as measure_bundle
from emofold.evaluation.schemas import ALL, ALONE, SHARED
from emofold.models.candidates import list_candidates
from emofold.models.features import read_features
from emofold.models.nested import Trainings
from emofold.models.schemas import NORMALISED_BY
from emofold.prediction.bundle import Bundle
from emofold.prediction.bundle_training import fit_static_member
from emofold.prediction.members import Scores, StaticMember
from emofold.prediction.observations import Observations, judge
from emofold.prediction.systems import fit_system, out_of_fold

FUSION: dict[str, Any] = {"method": "log_linear", "scaling": "minmax", "parameters": {}}
SEED = 2020


@dataclass(frozen=True)
class Corpus:
    """The clips of a run, its emotions in order, and the features of each encoder."""

    name: str
    clips: pd.DataFrame
    emotions: list[str]
    features: Mapping[str, pd.DataFrame]


def read_corpus(results: Path, encoders: Sequence[str]) -> Corpus:
    """Read the results of a run."""
    clips = pd.read_parquet(results / "clips.parquet")
    features = {
        encoder: read_features(*sorted((results / "speech/embeddings" / encoder).glob("*.parquet")))
        for encoder in encoders
    }
    return Corpus(results.name, clips, [*dict.fromkeys(clips["emotion"])], features)


def train(corpus: Corpus, clips: pd.DataFrame, normalise_by: str, c: float) -> Bundle:
    """Train a bundle of one model for each encoder on some clips of a corpus."""
    classifier = {
        "classifier": "logistic_regression",
        "scaling": "standard",
        "layers": "all",
        "parameters": {"C": c, "max_iter": 300},
        "param_grid": {},
    }
    row = {
        "modality": "speech",
        "normalise_by": normalise_by,
        "shrink": normalise_by != "none",
        "classifier": classifier,
        "tried": [],
    }
    members, scored = {}, {}
    for encoder, table in corpus.features.items():
        features = table.loc[clips["clip"]]
        members[encoder] = fit_static_member(
            features, clips, corpus.emotions, {**row, "source": encoder}, seed=SEED, threads=1
        )
        trainings = Trainings(
            features, clips, corpus.emotions, normalise_by, row["shrink"], seed=SEED
        )
        (candidate,) = list_candidates(**classifier)
        folds = []
        for fold in trainings.folds:
            posteriors, scale = trainings.as_in_paper(fold, candidate)
            posteriors.attrs["scale"] = scale
            folds.append(posteriors)
        scored[encoder] = out_of_fold(folds)
    system = fit_system("speech", scored, corpus.emotions, FUSION, seed=SEED)
    return Bundle("", tuple(corpus.emotions), members, {"speech": system}, {}, {}, {}, {})


def predict(bundle: Bundle, corpus: Corpus, clips: Sequence[str], size: int) -> pd.DataFrame:
    """Return what a bundle says of clips when so many are given together."""
    drawn = np.random.default_rng(SEED).permutation(np.asarray(clips, dtype=object))
    groups = [[*drawn[first : first + size]] for first in range(0, len(drawn), size)]
    tables = {encoder: table.loc[[*clips]] for encoder, table in corpus.features.items()}
    return judge(bundle, Observations(tables), dict.fromkeys(NORMALISED_BY, groups))


def unsoftened(bundle: Bundle) -> Bundle:
    """Return the same bundle, which takes nothing for new."""

    class Sure(StaticMember):
        def judge(self, table: pd.DataFrame, known: pd.DataFrame) -> Scores:
            scores = super().judge(table, known)
            return Scores(scores.values, scores.scale)

    members = {name: Sure(**vars(member)) for name, member in bundle.members.items()}
    return Bundle(**{**vars(bundle), "members": members})


def summarise(rows: pd.DataFrame, clips: pd.DataFrame, emotions: Sequence[str]) -> dict[str, float]:
    """Return how well the emotions are told apart that both corpora have, in percent."""
    judged = rows.merge(clips[["clip", "speaker", "emotion"]], on="clip")
    known_as = judged["emotion"].where(judged["emotion"].isin(emotions))
    metrics = measure_bundle(
        judged.assign(setting=ALONE, known_as=known_as),
        emotions,
        confidence=0.95,
        draws=100,
        seed=SEED,
    ).set_index("among")
    shared, of_all = metrics.loc[SHARED], metrics.loc[ALL]
    return {
        **shared[["n", "accuracy", "uar", "confidence"]],
        "accuracy of all": of_all["accuracy"],
        "confidence of all": of_all["confidence"],
        "remarked": shared["remarked"],
    }


def measure(home: Corpus, away: Corpus, normalise_by: str, c: float) -> Iterator[dict[str, Any]]:
    """Yield a row for each way to give clips to a bundle: at home, and away."""
    clips = pd.concat([home.clips, away.clips])
    bundle = train(home, home.clips, normalise_by, c)
    by_fold = {
        fold: train(home, home.clips[home.clips["fold"] != fold], normalise_by, c)
        for fold in sorted(home.clips["fold"].unique())
    }
    for given in ("one", "all"):
        for is_softened in (False, True):
            at_home = []
            for fold, without in by_fold.items():
                held_out = home.clips["clip"][home.clips["fold"] == fold]
                size = 1 if given == "one" else len(held_out)
                used = without if is_softened else unsoftened(without)
                at_home.append(predict(used, home, held_out, size))
            size = 1 if given == "one" else len(away.clips)
            used = bundle if is_softened else unsoftened(bundle)
            there = predict(used, away, away.clips["clip"], size)
            for where, rows in ((home.name, pd.concat(at_home)), (away.name, there)):
                yield {
                    "trained on": home.name,
                    "tried on": where,
                    "normalised by": normalise_by,
                    "given": given,
                    "softened": is_softened,
                    **summarise(rows, clips, home.emotions),
                }


def main() -> None:
    """Print the table of both directions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs=2, type=Path)
    parser.add_argument("--encoder", nargs="+", default=["whisper-base-thirds"])
    parser.add_argument("--normalise-by", nargs="+", default=[*NORMALISED_BY])
    parser.add_argument("--c", type=float, default=0.003)
    arguments = parser.parse_args()
    first, second = (read_corpus(run, arguments.encoder) for run in arguments.runs)
    for home, away in ((first, second), (second, first)):
        for normalise_by in arguments.normalise_by:
            rows = [*measure(home, away, normalise_by, arguments.c)]
            print(pd.DataFrame(rows).round(1).to_string(index=False), flush=True)


if __name__ == "__main__":
    main()
