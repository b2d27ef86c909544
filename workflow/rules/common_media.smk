PRETRAINED = ENCODERS | FINETUNED_MODELS
LEARNING_MODELS = SEQUENCE_MODELS | FINETUNED_MODELS


def sample_sheet(wildcards):
    """Return the sample sheet."""
    return config["sample_sheet"]


def reasons_of_failed_rows(wildcards):
    """Return why rows of the sample sheet cannot be used: missing files come and go."""
    return [failure.reason for failure in CORPUS.failures]


def media_shown(wildcards):
    """Return the videos that the contact sheet takes its frames from."""
    return [clip.media for clip in SHOWN_CLIPS]


def clips_shown(wildcards):
    """Return the speaker, the emotion and the video of each frame of the contact sheet."""
    return [[clip.speaker, clip.emotion, clip.media] for clip in SHOWN_CLIPS]


def media_tables(wildcards):
    """Return the last tables of the media steps, which know of all clips that failed."""
    return [
        *(path for encoder in ENCODERS for path in shards_of_table(embeddings_of(encoder))),
        *(f"{RESULTS}/face/means/{extractor}.parquet" for extractor in EXTRACTORS),
        *(path for model in FINETUNED_MODELS for path in posteriors_of(model)),
    ]


def embeddings_of(encoder):
    """Return the embeddings of an encoder, a path without its ending."""
    return f"{RESULTS}/speech/embeddings/{encoder}"


def shards_of_table(table):
    """Return the shards of a table of a media step, by the table's path without its ending."""
    return [f"{table}/{shard}.parquet" for shard in SHARDS]


def media_of(wildcards):
    """Return the video and audio files of a shard."""
    return [clip.media for clip in SHARDS[wildcards.shard] if clip.media]


def action_unit_files_of(wildcards):
    """Return the csv files of Action Units of a shard."""
    return [clip.action_units for clip in SHARDS[wildcards.shard] if clip.action_units]


def sources_of_frames(wildcards):
    """Return what an extractor reads of a shard: videos or csv files, and what it needs besides."""
    extractor = EXTRACTORS[wildcards.extractor]
    sources = {"csv": action_unit_files_of}.get(extractor["kind"], media_of)
    binary = shutil.which(Path(extractor.get("binary", "")).expanduser())
    tools = {"mediapipe": [LANDMARKER], "openface": [binary]}
    return {"sources": sources(wildcards), "tools": tools.get(extractor["kind"], [])}


def configured_landmarker(wildcards):
    """Return the user's copies of the face landmarker: one, or none."""
    models = {row["model"] for row in EXTRACTORS.values() if "model" in row}
    return sorted(str(Path(model).expanduser()) for model in models)


def kind_of_extractor(wildcards):
    """Return what an extractor is."""
    return EXTRACTORS[wildcards.extractor]["kind"]


def frames_of_all_shards(wildcards):
    """Return all frames tables of an extractor."""
    return shards_of_table(f"{RESULTS}/face/frames/{wildcards.extractor}")


def hub_folder(row):
    """Return the name of the folder of a model of the hub, which all rows that take it share."""
    # "[/]", since the linter takes a slash alone for an absolute path
    return re.sub("[/]", "--", f"{row['model']}@{row['revision']}")


HUB_MODELS = {
    hub_folder(row): {key: row[key] for key in ("model", "revision")}
    for row in PRETRAINED.values()
    if is_hub_id(row.get("model") or "")
}


def hub_model(wildcards):
    """Return the id and the revision of a model of the hub."""
    return HUB_MODELS[wildcards.fetched]


def clips_of_shard(wildcards):
    """Return the files of each clip of a shard."""
    return {
        clip.clip: {"media": clip.media, "action_units": clip.action_units}
        for clip in SHARDS[wildcards.shard]
    }


def clips_of_corpus(wildcards):
    """Return all that is known of each clip."""
    return [asdict(clip) for shard in SHARDS.values() for clip in shard]


def emotions_of_shard(wildcards):
    """Return the emotion of each clip of a shard."""
    return {clip.clip: clip.emotion for clip in SHARDS[wildcards.shard]}


def pretrained_folder(name):
    """Return the folder of a row's model: the user's, or where a rule puts it; or None."""
    row = PRETRAINED[name]
    if "untrained" in row:
        return f"{RESULTS}/untrained/{name}"
    if "model" not in row:
        return None
    if is_hub_id(row["model"]):
        return f"resources/encoders/{hub_folder(row)}"
    return str(Path(row["model"]).expanduser())


def pretrained_model(name):
    """Return what a row's model is read from: the folder of a rule, or the files of the user's."""
    folder, model = pretrained_folder(name), PRETRAINED[name].get("model")
    if folder is None or model is None or is_hub_id(model):
        return [folder] if folder else []
    files = (path for path in Path(folder).iterdir() if path.suffix in MODEL_FILES)
    return sorted(map(str, files))


def encoder_folder(wildcards):
    """Return the folder of an encoder's model, or None."""
    return pretrained_folder(wildcards.encoder)


def encoder_model(wildcards):
    """Return the model that an encoder needs."""
    return pretrained_model(wildcards.encoder)


def settings_of_encoder(name):
    """Return what decides an encoder's numbers, beside its model."""
    keys = ("kind", "layers", "pooling")
    return {key: ENCODERS[name][key] for key in keys if key in ENCODERS[name]}


def encoder_of(wildcards):
    """Return what decides an encoder's numbers, beside its model."""
    return settings_of_encoder(wildcards.encoder)


def threads_of_encoder(wildcards):
    """Return the cores that an encoder's jobs take."""
    return ENCODERS[wildcards.encoder]["threads"]


def gpus_of_encoder(wildcards):
    """Return the GPUs that an encoder's jobs ask for."""
    return ENCODERS[wildcards.encoder]["gpu"]


def wanted_results():
    """Return all files that a run is for, but the verdict on the clips that failed."""
    pages = f"{RESULTS}/report"
    evaluated = [
        *(f"{RESULTS}/evaluation/{table}.parquet" for table in ("metrics", "comparison")),
        *(f"{pages}/{name}.html" for name in ("systems", "failures")),
        f"{pages}/results.html",
        *(f"{pages}/{name}.svg" for name in ("accuracies", "ablation", "reliability")),
        *(f"{pages}/confusion/{system}.svg" for system in SYSTEMS),
        *enrolment_curves(),
        FRONT_PAGE,
    ]
    return [
        FAILURES,
        *media_tables({}),
        *(evaluated if SYSTEMS else []),
        *([BUNDLE] if BUNDLED else []),
        *([PREDICTIONS] if PREDICTED else []),
        *(f"{RESULTS}/prediction_pages/{group}" for group in PREDICTED),
        *([f"{pages}/contact_sheet.svg"] if SEES_FACES else []),
        *(
            f"{pages}/action_units/{extractor}/{shard}.html"
            for extractor in EXTRACTORS
            for shard in SHARDS
        ),
        *(f"{pages}/learning/{model}.svg" for model in LEARNING_MODELS),
        *(
            f"{pages}/attention/{model}/{shard}.html"
            for model in SEQUENCE_MODELS
            for shard in SHARDS
        ),
    ]


RESULT_FILES = wanted_results()
