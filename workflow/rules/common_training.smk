SETTINGS_OF_ANY_MODEL = {"name", "gpu", "threads"}
INNER_FOLDS = [f"{fold}-{other}" for fold in FOLDS for other in FOLDS if fold < other]
NO_FOLD = "none"
TRAININGS = [*map(str, FOLDS), *INNER_FOLDS, NO_FOLD]
FUSED = {model for fusion in FUSIONS.values() for model in fusion["posteriors"]}


def trained_parts(model):
    """Return the folders of a model's training in each fold."""
    return expand(f"{RESULTS}/models/{model}/fold{{fold}}", fold=FOLDS)


def training_of(wildcards):
    """Return what decides the numbers of a model that is trained by epochs, beside its inputs."""
    model = TRAINED[wildcards.model]
    others = SETTINGS_OF_ANY_MODEL | {"extractor", "model", "revision", "untrained"}
    return {key: value for key, value in model.items() if key not in others}


def held_out_folds(wildcards):
    """Return the folds whose clips a training does without: the tested one, and an inner one."""
    return [] if wildcards.fold == NO_FOLD else [int(fold) for fold in wildcards.fold.split("-")]


def speakers_left_out(wildcards):
    """Return the speakers whose clips the training on all folds does without."""
    return HELD_OUT_SPEAKERS if wildcards.fold == NO_FOLD else []


def learning_before_the_last_training(wildcards):
    """Return the learning curves that say how many epochs the training on all folds takes."""
    return learning_of(wildcards) if wildcards.fold == NO_FOLD else []


def posteriors_of_trainings(wildcards):
    """Return the scores of a model by its trainings, in the order of the folds."""
    return [f"{part}/posteriors.parquet" for part in trained_parts(wildcards.model)]


def posteriors_of_inner_trainings(wildcards):
    """Return the scores that a fusion learns from under the protocol `nested`."""
    if config["protocol"] != "nested" or wildcards.model not in FUSED:
        return []
    folder = f"{RESULTS}/models/{wildcards.model}"
    return expand(f"{folder}/fold{{folds}}/posteriors.parquet", folds=INNER_FOLDS)


def gpus_of_model(wildcards):
    """Return the GPUs that a model's jobs ask for."""
    return TRAINED[wildcards.model]["gpu"]


def checkpoint_of(wildcards):
    """Return the folder in which a training keeps where it stands."""
    return f"{RESULTS}/checkpoints/{wildcards.model}/fold{wildcards.fold}"


def frames_of_model(wildcards):
    """Return the frames tables that a sequence model reads."""
    return shards_of_table(f"{RESULTS}/face/frames/{SEQUENCE_MODELS[wildcards.model]['extractor']}")


def means_of_model(wildcards):
    """Return the table that knows which clips have no frame for a sequence model."""
    return f"{RESULTS}/face/means/{SEQUENCE_MODELS[wildcards.model]['extractor']}.parquet"


def frames_of_sequence_model(wildcards):
    """Return the frames of one shard that a sequence model reads."""
    extractor = SEQUENCE_MODELS[wildcards.model]["extractor"]
    return f"{RESULTS}/face/frames/{extractor}/{wildcards.shard}.parquet"


def attention_of(wildcards):
    """Return the attention of a sequence model, fold after fold."""
    return [f"{part}/attention.parquet" for part in trained_parts(wildcards.model)]


def learning_of(wildcards):
    """Return the learning curves of a model, fold after fold."""
    return [f"{part}/learning.parquet" for part in trained_parts(wildcards.model)]


def test_posteriors_of(wildcards):
    """Return the posteriors of a model, fold after fold."""
    return posteriors_of(wildcards.model)


def folder_of_finetuned(wildcards):
    """Return the folder of the encoder that a model starts from."""
    return pretrained_folder(wildcards.model)


def model_of_finetuned(wildcards):
    """Return the files of the encoder that a model starts from."""
    return pretrained_model(wildcards.model)


def size_of_untrained(wildcards):
    """Return the size of an encoder of random weights."""
    return FINETUNED_MODELS[wildcards.model]["untrained"]


def audio_of_all_shards(wildcards):
    """Return the sound of all clips."""
    return shards_of_table(f"{RESULTS}/speech/audio")
