NO_SETTINGS_OF_TRAINING = {
    *("name", "gpu", "threads"),
    *("extractor", "columns", "model", "revision", "untrained"),
}
INNER_FOLDS = [f"{fold}-{other}" for fold in FOLDS for other in FOLDS if fold < other]
NO_FOLD = "none"
TRAININGS = [*map(str, FOLDS), *INNER_FOLDS, NO_FOLD]
STATIC_FUSIONS = [
    name for name, fusion in FUSIONS.items() if MODELS.keys() >= {*fusion["posteriors"]}
]
MEMBERS_OF_FUSIONS = {model for fusion in FUSIONS.values() for model in fusion["posteriors"]}
WITH_INNER_TRAININGS = (
    [model for model in LEARNING_MODELS if model in MEMBERS_OF_FUSIONS]
    if config["protocol"] == "nested"
    else []
)
DESCRIBED_BY_FUNCTIONALS = [
    name
    for name in EXTRACTORS
    if f"face/functionals/{name}" in [row["features"] for row in MODELS.values()]
]
READS_PUBLISHED_MEANS = "face/means/published" in [row["features"] for row in MODELS.values()]
BUNDLED_LEARNING_MODELS = [model for model in BUNDLED_MODELS if model in LEARNING_MODELS]


def feature_tables(model):
    """Return the feature tables of a static model."""
    features = model["features"]
    if features.startswith(("speech/embeddings/", "face/embeddings/")):
        return [f"{MEDIA}/{features}/{shard}.parquet" for shard in SHARDS]
    return [features if features.endswith(".parquet") else f"{RESULTS}/{features}.parquet"]


def modality_of(model):
    """Return what a model looks at: speech or face."""
    if "features" in model:
        return model.get("modality") or model["features"].split("/")[0]
    return "face" if "extractor" in model else "speech"


def recipe_of(model):
    """Return what decides the numbers of a static model, given its features."""
    keys = ["classifier", "scaling", "layers", "columns", "pooling", "parameters", "param_grid"]
    recipe = pick(model, *keys)
    measures_faces = model["features"].startswith(("face/means/", "face/functionals/"))
    if recipe["columns"] is None and measures_faces and model["features"] in TABLES:
        recipe["columns"] = "action_units"
    return recipe


RECIPES = {name: recipe_of(model) for name, model in MODELS.items()}
FEATURES = {name: feature_tables(model) for name, model in MODELS.items()}
MODALITIES = {name: modality_of(model) for name, model in TRAINED.items()}
TRAINING_SETTINGS = {
    name: pick(model, *(key for key in model if key not in NO_SETTINGS_OF_TRAINING))
    for name, model in LEARNING_MODELS.items()
}
FUSION_METHODS = {
    name: pick(fusion, "method", "scaling", "parameters") for name, fusion in FUSIONS.items()
}

MEANS_OF_MODELS = {
    name: MEANS.format(extractor=model["extractor"]) for name, model in SEQUENCE_MODELS.items()
}
SINGLE_LAYER_MODELS = [
    {"system": name, "encoder": Path(model["features"]).name, "layer": model["layers"]}
    for name, model in MODELS.items()
    if isinstance(model["layers"], int)
]


def held_out_folds(wildcards):
    """Return the folds whose clips a training does without: the tested one, and an inner one."""
    return [] if wildcards.fold == NO_FOLD else [int(fold) for fold in wildcards.fold.split("-")]


def is_on_all_folds(wildcards):
    """Return whether a training is the last one, on the clips of all folds."""
    return wildcards.fold == NO_FOLD


def speakers_held_out(wildcards):
    """Return the speakers that a bundle is trained without: names may hold braces."""
    return HELD_OUT_SPEAKERS


def frozen_frames(wildcards):
    """Return what the frozen layers of a model give, shard after shard; nothing without any."""
    shards = SHARDS if wildcards.model in PARTLY_FROZEN else []
    return expand(FROZEN, model=wildcards.model, shard=shards)


def learning_of(wildcards):
    """Return the learning curves of a model, fold after fold."""
    return expand(f"{TRAINING}/learning.parquet", model=wildcards.model, fold=FOLDS)


def frames_of_attention(wildcards):
    """Return the frames of one shard that a sequence model reads."""
    extractor = SEQUENCE_MODELS[wildcards.model]["extractor"]
    return FRAMES.format(extractor=extractor, shard=wildcards.shard)


def posteriors_of_inner_trainings(wildcards):
    """Return the scores that a fusion learns from under the protocol `nested`."""
    folds = INNER_FOLDS if wildcards.model in WITH_INNER_TRAININGS else []
    return expand(f"{TRAINING}/posteriors.parquet", model=wildcards.model, fold=folds)


def made_of_static(model):
    """Return the feature tables of a static model, and what decides its numbers."""
    return {
        "tables": FEATURES[model],
        "classifier": RECIPES[model],
        "normalise_by": MODELS[model]["normalise_by"],
        "shrink": MODELS[model]["shrink"],
    }


def models_of_fusion(wildcards):
    """Return what decides the numbers of each model of a fusion, and its feature tables."""
    return {model: made_of_static(model) for model in FUSIONS[wildcards.fusion]["posteriors"]}


def features_of_fusion(wildcards):
    """Return the feature tables of all models of a fusion."""
    models = FUSIONS[wildcards.fusion]["posteriors"]
    return sorted({path for model in models for path in FEATURES[model]})


def made_by(maker, **wildcards):
    """Return the files that a rule makes for all of some values of its wildcards."""
    return expand(list(map(str, maker.output)), **wildcards)


def trained_by_epochs(model, folds):
    """Return what the trainings of a model without each of some folds leave."""
    trains = rules.train_sequence if model in SEQUENCE_MODELS else rules.finetune_speech
    return made_by(trains, model=model, fold=folds)
