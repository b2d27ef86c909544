import os
import re
import shlex
import shutil
import sys
from dataclasses import asdict

import yaml

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

from emofold.runtime import locks
from emofold.config.cross_checks import WITH_PUBLISHED
from emofold.config.named_files import check_named_files, is_hub_id, use_local_copies
from emofold.config.reading import complete_config
from emofold.corpora import published_files, ravdess_files
from emofold.corpora.planning import (
    check_speakers,
    clips_to_show,
    fetched_ravdess,
    is_address,
    planned_corpus,
    planned_folds,
    uses_published,
)
from emofold.errors import InputError
from emofold.prediction.requests import in_groups, requests_for
from emofold.runtime.code_digest import code_digest

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"

try:
    config.update(complete_config(config, SCHEMA))
    config.update(use_local_copies(config))
    ENCODERS = {encoder["name"]: encoder for encoder in config["speech"]["encoders"]}
    EXTRACTORS = {extractor["name"]: extractor for extractor in config["face"]["extractors"]}
    HAS_MEDIA = config["corpus"] != "published"
    MAY_USE_PUBLISHED = config["corpus"] in WITH_PUBLISHED
    TABLES = [  # the feature tables that rules make
        *(["face/means/published"] if MAY_USE_PUBLISHED else []),
        *(f"speech/embeddings/{encoder}" for encoder in ENCODERS),
        *(f"face/means/{extractor}" for extractor in EXTRACTORS),
    ]
    check_named_files(config, TABLES, ROOT)
    DEMO_VIDEOS = f"results/{config['name']}/corpus"
    CORPUS = planned_corpus(config, DEMO_VIDEOS)
    config["folds"] = planned_folds(config, CORPUS)
    check_speakers(config["bundle"]["held_out_speakers"], CORPUS)
    OTHERS = config["predict"]["clips"]
    PREDICTED = in_groups(requests_for([Path(OTHERS).expanduser()])) if OTHERS else {}
except InputError as error:
    raise WorkflowError(str(error))

NAME = config["name"]
RESULTS = f"results/{NAME}"
FRONT_PAGE = f"{RESULTS}/report/front_page.rst"
FOLDS = range(len(config["folds"]))
NESTED_FOLDS = FOLDS if config["protocol"] == "nested" else []
IMPORTED = config["published"]["posteriors"]
MODELS = {model["name"]: model for model in config["models"]}
SEQUENCE_MODELS = {model["name"]: model for model in config["sequence_models"]}
FINETUNED_MODELS = {model["name"]: model for model in config["finetuned_models"]}
TRAINED = MODELS | SEQUENCE_MODELS | FINETUNED_MODELS
FUSIONS = {fusion["name"]: fusion for fusion in config["fusions"]}
SYSTEMS = [*IMPORTED, *TRAINED, *FUSIONS]
BUNDLED = config["bundle"]["system"]
BUNDLED_MODELS = (
    FUSIONS[BUNDLED]["posteriors"] if BUNDLED in FUSIONS else [BUNDLED] if BUNDLED else []
)
HELD_OUT_SPEAKERS = list(map(str, config["bundle"]["held_out_speakers"]))
SHARDS = CORPUS.shards
FETCHED_RAVDESS = fetched_ravdess(config)
DEMO_CLIPS = sorted({clip.clip[:-3] for shard in SHARDS.values() for clip in shard})
CLIPS = f"{RESULTS}/clips.parquet"
FAILURES = f"{RESULTS}/failures.parquet"
BUNDLE = f"{RESULTS}/model"
PREDICTIONS = f"{RESULTS}/predictions.parquet"
SHOWN_CLIPS = clips_to_show(CORPUS)
SEES_FACES = any(extractor["kind"] != "csv" for extractor in EXTRACTORS.values())
MODEL_FILES = {".json", ".txt", ".safetensors", ".bin"}
LANDMARKER = "resources/face_landmarker/face_landmarker.task"
LANDMARKER_MANIFEST = "workflow/resources/face_landmarker.yaml"


def located(path):
    """Return a file that the config names: below the working folder, or else the workflow's own."""
    return path if Path(path).exists() else str(ROOT / path)


try:
    RAVDESS = yaml.safe_load((ROOT / "workflow/resources/ravdess.yaml").read_text())
    MANIFEST = published_files.Manifest.read(Path(located(config["published"]["manifest"])))
    PUBLISHED_SOURCE = config["published"]["source"] or MANIFEST.base_url
    IS_DOWNLOADED = is_address(PUBLISHED_SOURCE)
    DOWNLOADS = f"resources/published/{MANIFEST.commit}"
    PUBLISHED_SHA256 = MANIFEST.checksums(published_files.list_needed_files(IMPORTED, len(FOLDS)))
    USES_PUBLISHED = uses_published(config)
    if USES_PUBLISHED and not IS_DOWNLOADED:
        published_files.find_copies(PUBLISHED_SHA256, Path(PUBLISHED_SOURCE).expanduser())
except InputError as error:
    raise WorkflowError(str(error))


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


def feature_tables(name):
    """Return the feature tables of a model."""
    features = MODELS[name]["features"]
    if features.startswith("speech/embeddings/"):
        return shards_of_table(f"{RESULTS}/{features}")
    return [features if features.endswith(".parquet") else f"{RESULTS}/{features}.parquet"]


def recipe(name):
    """Return what decides a model's numbers, beside its features and their normalisation."""
    keys = ("classifier", "scaling", "layers", "parameters", "param_grid")
    return {key: MODELS[name][key] for key in keys}


def features_of(wildcards):
    """Return the feature tables of a model."""
    return feature_tables(wildcards.model)


def classifier_of(wildcards):
    """Return what decides a model's numbers, beside its features and their normalisation."""
    return recipe(wildcards.model)


def threads_of(wildcards):
    """Return the cores that a model's jobs take."""
    return TRAINED[wildcards.model]["threads"]


def fused_posteriors(wildcards):
    """Return the posteriors that a fusion takes, fold after fold for each model."""
    models = FUSIONS[wildcards.fusion]["posteriors"]
    return [path for model in models for path in posteriors_of(model)]


def tried_candidates(wildcards):
    """Return the tables of what was tried, of each model and fold."""
    folder = f"{RESULTS}/models/{{model}}/fold{{fold}}/tried.parquet"
    return expand(folder, model=MODELS, fold=NESTED_FOLDS)


def layer_models(wildcards):
    """Return the models that see one layer of an encoder."""
    return [
        {"system": name, "encoder": Path(model["features"]).name, "layer": model["layers"]}
        for name, model in MODELS.items()
        if isinstance(model["layers"], int)
    ]


def permutation_tests(wildcards):
    """Return the tables of fusions that are run on shuffled emotions."""
    folder = f"{RESULTS}/evaluation/permutation"
    return [f"{folder}/{name}.parquet" for name in config["evaluation"]["permutation_tests"]]


def enrolment_curves():
    """Return the figures of fusions that are tried on speakers of whom few clips are known."""
    names = config["evaluation"]["enrolment_curves"]
    return [f"{RESULTS}/report/enrolment/{name}.svg" for name in names]


def models_of_fusion(wildcards):
    """Return what decides the numbers of each model of a fusion, and its feature tables."""
    return {
        model: {
            "tables": feature_tables(model),
            "classifier": recipe(model),
            "normalise_by": MODELS[model]["normalise_by"],
            "shrink": MODELS[model]["shrink"],
        }
        for model in FUSIONS[wildcards.fusion]["posteriors"]
    }


def features_of_fusion(wildcards):
    """Return the feature tables of all models of a fusion."""
    tables = [row["tables"] for row in models_of_fusion(wildcards).values()]
    return sorted({path for paths in tables for path in paths})


def method_of_fusion(wildcards):
    """Return how a fusion decides."""
    fusion = FUSIONS[wildcards.fusion]
    return {key: fusion[key] for key in ("method", "scaling", "parameters")}


def fusion_of(wildcards):
    """Return what decides a fusion's numbers."""
    return {"posteriors": FUSIONS[wildcards.fusion]["posteriors"], **method_of_fusion(wildcards)}


def files_of_the_network():
    """Return what a run fetches from the network."""
    tracks = any(row["kind"] == "mediapipe" for row in EXTRACTORS.values())
    unpacked = [path for paths in FETCHED_RAVDESS.values() for path in paths]
    return [
        *unpacked,
        *(f"resources/encoders/{name}" for name in HUB_MODELS),
        *([LANDMARKER] if tracks else []),
        *(map(published, MANIFEST.sha256) if IS_DOWNLOADED and USES_PUBLISHED else []),
    ]


def growing(minutes):
    """Return a time limit that grows with the attempt, for jobs that a cluster stopped at it."""

    def runtime(wildcards, attempt):
        return minutes * attempt

    return runtime


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
