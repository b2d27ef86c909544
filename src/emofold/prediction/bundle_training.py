"""The training of a bundle: what the folds have shown, and models fitted on all speakers."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emofold.corpora.schemas import clips_schema
from emofold.errors import InputError, listing
from emofold.models.candidates import Candidate, list_candidates
from emofold.models.corpora import corpora_of
from emofold.models.features import features_of_columns, read_features
from emofold.models.nested import Trainings
from emofold.models.novelty import Novelty
from emofold.models.novelty_training import calibrate_states, fit_novelty
from emofold.models.schemas import TRIED, posteriors_schema
from emofold.prediction.expectations import expected_accuracy
from emofold.prediction.members.kinds import MEMBERS
from emofold.prediction.members.member import Member
from emofold.prediction.members.static import StaticMember, has_named_columns
from emofold.prediction.systems import System, fit_system, out_of_fold
from emofold.tables import failures_of, open_parquet, read_table, without_failed


@dataclass(frozen=True)
class Material:
    """What a bundle is made from.

    Attributes
    ----------
    clips
        The clips that every model can score, without those of speakers that are left out.
    folds
        The posteriors of each fold by model, of these clips.
    features
        The features of these clips by static model.
    max_duration
        How long the longest clip is, where the features say so.
    states
        By network, the states of these clips in the training without each fold, and at last in
        that on all; indexed by clip.
    choosers
        By network, the speakers that chose the epoch of the training without each fold.
    """

    clips: pd.DataFrame
    folds: Mapping[str, Sequence[pd.DataFrame]]
    features: Mapping[str, pd.DataFrame]
    max_duration: float | None
    states: Mapping[str, Sequence[pd.DataFrame]] = field(default_factory=dict)
    choosers: Mapping[str, Sequence[Collection[str]]] = field(default_factory=dict)


def read_material(
    clips_file: Path,
    models: Mapping[str, Mapping[str, Any]],
    emotions: Sequence[str],
    held_out_speakers: Collection[str],
) -> Material:
    """Read the tables that a bundle is made from.

    Parameters
    ----------
    clips_file
        The table of clips.
    models
        By the name of each model its `kind` and the `posteriors` of its folds; of static ones also
        the `tables` of features, of others the `states`, and the `settings` of each fold.
    emotions
        The emotions of the corpus, in order.
    held_out_speakers
        Speakers that are left out of everything that is fitted from here on. Candidates and epochs
        were chosen in folds whose models may have seen them.

    Raises
    ------
    InputError
        When one of these speakers has no clip.
    """
    schema = posteriors_schema(emotions)
    folds = {
        name: [read_table(Path(path), schema) for path in row["posteriors"]]
        for name, row in models.items()
    }
    static = {name: row["tables"] for name, row in models.items() if row["kind"] == "static"}
    features = {name: read_features(*map(Path, paths)) for name, paths in static.items()}
    clips = read_table(clips_file, clips_schema(emotions))
    scored = [table.attrs for tables in folds.values() for table in tables]
    failures = failures_of([clips.attrs, *scored, *(table.attrs for table in features.values())])
    _check_speakers(held_out_speakers, clips["speaker"])
    is_left_out = clips["speaker"].isin([*held_out_speakers])
    clips = without_failed(clips[~is_left_out], failures)
    known = [*clips["clip"]]
    networks = {name: row for name, row in models.items() if row["kind"] != "static"}
    return Material(
        clips,
        {name: [t[t["clip"].isin(known)] for t in tables] for name, tables in folds.items()},
        {name: table[table.index.isin(known)] for name, table in features.items()},
        max(_read_durations(static.values()), default=None),
        {
            name: [_read_states(Path(path)).reindex(known) for path in row["states"]]
            for name, row in networks.items()
        },
        {
            name: [_read_choosers(Path(path)) for path in row["settings"]]
            for name, row in networks.items()
        },
    )


def fit_members(
    material: Material,
    models: Mapping[str, Mapping[str, Any]],
    emotions: Sequence[str],
    *,
    min_confidence: float,
    seed: int,
    threads: int,
) -> dict[str, Member]:
    """Return the models of a bundle: static ones are trained here, others are read.

    Parameters
    ----------
    material
        What they are trained on.
    models
        By the name of each model its `kind`, `modality` and `source`; of static ones `classifier`,
        `normalise_by`, `shrink` and the tables of what was `tried`, of others the `folder` of their
        training.
    emotions
        The emotions of the corpus, in order.
    min_confidence
        Frames of a lower confidence do not count.
    seed, threads
        As of :class:`emofold.models.nested.Trainings`.
    """
    members: dict[str, Member] = {}
    for name, row in models.items():
        if row["kind"] == "static":
            features = material.features[name]
            members[name] = fit_static_member(
                features, material.clips, emotions, row, seed=seed, threads=threads
            )
        else:
            described = {"source": row["source"], "min_confidence": min_confidence}
            network = MEMBERS[row["kind"]].load(Path(row["folder"]), described, emotions)
            members[name] = replace(network, novelty=_fit_novelty(material, name))
    return members


def _fit_novelty(material: Material, name: str) -> Novelty:
    """Return what a network takes for new: what is far from the clips that it was trained on."""
    *of_folds, of_all = material.states[name]
    speakers = material.clips.set_index("clip")["speaker"]
    folds = []
    for states, posteriors, choosers in zip(
        of_folds, material.folds[name], material.choosers[name], strict=True
    ):
        is_tested = states.index.isin(posteriors["clip"][posteriors["split"] == "test"])
        is_trained = ~is_tested & ~speakers.loc[states.index].isin(choosers).to_numpy()
        if is_tested.any():
            folds.append((states[is_trained].to_numpy(), states[is_tested].to_numpy()))
    return calibrate_states(of_all.to_numpy(), folds)


def fit_static_member(
    features: pd.DataFrame,
    clips: pd.DataFrame,
    emotions: Sequence[str],
    row: Mapping[str, Any],
    *,
    seed: int,
    threads: int,
) -> StaticMember:
    """Train a static model on all clips.

    A model that normalises is trained on speakers, or corpora, of which all clips are known; later,
    the statistics of another's clips are shrunk towards theirs.

    Parameters
    ----------
    features
        The features of every clip, indexed by clip.
    clips
        The columns clip, speaker, emotion and fold.
    emotions, row, seed, threads
        As of :func:`fit_members`.
    """
    tried = [read_table(Path(path), TRIED) for path in row["tried"]]
    chosen = prefer(list_candidates(**row["classifier"]), tried)
    features = features_of_columns(features, chosen.columns, chosen.pooling)
    trainings = Trainings(
        features, clips, emotions, row["normalise_by"], row["shrink"], seed=seed, threads=threads
    )
    return StaticMember(
        row["modality"],
        row["source"],
        trainings.fitted_on_all(chosen).model,
        chosen.layers,
        features.shape[1],
        fit_novelty(trainings, chosen),
        row["normalise_by"],
        trainings.population(),
        [*map(str, features.columns)] if has_named_columns(row["source"]) else None,
    )


def prefer(candidates: Sequence[Candidate], tried: Sequence[pd.DataFrame]) -> Candidate:
    """Return the candidate of the lowest mean log loss on the inner folds of all folds.

    Of equals, and where nothing was tried, it is the first.

    Parameters
    ----------
    candidates
        The candidates.
    tried
        The table of what was tried, of each fold: the columns candidate and log_loss.
    """
    if not tried:
        return candidates[0]
    losses = pd.concat(tried).groupby("candidate")["log_loss"].mean()
    return min(candidates, key=lambda candidate: losses[candidate.name])


def fit_systems(
    material: Material,
    systems: Mapping[str, Mapping[str, Any]],
    emotions: Sequence[str],
    *,
    confidence: float,
    draws: int,
    seed: int,
) -> tuple[dict[str, System], dict[str, dict[str, Any]]]:
    """Return the systems of a bundle, fitted on out-of-fold scores, and what to expect of each.

    Parameters
    ----------
    material
        What they are fitted on.
    systems
        By modality, its `models` and the `method`, `scaling` and `parameters` of their fusion.
    emotions
        The emotions of the corpus, in order.
    confidence, draws, seed
        As of :func:`emofold.prediction.expectations.expected_accuracy`.
    """
    fitted, expected = {}, {}
    corpora = corpora_of(material.clips)
    for modality, row in systems.items():
        fusion = {key: row[key] for key in ("method", "scaling", "parameters")}
        folds = [
            dict(zip(row["models"], tables, strict=True))
            for tables in zip(*(material.folds[name] for name in row["models"]), strict=True)
            if (tables[0]["split"] == "test").any()
        ]
        scored = {name: out_of_fold([tables[name] for tables in folds]) for name in row["models"]}
        fitted[modality] = fit_system(
            modality, scored, emotions, fusion, seed=seed, corpora=corpora
        )
        expected[modality] = expected_accuracy(
            modality,
            folds,
            material.clips,
            emotions,
            fusion=fusion,
            confidence=confidence,
            draws=draws,
            seed=seed,
        )
    return fitted, expected


def _check_speakers(held_out: Collection[str], speakers: pd.Series) -> None:
    unknown = sorted({*held_out} - {*speakers})
    if unknown:
        raise InputError(
            f"`bundle: held_out_speakers` of {listing(unknown)}",
            f"speakers of the corpus: {listing(sorted(speakers.unique()), 40)}",
            "correct the config",
        )


def _read_states(path: Path) -> pd.DataFrame:
    table, _ = open_parquet(path)
    states = np.stack(table["state"].to_numpy(zero_copy_only=False)).astype("float64")
    return pd.DataFrame(states, table["clip"].to_pandas())


def _read_choosers(settings: Path) -> list[str]:
    return list(json.loads(settings.read_text(encoding="utf-8"))["validation_speakers"])


def _read_durations(tables: Iterable[Sequence[str]]) -> Iterator[float]:
    """Yield how long the longest clip of each table is, where the table says so."""
    for path in chain.from_iterable(tables):
        table, _ = open_parquet(Path(path))
        if "duration" in table.column_names and table.num_rows:
            yield max(table["duration"].to_pylist())
