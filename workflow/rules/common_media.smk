HEARING = ENCODERS | FINETUNED_MODELS
PRETRAINED = HEARING | FACE_ENCODERS
SHARDS_HEARD = list(SHARDS) if HEARING else []
SHOWN_CLIPS = clips_to_show(CORPUS)
SEES_FACES = FACE_ENCODERS or any(row["kind"] != "csv" for row in EXTRACTORS.values())
DEMO_CLIPS = sorted({clip.clip[:-3] for clip in CORPUS.clips})
FINDS_ONE_FACE = "pyfaceau"
MODEL_FILES = {".json", ".txt", ".safetensors", ".bin"}


def hub_folder(row):
    """Return the name of the folder of a model of the hub, which all rows that take it share."""
    # "[/]", since the linter takes a slash alone for an absolute path
    return re.sub("[/]", "--", f"{row['model']}@{row['revision']}")


HUB_MODELS = {
    hub_folder(row): pick(row, "model", "revision")
    for row in PRETRAINED.values()
    if is_hub_id(row.get("model") or "")
}


def pretrained_folder(row):
    """Return the folder of a row's model: the user's, or where a rule puts it; or None."""
    if "untrained" in row:
        return f"{RESULTS}/untrained/{row['name']}"
    if "model" not in row:
        return None
    if is_hub_id(row["model"]):
        return f"resources/encoders/{hub_folder(row)}"
    return str(Path(row["model"]).expanduser())


def pretrained_files(row):
    """Return what a row's model is read from: the folder of a rule, or the files of the user's."""
    folder, model = pretrained_folder(row), row.get("model")
    if folder is None or model is None or is_hub_id(model):
        return [folder] if folder else []
    files = (path for path in Path(folder).iterdir() if path.suffix in MODEL_FILES)
    return sorted(map(str, files))


PRETRAINED_FOLDERS = {name: pretrained_folder(row) for name, row in PRETRAINED.items()}
PRETRAINED_FILES = {name: pretrained_files(row) for name, row in PRETRAINED.items()}
ENCODER_SETTINGS = {
    name: pick(row, *(key for key in ("kind", "layers", "pooling") if key in row))
    for name, row in ENCODERS.items()
}
FACE_ENCODER_SETTINGS = {
    name: pick(row, "layers", "tokens", "pooling", "frames_per_second")
    | {"which": config["face"]["which"]}
    for name, row in FACE_ENCODERS.items()
}
EXTRACTOR_SETTINGS = {
    name: pick(row, "kind")
    | ({} if row["kind"] == FINDS_ONE_FACE else {"which": config["face"]["which"]})
    for name, row in EXTRACTORS.items()
}
MODEL_OF_ENCODER = {name: (row["kind"], PRETRAINED_FOLDERS[name]) for name, row in ENCODERS.items()}
FIRST_OF_ITS_MODEL = {model: name for name, model in reversed(MODEL_OF_ENCODER.items())}
FIRST_VIEWS = list(FIRST_OF_ITS_MODEL.values())
FURTHER_VIEWS = [name for name in ENCODERS if name not in FIRST_VIEWS]


def views_of_model(wildcards, output):
    """Return the settings of all encoders of one model, by the tables of a shard.

    Snakemake does not compare what depends on `output`: none of them decides another's table.
    """
    return {
        EMBEDDINGS.format(encoder=name, shard=wildcards.shard): ENCODER_SETTINGS[name]
        for name, model in MODEL_OF_ENCODER.items()
        if model == MODEL_OF_ENCODER[wildcards.encoder]
    }


def media_by_clip(wildcards):
    """Return the video or audio file of each clip of a shard."""
    return {clip.clip: clip.media for clip in SHARDS[wildcards.shard]}


def bounds_of(clip):
    """Return from when to when a clip lasts in its recording; nothing where it is all of it."""
    return [] if clip.segment.is_whole else [clip.start, clip.end]


def segments_of_shard(wildcards):
    """Return the bounds of each clip of a shard that is a segment of a recording."""
    clips = SHARDS[wildcards.shard]
    return {clip.clip: bounds for clip in clips if (bounds := bounds_of(clip))}


def media_of_shard(wildcards):
    """Return the video and audio files of a shard."""
    return list(dict.fromkeys(filter(None, media_by_clip(wildcards).values())))


def faces_by_clip(wildcards):
    """Return what an extractor reads of each clip of a shard: a video, or a csv file."""
    if EXTRACTORS[wildcards.extractor]["kind"] != "csv":
        return media_by_clip(wildcards)
    return {clip.clip: clip.action_units for clip in SHARDS[wildcards.shard]}


def sources_of_frames(wildcards):
    """Return what an extractor reads of a shard, and what it needs besides."""
    extractor = EXTRACTORS[wildcards.extractor]
    binary = shutil.which(str(Path(extractor.get("binary", "")).expanduser()))
    tools = {"mediapipe": [LANDMARKER], "openface": [binary], "pyfaceau": [binary]}
    sources = list(dict.fromkeys(filter(None, faces_by_clip(wildcards).values())))
    return {"sources": sources, "tools": tools.get(extractor["kind"], [])}


def inputs_of_frames(wildcards):
    """Return the same, as far as it can be input."""
    named = sources_of_frames(wildcards)
    return {**named, "sources": taken_literally(named["sources"])}


def configured_landmarker(wildcards):
    """Return the user's copies of the face landmarker: one, or none."""
    models = {row["model"] for row in EXTRACTORS.values() if "model" in row}
    models |= {row["landmarker"] for row in FACE_ENCODERS.values() if "landmarker" in row}
    return sorted(str(Path(model).expanduser()) for model in models)


def emotions_of_shard(wildcards):
    """Return the emotion of each clip of a shard."""
    return {clip.clip: clip.emotion for clip in SHARDS[wildcards.shard]}


def media_shown(wildcards):
    """Return the videos that the contact sheet takes its frames from."""
    return list(dict.fromkeys(clip.media for clip in SHOWN_CLIPS))


def clips_shown(wildcards):
    """Return the speaker, the emotion and the video, with bounds, of each of the sheet's frames."""
    return [[clip.speaker, clip.emotion, clip.media, *bounds_of(clip)] for clip in SHOWN_CLIPS]


def name_source(clip, kind):
    """Return what a clip is made of: a file, or a file with bounds."""
    bounds = bounds_of(clip)
    return [getattr(clip, kind), *bounds] if bounds else getattr(clip, kind)


def shared_files():
    """Return the files that all runs on the corpus share, with a digest of what decides them."""
    limit, shared = config["max_duration"], {}
    if config["corpus"] == "demo":
        shared |= {clip.media: digest_of(config["seed"]) for clip in CORPUS.clips}
    for shard, clips in SHARDS.items():
        media, tracked = (
            {clip.clip: name_source(clip, kind) for clip in clips}
            for kind in ("media", "action_units")
        )
        if HEARING:
            shared[AUDIO.format(shard=shard)] = digest_of([media, limit])
        for name, settings in ENCODER_SETTINGS.items():
            made_of = [media, limit, settings, PRETRAINED_FOLDERS[name]]
            shared[EMBEDDINGS.format(encoder=name, shard=shard)] = digest_of(made_of)
        for name, settings in FACE_ENCODER_SETTINGS.items():
            made_of = [media, limit, settings, PRETRAINED_FOLDERS[name]]
            shared[FACE_EMBEDDINGS.format(encoder=name, shard=shard)] = digest_of(made_of)
        for name, row in EXTRACTORS.items():
            made_of = [
                tracked if row["kind"] == "csv" else media,
                limit,
                row,
                EXTRACTOR_SETTINGS[name].get("which"),
            ]
            shared[FRAMES.format(extractor=name, shard=shard)] = digest_of(made_of)
    return shared
