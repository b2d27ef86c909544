import os
import re
import shlex
import shutil
import sys
from dataclasses import asdict
from operator import attrgetter

import yaml

from snakemake.exceptions import WorkflowError
from snakemake.io import contains_wildcard
from snakemake.logging import logger
from snakemake.pathvars import PATHVAR_REGEX

ROOT = Path(workflow.basedir)
SOURCE = ROOT / "src"
TEMPLATES = "src/emofold/report/templates"

# Snakemake puts this path into shell commands as it is, which breaks where it holds a space.
sys.executable = shlex.quote(sys.executable)

# The library is found by this process and, whatever environment they run in, by its jobs.
sys.path.insert(0, str(SOURCE))
inherited = os.environ.get("PYTHONPATH")
os.environ.update(PYTHONPATH=os.pathsep.join(filter(None, [str(SOURCE), inherited])))

from emofold.runtime import locks
from emofold.config.named_files import check_named_files, is_hub_id, use_local_copies
from emofold.config.reading import complete_config
from emofold.config.cross_checks import WITH_PUBLISHED
from emofold.corpora import published_files, ravdess, ravdess_files
from emofold.corpora.equal_files import find_files_of_equal_size
from emofold.corpora.other_corpora import read_other_corpus
from emofold.corpora.planning import (
    check_emotions,
    check_speakers,
    clips_to_show,
    fetched_ravdess,
    is_address,
    media_folder,
    plan_corpus,
    plan_folds,
    plan_left_out_corpora,
    spell_speakers,
    uses_published,
)
from emofold.errors import InputError
from emofold.files import find_flaw_of_file
from emofold.prediction.requests import in_groups, in_one_group, requests_for
from emofold.runtime.code_digest import code_digest
from emofold.runtime.console import Console, take_over
from emofold.runtime.file_states import state_of
from emofold.runtime.run_records import RunRecord, digest_of, disagreements

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


def by_name(rows):
    """Return the rows of a list of the config by their names."""
    return {row["name"]: row for row in rows}


def pick(row, *keys):
    """Return some keys of a row of the config with their values."""
    return {key: row[key] for key in keys}


try:
    config.update(complete_config(config, SCHEMA))
    config.update(use_local_copies(config))
    ENCODERS = by_name(config["speech"]["encoders"])
    FACE_ENCODERS = by_name(config["face"]["encoders"])
    EXTRACTORS = by_name(config["face"]["extractors"])
    TABLES = [  # the feature tables that rules make
        *(["face/means/published"] if config["corpus"] in WITH_PUBLISHED else []),
        *(f"speech/embeddings/{encoder}" for encoder in ENCODERS),
        *(f"face/embeddings/{encoder}" for encoder in FACE_ENCODERS),
        *(f"face/{kind}/{name}" for kind in ("means", "functionals") for name in EXTRACTORS),
    ]
    check_named_files(config, TABLES, ROOT)
    MEDIA = media_folder(config)
    DEMO_VIDEOS = f"{MEDIA}/videos"
    CORPUS = plan_corpus(config, DEMO_VIDEOS)
    check_emotions(config["emotions"], CORPUS)
    config["folds"] = plan_folds(config, CORPUS)
    LEFT_OUT = plan_left_out_corpora(config, CORPUS)
    HELD_OUT_SPEAKERS = list(
        map(str, spell_speakers(config["bundle"]["held_out_speakers"], CORPUS))
    )
    check_speakers(HELD_OUT_SPEAKERS, CORPUS)
    OTHERS = config["predict"]["clips"]
    PREDICTED = in_groups(requests_for([Path(OTHERS).expanduser()])) if OTHERS else {}
    TEST_CORPORA = {
        row["name"]: read_other_corpus(
            Path(row["sheet"]).expanduser(), config["emotions"], row["map"].items()
        )
        for row in config["test_corpora"]
    }
except InputError as error:
    raise WorkflowError(str(error))

NAME = config["name"]
SHARED = Path(MEDIA).name
RESULTS = f"results/{NAME}"
REPORT = f"{RESULTS}/report"
FRONT_PAGE = f"{REPORT}/front_page.rst"
CLIPS = f"{RESULTS}/clips.parquet"
FAILURES = f"{RESULTS}/failures.parquet"
BUNDLE = f"{RESULTS}/model"
PREDICTIONS = f"{RESULTS}/predictions.parquet"
OTHER_CORPUS = f"{RESULTS}/other_corpora/{{other}}"
AUDIO = f"{MEDIA}/speech/audio/{{shard}}.parquet"
EMBEDDINGS = f"{MEDIA}/speech/embeddings/{{encoder}}/{{shard}}.parquet"
FACE_EMBEDDINGS = f"{MEDIA}/face/embeddings/{{encoder}}/{{shard}}.parquet"
FRAMES = f"{MEDIA}/face/frames/{{extractor}}/{{shard}}.parquet"
MEANS = f"{RESULTS}/face/means/{{extractor}}.parquet"
FUNCTIONALS = f"{RESULTS}/face/functionals/{{extractor}}.parquet"
POSTERIORS = f"{RESULTS}/posteriors/{{model}}/fold{{fold}}.parquet"
FUSED = f"{RESULTS}/fusion/{{fusion}}/fold{{fold}}.parquet"
TRAINING = f"{RESULTS}/models/{{model}}/fold{{fold}}"
FROZEN = f"{RESULTS}/frozen/{{model}}/{{shard}}.safetensors"

FOLDS = range(len(config["folds"]))
NESTED_FOLDS = FOLDS if config["protocol"] == "nested" else []
IMPORTED = config["published"]["posteriors"]
MODELS = by_name(config["models"])
SEQUENCE_MODELS = by_name(config["sequence_models"])
FINETUNED_MODELS = by_name(config["finetuned_models"])
PARTLY_FROZEN = [name for name, row in FINETUNED_MODELS.items() if row["frozen_layers"]]
LEARNING_MODELS = SEQUENCE_MODELS | FINETUNED_MODELS
TRAINED = MODELS | LEARNING_MODELS
FUSIONS = by_name(config["fusions"])
SYSTEMS = [*IMPORTED, *TRAINED, *FUSIONS]
BUNDLED = config["bundle"]["system"]
BUNDLED_MODELS = (
    FUSIONS[BUNDLED]["posteriors"] if BUNDLED in FUSIONS else [BUNDLED] if BUNDLED else []
)
if any(MODELS[name]["normalise_by"] == "corpus" for name in BUNDLED_MODELS if name in MODELS):
    PREDICTED = in_one_group(PREDICTED)
SHARDS = CORPUS.shards
LANDMARKER = "resources/face_landmarker/face_landmarker.task"
KNOWN_BY_THEIR_RULES = (
    *("resources/encoders/", "resources/face_landmarker/", "resources/published/"),
    *(f"{RESULTS}/", f"{MEDIA}/speech/", f"{MEDIA}/face/"),
)


def located(path):
    """Return a file that the config names: below the working folder, or else the workflow's own."""
    return path if Path(path).exists() else str(ROOT / path)


try:
    FETCHED_RAVDESS = fetched_ravdess(config)
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


def growing(minutes):
    """Return a time limit that grows with the attempt, for jobs that a cluster stopped at it."""

    def runtime(wildcards, attempt):
        return minutes * attempt

    return runtime


def paths_in(named):
    """Yield the paths in a path, a list, or a mapping of such."""
    if isinstance(named, str):
        yield named
    else:
        for one in named.values() if isinstance(named, dict) else named:
            yield from paths_in(one)


def state_of_files(*named):
    """Return a function of the state of sources: paths, or functions of wildcards that give paths.

    As a parameter it opens a job again whenever a file is not the one that was read, be its date
    newer or older. What rules of the run make is left out: Snakemake knows when it is made anew.
    """

    def files(wildcards):
        found = [one(wildcards) if callable(one) else one for one in named]
        return state_of(
            path for path in paths_in(found) if not path.startswith(KNOWN_BY_THEIR_RULES)
        )

    return files


def taken_literally(paths):
    """Return those of some paths in which Snakemake finds nothing to fill in.

    That is, no braces and no name in angle brackets. Jobs know all of their files by a parameter.
    """
    return [p for p in paths if not (contains_wildcard(p) or PATHVAR_REGEX.search(p))]


def inputs_of(paths):
    """Return a function of wildcards that gives what another one does, as far as it can be input."""

    def files(wildcards):
        return taken_literally(paths(wildcards))

    return files


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


def source_of_clips(wildcards):
    """Return the file that lists the clips: the sample sheet, the published list, or none."""
    sources = {"sheet": config["sample_sheet"], "published": published(published_files.CLIPS_FILE)}
    return sources.get(config["corpus"], [])


def published_list_of_clips(wildcards):
    """Return the published file that lists the clips: one, or none."""
    return source_of_clips(wildcards) if config["corpus"] == "published" else []


def rows_of_sheet(wildcards):
    """Return a digest of what the sample sheet says of each clip, in whatever order of its rows."""
    return digest_of(repr(CORPUS.clips)) if config["corpus"] == "sheet" else None


def clips_without_list(wildcards):
    """Return all that is known of each clip, where no file lists the clips."""
    return [] if config["corpus"] == "sheet" else list(map(asdict, CORPUS.clips))


def reasons_of_failed_rows(wildcards):
    """Return why rows of the sample sheet cannot be used: missing files come and go."""
    return [failure.reason for failure in CORPUS.failures]


def state_of_files_of_equal_size(wildcards):
    """Return a digest of the files of a sheet that may be copies of one another; None without any.

    In RAVDESS itself, which is taken as it was published, two recordings are one.
    """
    files = find_files_of_equal_size(CORPUS.clips) if config["corpus"] == "sheet" else {}
    return digest_of(files) if files else None


def files_of_the_network():
    """Return what a run fetches from the network."""
    tracks = FACE_ENCODERS or "mediapipe" in [row["kind"] for row in EXTRACTORS.values()]
    unpacked = [path for paths in FETCHED_RAVDESS.values() for path in paths]
    return [
        *unpacked,
        *(f"resources/encoders/{name}" for name in HUB_MODELS),
        *([LANDMARKER] if tracks else []),
        *(map(published, MANIFEST.sha256) if IS_DOWNLOADED and USES_PUBLISHED else []),
    ]


def begin_the_run():
    """Keep other runs out of this folder, let the jobs of a killed run end, and leave a record."""
    global run_lock
    try:
        run_lock = locks.hold_run()
    except InputError as error:
        raise WorkflowError(str(error))
    if locks.jobs_are_running():
        logger.warning("Waiting for jobs that an earlier, killed run left at work here.")
        locks.wait_for_jobs()
    # Snakemake would note the state of files while it planned, though jobs may make them anew.
    workflow.persistence._params.cache_clear()
    record = RunRecord(config, shared_files(), RESULT_FILES)
    for line in disagreements(record.media, RunRecord.others_beside(Path(RESULTS))):
        logger.warning(line)
    record.write(Path(RESULTS))


def make_the_report():
    """Make the report of the run; what it takes is loaded only now, not with each plan and job."""
    from snakemake.report import auto_report
    from snakemake.report.html_reporter import ReportSettings
    from snakemake.settings.types import GlobalReportSettings
    from snakemake_interface_report_plugins.registry import ReportPluginRegistry

    style = ROOT / "workflow/report/narrow.css"
    settings = ReportSettings(path=Path(f"{RESULTS}/report.html"), stylesheet_path=style)
    plugin = ReportPluginRegistry().get_plugin("html")
    workflow.async_run(auto_report(workflow.dag, plugin, settings, GlobalReportSettings()))


def tell_the_result():
    """Print what the run came to: its metrics, what failed and why, and where the report is."""
    from emofold.report.summary import summarise_run  # takes a second to load

    if CONSOLE.failed:
        print("", "Not all of this is new, since steps failed:", sep="\n")
    print(*summarise_run(Path(RESULTS)), *CONSOLE.tell_of_failures(), sep="\n")


def end_the_run():
    """Make the report when its parts are all there, also of a run that ends with an error."""
    failed = {step.rule for step in CONSOLE.failed.values()}
    if SYSTEMS and failed <= {"accept_failures"} and all(map(os.path.exists, RESULT_FILES)):
        make_the_report()
    tell_the_result()


CONSOLE = Console(sys.stderr, on_nothing=tell_the_result)
shown = workflow.output_settings
if workflow.is_main_process and not (shown.dryrun or shown.verbose or shown.quiet):
    take_over(logger, CONSOLE)
