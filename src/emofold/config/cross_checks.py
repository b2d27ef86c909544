"""What is wrong with a config although each of its values, taken by itself, is right."""

from collections.abc import Iterator, Mapping
from typing import Any

from emofold.errors import nearest
from emofold.evaluation import BASELINE

LISTS_OF_MODELS = ("models", "sequence_models", "finetuned_models")
FEWEST_FOLDS = 3
WITH_PUBLISHED = ("published", "ravdess")
SOURCES_OF_MEDIA = {"recordings": "speech_source", "videos": "videos"}
NEEDED_OF_KIND = {"transformer": "model", "openface": "binary"}
WHOLE_CHAINS = {
    "permutation_tests": "permutation test",
    "enrolment_curves": "enrolment curve",
}
DEFAULTS = {"model": None, "revision": "main", "layers": "all", "pooling": "mean", "binary": None}
ALLOWED_OF_KIND = {
    "transformer": {"model", "revision", "layers", "pooling"},
    "mediapipe": {"model"},
    "openface": {"binary"},
}


def contradictions(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what no schema can say: names used twice, names of nothing, folds that overlap.

    Parameters
    ----------
    config
        A complete config that fits its schema.
    """
    imported = config["published"]["posteriors"]
    trained = [row["name"] for models in LISTS_OF_MODELS for row in config[models]]
    systems = [*imported, *trained, *(fusion["name"] for fusion in config["fusions"])]
    for name in _doubled([system.casefold() for system in systems]):
        yield f"two systems have the name `{name}` (capitals do not tell files apart everywhere)"
    if BASELINE in systems:
        yield f"a system has the name `{BASELINE}`, which is the baseline's"
    for model in config["models"]:
        if model["features"].endswith(".parquet") and "modality" not in model:
            yield (
                f"the model `{model['name']}` takes a file as features, and no `modality` is given"
            )
    yield from _contradictions_of_media(config)
    yield from _contradictions_of_trained(config)
    sources = [*imported, *trained]
    for fusion in config["fusions"]:
        for name in fusion["posteriors"]:
            if name not in sources:
                yield (
                    f"the fusion `{fusion['name']}` takes the model `{name}`, which no posteriors "
                    f"have{nearest(name, sources)} (known: {', '.join(sources) or 'none'})"
                )
    yield from _contradictions_of_protocol(config)
    yield from _contradictions_of_tests(config)
    yield from _contradictions_of_bundle(config, systems)


def _contradictions_of_bundle(config: Mapping[str, Any], systems: list[str]) -> Iterator[str]:
    """Yield why a system cannot be trained on all speakers and kept."""
    sheet = config["predict"]["clips"]
    if sheet and not sheet.lower().endswith((".csv", ".tsv")):
        yield f"`predict: clips` is {sheet}, no csv or tsv file"
    name = config["bundle"]["system"]
    if name is None:
        if sheet:
            yield "`predict: clips` without `bundle: system`, with which to predict"
        return
    if name not in systems:
        yield (
            f"`bundle: system` is `{name}`, which is none{nearest(name, systems)} (with `null`, "
            "nothing is kept to predict with)"
        )
        return
    fused = {fusion["name"]: fusion["posteriors"] for fusion in config["fusions"]}
    files = {row["name"] for row in config["models"] if row["features"].endswith(".parquet")}
    for model in fused.get(name, [name]):
        if model in config["published"]["posteriors"]:
            yield f"`bundle: system` takes `{model}`, of which only posteriors are published"
        if model in files:
            yield f"`bundle: system` takes `{model}`, whose features no video gives, but a file"


def _contradictions_of_tests(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what does not fit between the fusions and what is to be tried with them."""
    normalised = {model["name"]: model["normalise_by"] != "none" for model in config["models"]}
    fused = {fusion["name"]: fusion["posteriors"] for fusion in config["fusions"]}
    for key, what in WHOLE_CHAINS.items():
        for name in config["evaluation"][key]:
            if name not in fused:
                yield f"the {what} of `{name}`, which is no fusion{nearest(name, fused)}"
            elif not normalised.keys() >= {*fused[name]} or config["protocol"] != "nested":
                yield (
                    f"the {what} of `{name}`, which is made anew only from static models and "
                    "under the protocol `nested`"
                )
            elif key == "enrolment_curves" and not any(normalised[m] for m in fused[name]):
                yield f"the {what} of `{name}`, none of whose models has a `normalise_by`"


def _contradictions_of_protocol(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what does not fit between the folds and the protocol."""
    folds = config["folds"]
    if not isinstance(folds, int):
        for speaker in _doubled([name for fold in folds for name in {*map(str, fold)}]):
            yield f"speaker {speaker} is in two of the `folds`, and would be trained on and tested"
    elif config["corpus"] == "published":
        yield "a number of `folds` with `corpus: published`, whose folds are the paper's"
    count = folds if isinstance(folds, int) else len(folds)
    if config["protocol"] == "nested" and count < FEWEST_FOLDS:
        yield (
            f"{count} folds under the protocol `nested`, which needs {FEWEST_FOLDS}: one to test, "
            "one to choose by, one to train on"
        )
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


def _contradictions_of_media(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what does not fit between the corpus, the encoders and the extractors."""
    rows = {"encoder": config["speech"]["encoders"], "extractor": config["face"]["extractors"]}
    published = config["published"]["posteriors"]
    if config["corpus"] == "sheet" and not config["sample_sheet"]:
        yield "`corpus: sheet` without a `sample_sheet`"
    if config["corpus"] == "published" and any(rows.values()):
        yield "encoders or extractors with `corpus: published`, which has no media"
    if config["corpus"] not in WITH_PUBLISHED and published:
        yield f"`published: posteriors` with `corpus: {config['corpus']}`, which has other clips"
    if config["corpus"] == "ravdess":
        yield from _contradictions_of_ravdess(config)
    for what, of_kind in rows.items():
        for name in _doubled([row["name"].casefold() for row in of_kind]):
            yield f"two {what}s have the name `{name}`"
        for row in of_kind:
            name, kind = row["name"], row["kind"]
            needed = NEEDED_OF_KIND.get(kind)
            if needed and needed not in row:
                yield f"the {what} `{name}` of kind {kind} has no `{needed}`"
            given = {key for key, default in DEFAULTS.items() if row.get(key, default) != default}
            for key in sorted(given - ALLOWED_OF_KIND.get(kind, set())):
                yield f"the {what} `{name}` of kind {kind} has a `{key}`, which that kind ignores"


def _contradictions_of_ravdess(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the media of RAVDESS and what was published of its videos do not allow."""
    media = config["ravdess"]["media"]
    for other, source in SOURCES_OF_MEDIA.items():
        if media != other and config["ravdess"][source]:
            yield f"`ravdess: {source}` with `media: {media}`, which is not read from there"
    for row in config["face"]["extractors"]:
        if row["kind"] != "csv" and media == "recordings":
            yield (
                f"the extractor `{row['name']}` of kind {row['kind']} with the recordings of "
                "RAVDESS finds no videos, but sound and csv files: write "
                "`face: {extractors: []}`, or `ravdess: {media: videos}`"
            )
        if row["name"].casefold() == "published":
            yield "an extractor has the name `published`, as the published Action Units have"
    if isinstance(config["folds"], int) and config["published"]["posteriors"]:
        yield "a number of `folds` with `published: posteriors`, whose folds are the paper's"


def _contradictions_of_trained(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what models that are trained by epochs lack."""
    extractors = [row["name"] for row in config["face"]["extractors"]]
    for row in config["sequence_models"]:
        if row["extractor"] not in extractors:
            yield (
                f"the sequence model `{row['name']}` takes the extractor `{row['extractor']}`, "
                f"which is none{nearest(row['extractor'], extractors)} (known: "
                f"{', '.join(extractors) or 'none'})"
            )
    encoders = {row["name"].casefold() for row in config["speech"]["encoders"]}
    for row in config["finetuned_models"]:
        if ("model" in row) == ("untrained" in row):
            yield f"the fine-tuned model `{row['name']}` needs either `model` or `untrained`"
        if config["corpus"] == "published":
            yield f"the fine-tuned model `{row['name']}` with `corpus: published`, without media"
        if row["name"].casefold() in encoders:
            yield f"an encoder and a fine-tuned model have the name `{row['name']}`"
        size, heads = (row.get("untrained", {}).get(key, 0) for key in ("hidden_size", "heads"))
        if heads and size % heads:
            yield f"`untrained` of `{row['name']}`: {heads} heads do not divide its size of {size}"


def _doubled(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
