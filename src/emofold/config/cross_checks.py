"""What is wrong with a config although each of its values, taken by itself, is right."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from emofold.config.face_columns import find_problems_of_columns
from emofold.corpora.notation import find_alike, simplify
from emofold.corpora.planning import FEWEST_FOLDS, SPEAKERS
from emofold.corpora.sheets import SEPARATORS, is_sheet
from emofold.errors import nearest
from emofold.evaluation import BASELINE

LISTS_OF_MODELS = ("models", "sequence_models", "finetuned_models")
WITH_PUBLISHED = ("published", "ravdess")
SOURCES_OF_MEDIA = {"recordings": "speech_source", "videos": "videos"}
OF_REGRESSIONS = {"scaling": "minmax", "parameters": {"C": 1.0, "max_iter": 10000}}  # defaults
REPEATED_CHAINS = {
    "permutation_tests": "permutation test",
    "enrolment_curves": "enrolment curve",
}


def find_contradictions(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what no schema can say: names used twice, names of nothing, folds that overlap.

    Parameters
    ----------
    config
        A complete config that fits its schema.
    """
    yield from _check_names(config)
    yield from _check_emotions(config)
    yield from _check_features(config)
    yield from find_problems_of_columns(config)
    yield from _check_corpus(config)
    yield from _check_ravdess(config)
    yield from _check_sequence_models(config)
    yield from _check_finetuned_models(config)
    yield from _check_fusions(config)
    yield from _check_folds(config)
    yield from _check_param_grids(config)
    yield from _check_repeated_chains(config)
    yield from _check_bundle(config)
    yield from _check_prediction(config)
    yield from _check_test_corpora(config)


def _check_names(config: Mapping[str, Any]) -> Iterator[str]:
    systems = _systems(config)
    for name in _doubled(system.casefold() for system in systems):
        yield f"two systems have the name `{name}` (capitals do not tell files apart everywhere)"
    if BASELINE in systems:
        yield f"a system has the name `{BASELINE}`, which is the baseline's"
    every_encoder = [*config["speech"]["encoders"], *config["face"]["encoders"]]
    rows = {"encoder": every_encoder, "extractor": config["face"]["extractors"]}
    for what, named in rows.items():
        for name in _doubled(row["name"].casefold() for row in named):
            yield f"two {what}s have the name `{name}`"
    encoders = {row["name"].casefold() for row in every_encoder}
    for row in config["finetuned_models"]:
        if row["name"].casefold() in encoders:
            yield f"an encoder and a fine-tuned model have the name `{row['name']}`"


def _check_emotions(config: Mapping[str, Any]) -> Iterator[str]:
    for alike in find_alike(config["emotions"]):
        yield f"the `emotions` {', '.join(map(repr, alike))}, which differ in notation only"


def _check_features(config: Mapping[str, Any]) -> Iterator[str]:
    for model in config["models"]:
        name, features, modality = model["name"], model["features"], model.get("modality")
        if _reads_a_file(model):
            if modality is None:
                yield f"the model `{name}` takes a file as features, and no `modality` is given"
        elif modality and not features.startswith(f"{modality}/"):
            yield f"the model `{name}` takes `{features}`, and its `modality` is {modality}"
        if model["shrink"] and model["normalise_by"] == "none":
            yield f"`shrink` of the model `{name}`, whose `normalise_by` is none"


def _check_corpus(config: Mapping[str, Any]) -> Iterator[str]:
    corpus = config["corpus"]
    if corpus == "sheet" and not config["sample_sheet"]:
        yield "`corpus: sheet` without a `sample_sheet`"
    if corpus == "published":
        face = config["face"]
        if config["speech"]["encoders"] or face["encoders"] or face["extractors"]:
            yield "encoders or extractors with `corpus: published`, which has no media"
        for row in config["finetuned_models"]:
            yield f"the fine-tuned model `{row['name']}` with `corpus: published`, without media"
    if corpus not in WITH_PUBLISHED and config["published"]["posteriors"]:
        yield f"`published: posteriors` with `corpus: {corpus}`, which has other clips"


def _check_ravdess(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the media of RAVDESS and what was published of its videos do not allow."""
    if config["corpus"] != "ravdess":
        return
    media = config["ravdess"]["media"]
    for other, source in SOURCES_OF_MEDIA.items():
        if media != other and config["ravdess"][source]:
            yield f"`ravdess: {source}` with `media: {media}`, which is not read from there"
    for row in config["face"]["encoders"]:
        if media == "recordings":
            yield (
                f"the face encoder `{row['name']}` with the recordings of RAVDESS, which show no "
                "faces: write `ravdess: {media: videos}`"
            )
    for row in config["face"]["extractors"]:
        if row["kind"] != "csv" and media == "recordings":
            yield (
                f"the extractor `{row['name']}` of kind {row['kind']} with the recordings of "
                "RAVDESS finds no videos, but sound and csv files: write "
                "`face: {extractors: []}`, or `ravdess: {media: videos}`"
            )
        if row["name"].casefold() == "published":
            yield "an extractor has the name `published`, as the published Action Units have"
    if not isinstance(config["folds"], list) and config["published"]["posteriors"]:
        yield "a number of `folds` with `published: posteriors`, whose folds are the paper's"


def _check_sequence_models(config: Mapping[str, Any]) -> Iterator[str]:
    extractors = [row["name"] for row in config["face"]["extractors"]]
    for row in config["sequence_models"]:
        if row["extractor"] not in extractors:
            yield (
                f"the sequence model `{row['name']}` takes the extractor `{row['extractor']}`, "
                f"which is none{nearest(row['extractor'], extractors)} (known: "
                f"{', '.join(extractors) or 'none'})"
            )


def _check_finetuned_models(config: Mapping[str, Any]) -> Iterator[str]:
    for row in config["finetuned_models"]:
        if ("model" in row) == ("untrained" in row):
            yield f"the fine-tuned model `{row['name']}` needs either `model` or `untrained`"
        size, heads = (row.get("untrained", {}).get(key, 0) for key in ("hidden_size", "heads"))
        if heads and size % heads:
            yield f"`untrained` of `{row['name']}`: {heads} heads do not divide its size of {size}"
        layers = row.get("untrained", {}).get("layers", row["frozen_layers"])
        if row["frozen_layers"] > layers:
            yield f"`{row['name']}` freezes {row['frozen_layers']} of {layers} layers"
        if row["kept_frames"] < 1 and not row["frozen_layers"]:
            yield (
                f"`kept_frames` of `{row['name']}` without `frozen_layers`: layers that learn see "
                "where frames lie, so all must be there"
            )


def _check_fusions(config: Mapping[str, Any]) -> Iterator[str]:
    sources = _sources(config)
    for fusion in config["fusions"]:
        for name in fusion["posteriors"]:
            if name not in sources:
                yield (
                    f"the fusion `{fusion['name']}` takes the model `{name}`, which no posteriors "
                    f"have{nearest(name, sources)} (known: {', '.join(sources) or 'none'})"
                )
        if fusion["method"] != "logistic_regression":
            for key in (key for key, usual in OF_REGRESSIONS.items() if fusion[key] != usual):
                yield (
                    f"`{key}` of the fusion `{fusion['name']}`, whose method {fusion['method']} "
                    "ignores it: it belongs to logistic_regression"
                )


def _check_folds(config: Mapping[str, Any]) -> Iterator[str]:
    folds = config["folds"]
    if isinstance(folds, list):
        for speaker in _doubled(
            name for fold in folds for name in {*map(simplify, map(str, fold))}
        ):
            yield f"speaker {speaker} is in two of the `folds`, and would be trained on and tested"
    elif config["corpus"] == "published":
        yield "a number of `folds` with `corpus: published`, whose folds are the paper's"
    count = len(folds) if isinstance(folds, list) else folds
    needed = FEWEST_FOLDS["nested"]
    if config["protocol"] == "nested" and count != SPEAKERS and count < needed:
        yield (
            f"{count} folds under the protocol `nested`, which needs {needed}: one to test, one to "
            "choose by, one to train on"
        )


def _check_param_grids(config: Mapping[str, Any]) -> Iterator[str]:
    for model in config["models"]:
        if model["param_grid"] and config["protocol"] != "nested":
            yield (
                f"`param_grid` of the model `{model['name']}` under the protocol "
                f"`{config['protocol']}`: inner folds choose, which only `nested` has"
            )
        for key in sorted(model["param_grid"].keys() & model["parameters"].keys()):
            yield (
                f"`{key}` of the model `{model['name']}` is both among its `parameters` and in its "
                "`param_grid`"
            )


def _check_repeated_chains(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what keeps a fusion and its models from being trained again for a test or a curve."""
    normalised = {model["name"]: model["normalise_by"] == "speaker" for model in config["models"]}
    fused = _members(config)
    for key, what in REPEATED_CHAINS.items():
        for name in config["evaluation"][key]:
            if name not in fused:
                yield f"the {what} of `{name}`, which is no fusion{nearest(name, fused)}"
            elif not normalised.keys() >= {*fused[name]} or config["protocol"] != "nested":
                yield (
                    f"the {what} of `{name}`, which is made anew only from static models and "
                    "under the protocol `nested`"
                )
            elif key == "enrolment_curves" and not any(map(normalised.get, fused[name])):
                yield f"the {what} of `{name}`, none of whose models has a `normalise_by: speaker`"


def _check_bundle(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield why a system cannot be trained on all speakers and kept."""
    name, systems = config["bundle"]["system"], _systems(config)
    if name is None:
        return
    if name not in systems:
        yield (
            f"`bundle: system` is `{name}`, which is none{nearest(name, systems)} (with `null`, "
            "nothing is kept to predict with)"
        )
        return
    files = {row["name"] for row in config["models"] if _reads_a_file(row)}
    for model in _members(config).get(name, [name]):
        if model in config["published"]["posteriors"]:
            yield f"`bundle: system` takes `{model}`, of which only posteriors are published"
        if model in files:
            yield f"`bundle: system` takes `{model}`, whose features no video gives, but a file"


def _check_prediction(config: Mapping[str, Any]) -> Iterator[str]:
    sheet = config["predict"]["clips"]
    if sheet and not is_sheet(Path(sheet)):
        yield f"`predict: clips` is {sheet}, no {' or '.join(SEPARATORS)} file"
    if sheet and config["bundle"]["system"] is None:
        yield "`predict: clips` without `bundle: system`, with which to predict"


def _check_test_corpora(config: Mapping[str, Any]) -> Iterator[str]:
    corpora = config["test_corpora"]
    for name in _doubled(corpus["name"].casefold() for corpus in corpora):
        yield f"two `test_corpora` have the name `{name}`"
    for corpus in corpora:
        if not is_sheet(Path(corpus["sheet"])):
            yield f"`test_corpora: {corpus['name']}` has no {' or '.join(SEPARATORS)} file as sheet"
    if corpora and config["bundle"]["system"] is None:
        yield "`test_corpora` without `bundle: system`, which is tried on them"


def _sources(config: Mapping[str, Any]) -> list[str]:
    """Return the names of all that has posteriors without a fusion."""
    trained = [row["name"] for models in LISTS_OF_MODELS for row in config[models]]
    return [*config["published"]["posteriors"], *trained]


def _systems(config: Mapping[str, Any]) -> list[str]:
    return [*_sources(config), *(fusion["name"] for fusion in config["fusions"])]


def _members(config: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the models of each fusion."""
    return {fusion["name"]: fusion["posteriors"] for fusion in config["fusions"]}


def _reads_a_file(model: Mapping[str, Any]) -> bool:
    return str(model["features"]).endswith(".parquet")


def _doubled(names: Iterable[str]) -> list[str]:
    every = [*names]
    return sorted({name for name in every if every.count(name) > 1})
