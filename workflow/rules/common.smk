import fcntl
import os
import re
import sys

from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.basedir)
SOURCE = ROOT / "src"

sys.path.insert(0, str(SOURCE))
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(SOURCE), os.environ.get("PYTHONPATH")])
)

from emofold.configuration import complete_config
from emofold.corpora import published_files
from emofold.errors import InputError
from emofold.staleness import code_digest

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"

try:
    config.update(complete_config(config, SCHEMA))
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


def located(path):
    """Return a file that the config names: below the working folder, or else the workflow's own."""
    return path if Path(path).exists() else str(ROOT / path)


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


def hold_the_run():
    """Keep other runs out of this folder until this one ends, in whatever way it ends."""
    global run_lock
    run_lock = Path(".snakemake/emofold.lock").open("w")
    try:
        fcntl.flock(run_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        error = InputError(
            f"another run at work in {Path.cwd()}",
            "one run at a time in a folder",
            "wait until the other run has ended, or run in another folder with --directory",
        )
        raise WorkflowError(str(error))
