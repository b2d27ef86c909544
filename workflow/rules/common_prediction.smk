PAGE = "src/emofold/prediction/page"
PAGE_FILES = [
    located(f"{PAGE}/{file.name}")
    for file in sorted((ROOT / PAGE).iterdir())
    if file.suffix in (".css", ".html", ".js")
]
ALONE = {"method": "log_linear", "scaling": "minmax", "parameters": {}}


def modality_of_model(name):
    """Return what a model looks at: speech or face."""
    if name in MODELS:
        return MODELS[name].get("modality") or MODELS[name]["features"].split("/")[0]
    return "face" if name in SEQUENCE_MODELS else "speech"


def modality_of(wildcards):
    """Return the modality of a model."""
    return modality_of_model(wildcards.model)


def described_model(name):
    """Return where what is known of a model of the bundled system lies, and what decides it."""
    row = {"modality": modality_of_model(name), "posteriors": posteriors_of(name)}
    if name in MODELS:
        tried = expand(f"{RESULTS}/models/{name}/fold{{fold}}/tried.parquet", fold=NESTED_FOLDS)
        return {
            **row,
            "kind": "static",
            "source": MODELS[name]["features"],
            "tables": feature_tables(name),
            "tried": tried,
            "classifier": recipe(name),
            "normalise_by": MODELS[name]["normalise_by"],
            "shrink": MODELS[name]["shrink"],
        }
    learned = {"folder": f"{RESULTS}/models/{name}/fold{NO_FOLD}"}
    if name in SEQUENCE_MODELS:
        source = f"face/frames/{SEQUENCE_MODELS[name]['extractor']}"
        return {**row, **learned, "kind": "sequence", "source": source}
    return {**row, **learned, "kind": "finetuned", "source": "speech/audio"}


def bundled_system(wildcards):
    """Return the models of the bundled system, and how it and its branches decide."""
    branches = {
        modality: [name for name in BUNDLED_MODELS if modality_of_model(name) == modality]
        for modality in ("speech", "face")
    }
    branches = {modality: models for modality, models in branches.items() if models}
    systems = {"speech+face": BUNDLED_MODELS, **branches} if len(branches) > 1 else branches
    keys = ("method", "scaling", "parameters")
    return {
        "system": BUNDLED,
        "models": {name: described_model(name) for name in BUNDLED_MODELS},
        "systems": {
            modality: {
                "models": models,
                **({key: FUSIONS[BUNDLED][key] for key in keys} if len(models) > 1 else ALONE),
            }
            for modality, models in systems.items()
        },
    }


def files_of_bundle(key):
    """Return a function of the files that the models of the bundled system have under a key."""

    def files(wildcards):
        rows = bundled_system(wildcards)["models"].values()
        return [path for row in rows for path in row.get(key, [])]

    return files


def learned_files(wildcards):
    """Return the files of the bundled system's models that are trained by epochs."""
    learned = [name for name in BUNDLED_MODELS if name in LEARNING_MODELS]
    return expand(
        f"{RESULTS}/models/{{model}}/fold{NO_FOLD}/{{file}}",
        model=learned,
        file=("model.safetensors", "config.json"),
    )


def used_by_bundle(folders, names):
    """Return those of some names whose tables the bundled system reads, below one of the folders."""
    sources = [described_model(model)["source"] for model in BUNDLED_MODELS]
    return [name for name in names if any(f"{folder}/{name}" in sources for folder in folders)]


def encoders_of_bundle(wildcards):
    """Return the encoders that the bundled system's models read embeddings of."""
    return {
        name: {**settings_of_encoder(name), "model": pretrained_folder(name)}
        for name in used_by_bundle(["speech/embeddings"], ENCODERS)
    }


def encoder_files_of_bundle(wildcards):
    """Return the files of these encoders' weights."""
    return [path for name in encoders_of_bundle(wildcards) for path in pretrained_model(name)]


def extractors_of_bundle(wildcards):
    """Return the kind of each extractor of Action Units that the bundled system's models read."""
    kinds = {name: row["kind"] for name, row in EXTRACTORS.items()} | {"published": "openface"}
    return {name: kinds[name] for name in used_by_bundle(["face/means", "face/frames"], kinds)}


def landmarker_of_bundle(wildcards):
    """Return the face landmarker, where the bundled system needs it."""
    return [LANDMARKER] if "mediapipe" in extractors_of_bundle(wildcards).values() else []


def media_to_predict(wildcards):
    """Return the files of the clips of a group."""
    return [str(file) for file in named_files(wildcards.group) if file.is_file()]


def missing_files_to_predict(wildcards):
    """Return which files of a group are not there: they come and go."""
    return [str(file) for file in named_files(wildcards.group) if not file.is_file()]


def named_files(group):
    """Return the files that the sheet names for the clips of a group."""
    files = [file for one in PREDICTED[group] for file in (one.media, one.action_units)]
    return [file for file in files if file]


def openface_to_predict_with(wildcards):
    """Return the user's OpenFace: one program, or none."""
    program = config["predict"]["openface"]
    return [shutil.which(Path(program).expanduser())] if program else []


def means_to_predict_from(wildcards):
    """Return the table of mean Action Units that is given: one, or none."""
    means = config["predict"]["means"]
    return [str(Path(means).expanduser())] if means else []


def clips_to_predict(wildcards):
    """Return the clips of a group, as json has them."""
    return [one.to_json() for one in PREDICTED[wildcards.group]]
