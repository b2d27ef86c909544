import os
import re
import shlex
import shutil
import sys

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

ROOT = Path(workflow.basedir)
SOURCE = ROOT / "src"

# Snakemake puts this path into shell commands as it is, which breaks where it holds a space.
sys.executable = shlex.quote(sys.executable)

# The library is found by this process and, whatever environment they run in, by its jobs.
sys.path.insert(0, str(SOURCE))
inherited = os.environ.get("PYTHONPATH")
os.environ.update(PYTHONPATH=os.pathsep.join(filter(None, [str(SOURCE), inherited])))

from emofold import locks
from emofold.configuration import check_named_files, complete_config, is_hub_id
from emofold.corpora import published_files
from emofold.corpora.planning import clips_to_show, planned_corpus
from emofold.errors import InputError
from emofold.staleness import code_digest

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"

try:
    config.update(complete_config(config, SCHEMA))
    ENCODERS = {encoder["name"]: encoder for encoder in config["speech"]["encoders"]}
    EXTRACTORS = {extractor["name"]: extractor for extractor in config["face"]["extractors"]}
    HAS_MEDIA = config["corpus"] != "published"
    TABLES = [  # the feature tables that rules make
        *([] if HAS_MEDIA else ["face/means/published"]),
        *(f"speech/embeddings/{encoder}" for encoder in ENCODERS),
        *(f"face/means/{extractor}" for extractor in EXTRACTORS),
    ]
    check_named_files(config, TABLES, ROOT)
    DEMO_VIDEOS = f"results/{config['name']}/corpus"
    CORPUS = planned_corpus(config, DEMO_VIDEOS)
except InputError as error:
    raise WorkflowError(str(error))

NAME = config["name"]
RESULTS = f"results/{NAME}"
FRONT_PAGE = f"{RESULTS}/report/front_page.rst"
FOLDS = range(len(config["folds"]))
IMPORTED = config["published"]["posteriors"]
MODELS = {model["name"]: model for model in config["models"]}
FUSIONS = {fusion["name"]: fusion for fusion in config["fusions"]}
SYSTEMS = [*IMPORTED, *MODELS, *FUSIONS]
SHARDS = CORPUS.shards
DEMO_CLIPS = sorted({clip.clip[:-3] for shard in SHARDS.values() for clip in shard})
CLIPS = f"{RESULTS}/clips.parquet"
FAILURES = f"{RESULTS}/failures.parquet"
SHOWN_CLIPS = clips_to_show(CORPUS)
SEES_FACES = any(extractor["kind"] != "csv" for extractor in EXTRACTORS.values())
MODEL_FILES = {".json", ".txt", ".safetensors", ".bin"}
LANDMARKER = "resources/face_landmarker/face_landmarker.task"
LANDMARKER_MANIFEST = "workflow/resources/face_landmarker.yaml"


def located(path):
    """Return a file that the config names: below the working folder, or else the workflow's own."""
    return path if Path(path).exists() else str(ROOT / path)


try:
    MANIFEST = published_files.Manifest.read(Path(located(config["published"]["manifest"])))
    PUBLISHED_SOURCE = config["published"]["source"] or MANIFEST.base_url
    IS_DOWNLOADED = PUBLISHED_SOURCE.startswith(("http://", "https://"))
    DOWNLOADS = f"resources/published/{MANIFEST.commit}"
    PUBLISHED_SHA256 = MANIFEST.checksums(published_files.needed_files(IMPORTED, len(FOLDS)))
    if not HAS_MEDIA and not IS_DOWNLOADED:
        published_files.copied_files(PUBLISHED_SHA256, Path(PUBLISHED_SOURCE).expanduser())
except InputError as error:
    raise WorkflowError(str(error))


def wanted_results():
    """Return all files that a run is for, but the verdict on the clips that failed."""
    pages = f"{RESULTS}/report"
    evaluated = [
        *(f"{RESULTS}/evaluation/{table}.parquet" for table in ("metrics", "comparison")),
        *(f"{pages}/{name}.html" for name in ("systems", "failures")),
        f"{pages}/accuracies.svg",
        *(f"{pages}/confusion/{system}.svg" for system in SYSTEMS),
        FRONT_PAGE,
    ]
    return [
        FAILURES,
        *media_tables({}),
        *(evaluated if SYSTEMS else []),
        *([f"{pages}/contact_sheet.svg"] if SEES_FACES else []),
        *(
            f"{pages}/action_units/{extractor}/{shard}.html"
            for extractor in EXTRACTORS
            for shard in SHARDS
        ),
    ]


def code_of(rule):
    """Return the digest of the code that a rule runs."""
    return code_digest(ROOT / f"scripts/{rule}.py")


def one_of(names):
    """Return the pattern of a wildcard that stands for one of some names."""
    return "|".join(map(re.escape, names)) or "(?!)"


def posteriors_of(system):
    """Return the posteriors tables of a model or a fusion, in the order of the folds."""
    folder = "fusion" if system in FUSIONS else "posteriors"
    return expand(f"{RESULTS}/{folder}/{system}/fold{{fold}}.parquet", fold=FOLDS)


def published(file):
    """Return where a published file lies once it is here."""
    folder = Path(DOWNLOADS if IS_DOWNLOADED else PUBLISHED_SOURCE).expanduser()
    return str(folder / file)


def sha256_of_published(wildcards, input):
    """Return the checksum that each published file among a rule's inputs must have."""
    by_path = {published(file): sha256 for file, sha256 in PUBLISHED_SHA256.items()}
    return {path: by_path[path] for path in input if path in by_path}


def published_posteriors(wildcards):
    """Return a published model's files, by split, in the order of the folds."""
    files = published_files.POSTERIORS[wildcards.model]
    return {
        split: [published(files.path(fold, len(FOLDS), split)) for fold in FOLDS]
        for split in published_files.SPLITS
    }


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


def hub_model(wildcards):
    """Return the id and the revision of a model of the hub."""
    encoder = ENCODERS[wildcards.encoder]
    return {key: encoder[key] for key in ("model", "revision")}


def clips_of_shard(wildcards):
    """Return the files of each clip of a shard."""
    return {
        clip.clip: {"media": clip.media, "action_units": clip.action_units}
        for clip in SHARDS[wildcards.shard]
    }


def emotions_of_shard(wildcards):
    """Return the emotion of each clip of a shard."""
    return {clip.clip: clip.emotion for clip in SHARDS[wildcards.shard]}


def encoder_folder(wildcards):
    """Return the folder of an encoder's model: the user's, or where it is fetched to; or None."""
    model = ENCODERS[wildcards.encoder].get("model")
    if model is None:
        return None
    fetched = f"resources/encoders/{wildcards.encoder}"
    return fetched if is_hub_id(model) else str(Path(model).expanduser())


def encoder_model(wildcards):
    """Return the model that an encoder needs: the fetched folder, or the files of the user's."""
    model, folder = ENCODERS[wildcards.encoder].get("model"), encoder_folder(wildcards)
    if folder is None or is_hub_id(model):
        return [folder] if folder else []
    files = (path for path in Path(folder).iterdir() if path.suffix in MODEL_FILES)
    return sorted(map(str, files))


def encoder_of(wildcards):
    """Return what decides an encoder's numbers, beside its model."""
    encoder = ENCODERS[wildcards.encoder]
    keys = ("kind", "layers") if encoder["kind"] == "transformer" else ("kind",)
    return {key: encoder[key] for key in keys}


def threads_of_encoder(wildcards):
    """Return the cores that an encoder's jobs take."""
    return ENCODERS[wildcards.encoder]["threads"]


def gpus_of_encoder(wildcards):
    """Return the GPUs that an encoder's jobs ask for."""
    return ENCODERS[wildcards.encoder]["gpu"]


def features_of(wildcards):
    """Return the feature tables of a model."""
    features = MODELS[wildcards.model]["features"]
    if features.startswith("speech/embeddings/"):
        return shards_of_table(f"{RESULTS}/{features}")
    return [features if features.endswith(".parquet") else f"{RESULTS}/{features}.parquet"]


def stage_of(wildcards):
    """Return what a model's features are taken from."""
    model = MODELS[wildcards.model]
    return model.get("stage") or model["features"].split("/")[0]


def classifier_of(wildcards):
    """Return what decides a model's numbers."""
    model = MODELS[wildcards.model]
    return {key: model[key] for key in ("classifier", "scaling", "parameters")}


def threads_of(wildcards):
    """Return the cores that a model's jobs take."""
    return MODELS[wildcards.model]["threads"]


def fused_posteriors(wildcards):
    """Return the posteriors that a fusion takes, fold after fold for each model."""
    models = FUSIONS[wildcards.fusion]["posteriors"]
    return [path for model in models for path in posteriors_of(model)]


def fusion_of(wildcards):
    """Return what decides a fusion's numbers."""
    fusion = FUSIONS[wildcards.fusion]
    return {key: fusion[key] for key in ("posteriors", "method", "scaling", "parameters")}


def hold_the_run():
    """Keep other runs out of this folder, and let the jobs of a killed run end first."""
    global run_lock
    try:
        run_lock = locks.hold_run()
    except InputError as error:
        raise WorkflowError(str(error))
    if locks.jobs_are_running():
        logger.warning("Waiting for jobs that an earlier, killed run left at work here.")
        locks.wait_for_jobs()


RESULT_FILES = wanted_results()
