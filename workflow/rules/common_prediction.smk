PAGE = "src/emofold/prediction/page"
PAGE_FILES = [
    *(
        located(f"{PAGE}/{file.name}")
        for file in sorted((ROOT / PAGE).iterdir())
        if file.suffix in (".css", ".html", ".js")
    ),
    *(located(f"{TEMPLATES}/{part}") for part in ("base.css", "tables.js")),
]
ALONE = {"method": "log_linear", "scaling": "minmax", "parameters": {}}


def described_member(name):
    """Return where what is known of a model of the bundle lies, and what decides it."""
    described = {
        "modality": MODALITIES[name],
        "posteriors": expand(POSTERIORS, model=name, fold=FOLDS),
    }
    if name in MODELS:
        tried = expand(f"{TRAINING}/tried.parquet", model=name, fold=NESTED_FOLDS)
        static = {"kind": "static", "source": MODELS[name]["features"], "tried": tried}
        return described | static | made_of_static(name)
    described["folder"] = TRAINING.format(model=name, fold=NO_FOLD)
    described["states"] = expand(f"{TRAINING}/states.parquet", model=name, fold=[*FOLDS, NO_FOLD])
    described["settings"] = expand(f"{TRAINING}/config.json", model=name, fold=FOLDS)
    if name in SEQUENCE_MODELS:
        source = f"face/frames/{SEQUENCE_MODELS[name]['extractor']}"
        return described | {"kind": "sequence", "source": source}
    return described | {"kind": "finetuned", "source": "speech/audio"}


MEMBERS = {name: described_member(name) for name in BUNDLED_MODELS}
SOURCES_OF_BUNDLE = {member["source"] for member in MEMBERS.values()}
ENCODERS_OF_BUNDLE = {
    name: ENCODER_SETTINGS[name] | {"model": PRETRAINED_FOLDERS[name]}
    for name in ENCODERS
    if f"speech/embeddings/{name}" in SOURCES_OF_BUNDLE
}
ENCODERS_OF_BUNDLE |= {
    name: FACE_ENCODER_SETTINGS[name] | {"kind": "image", "model": PRETRAINED_FOLDERS[name]}
    for name in FACE_ENCODERS
    if f"face/embeddings/{name}" in SOURCES_OF_BUNDLE
}
EXTRACTORS_OF_BUNDLE = {
    name: row["kind"]
    for name, row in (EXTRACTORS | {"published": {"kind": "openface"}}).items()
    if SOURCES_OF_BUNDLE & {f"face/{table}/{name}" for table in ("means", "functionals", "frames")}
}


def bundled_system():
    """Return the models of the bundle, and how it and each of its modalities decide."""
    systems = {
        modality: models
        for modality in ("speech", "face")
        if (models := [name for name in MEMBERS if MODALITIES[name] == modality])
    }
    if len(systems) > 1:
        systems = {"speech+face": BUNDLED_MODELS, **systems}
    return {
        "system": BUNDLED,
        "models": MEMBERS,
        "systems": {
            modality: {"models": models} | (FUSION_METHODS[BUNDLED] if len(models) > 1 else ALONE)
            for modality, models in systems.items()
        },
    }


def files_of_members(key):
    """Return a function of the files that the models of the bundle have under a key."""

    def files(wildcards):
        return [path for member in MEMBERS.values() for path in member.get(key, [])]

    return files


def landmarker_of_bundle(wildcards):
    """Return the face landmarker, where the bundle looks for faces with it."""
    kinds = {row["kind"] for row in ENCODERS_OF_BUNDLE.values()} | {*EXTRACTORS_OF_BUNDLE.values()}
    return [LANDMARKER] if kinds & {"image", "mediapipe"} else []


def encoder_files_of_bundle(wildcards):
    """Return the files of the weights of the encoders that the bundle needs."""
    return [path for name in ENCODERS_OF_BUNDLE for path in PRETRAINED_FILES[name]]


def named_files(group):
    """Return the files that the sheet names for the clips of a group."""
    files = [file for one in PREDICTED[group] for file in (one.media, one.action_units)]
    return list(dict.fromkeys(file for file in files if file))


def media_to_predict(wildcards):
    """Return the files of the clips of a group."""
    return [str(file) for file in named_files(wildcards.group) if find_flaw_of_file(file) is None]


def missing_files_to_predict(wildcards):
    """Return which files of a group are not there: they come and go."""
    return [str(file) for file in named_files(wildcards.group) if find_flaw_of_file(file)]


def program_to_predict_with(kind):
    """Return a function of the user's OpenFace, or pyfaceau: one program, or none."""

    def programs(wildcards):
        program = config["predict"][kind]
        return [shutil.which(str(Path(program).expanduser()))] if program else []

    return programs


def means_to_predict_from(wildcards):
    """Return the table of precomputed mean Action Units: one, or none."""
    means = config["predict"]["means"]
    return [str(Path(means).expanduser())] if means else []


def clips_to_predict(wildcards):
    """Return the clips of a group by their names, as json has them."""
    by_name = sorted(PREDICTED[wildcards.group], key=attrgetter("clip"))
    return [one.to_json() for one in by_name]


def files_of_other_corpus(wildcards):
    """Return the files of the clips of a corpus that the bundle is tried on."""
    clips = TEST_CORPORA[wildcards.other].clips
    return [file for clip in clips for file in (clip.media, clip.action_units) if file]


def described_other_corpus(wildcards):
    """Return the clips of such a corpus, and which of its emotions the bundle knows."""
    return TEST_CORPORA[wildcards.other].to_json()
