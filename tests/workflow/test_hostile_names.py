"""No text of a user is code: a run on hostile names, through to report and pages, runs none of it.

Each payload would make a file in the working folder, or take a secret file into a page.
"""

import csv
import html
import re
import shutil

import numpy as np
import pytest
import yaml

from emofold.evaluation.schemas import FAILURES
from emofold.media.audio import SAMPLE_RATE, write_wav
from emofold.tables import read_table
from workflow_project import Project, new_project

pytestmark = pytest.mark.workflow

CONTENT = "the content of a secret file"
TOUCH = "touch stolen"
CALLS = [
    f"{{{{ lipsum.__globals__.os.system('{TOUCH}') }}}}",
    f"{{% set x = cycler.__init__.__globals__.os.system('{TOUCH}') %}}",
    f"{{{{ snakemake.config }}}} {{# {TOUCH} #}}",
    f"$({TOUCH})",
    f"`{TOUCH}`",
    f"'; {TOUCH} #",
    "{0} {wildcards} {config[name]} {",
    "%s %n %(message)s 100%",
    "$x^$ $\\frac{1}$",
    "<script>stolen()<script>",
    "\"><img src=x onerror='stolen()'>",
    "=HYPERLINK(1)",
    ".. include:: secret.txt",
    "`a <javascript:stolen()>`_ |x| [1]_",
]
BREAKING = [  # which no file can be called after
    "a\n\n.. include:: secret.txt\n",
    "a\r\n.. raw:: html\n   :file: secret.txt\n",
    "a\x1b]0;stolen\x07\x1b[31m",
    "a\0b",
    "a\u2028.. include:: secret.txt",
    "../../stolen",
]
SPEAKERS = [*CALLS[:3], CALLS[6], CALLS[8], f"{CALLS[9]}/../{CALLS[11]}"]
EMOTIONS = ["froh", "__class__"]
CONFIG = {
    "name": "mini",
    "corpus": "sheet",
    "sample_sheet": "samples.csv",
    "emotions": EMOTIONS,
    "folds": 3,
    "protocol": "nested",
    "allow_failed_clips": 100,
    "speech": {"encoders": [{"name": "acoustic", "kind": "acoustic"}]},
    "face": {"extractors": []},
    "models": [
        {
            "name": "heard",
            "features": "speech/embeddings/acoustic",
            "classifier": "logistic_regression",
            "scaling": "standard",
        },
    ],
    "sequence_models": [],
    "finetuned_models": [],
    "fusions": [],
    "bundle": {"system": "heard", "held_out_speakers": [SPEAKERS[0]]},
    "predict": {"clips": "others.csv"},
    "evaluation": {"bootstrap_draws": 100, "reported": "reported.yaml"},
}
REPORTED = {
    "title": f"{CALLS[0]} {BREAKING[0]} {CALLS[8]}",
    "human": {"speech": 67.0, "face": 75.0},
    "rows": [{"system": "heard", "reported": 50.0, "source": f"{CALLS[1]} {CALLS[9]} {CALLS[8]}"}],
    "literature": [
        {"system": CALLS[9], "accuracy": 50.0, "protocol": CALLS[0], "source": CALLS[1]},
    ],
}


def write_rows(path, columns, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> tuple[Project, str]:
    """A finished run on hostile names with its report, and all that was printed."""
    project = new_project(tmp_path_factory.mktemp("hostile") / "Größe & zwei Wörter")
    folder, generator = project.folder, np.random.default_rng(1)
    (folder / "secret.txt").write_text(CONTENT, encoding="utf-8")

    rows, others = [], []
    for number, name in enumerate([*CALLS, *(f"{call} again" for call in CALLS[:10])]):
        sound = generator.normal(0, (500, 4000)[number % 2], SAMPLE_RATE // 2)
        write_wav(sound.astype(np.int16), folder / f"{name}.wav")
        speaker = SPEAKERS[number // 2 % len(SPEAKERS)]
        rows.append([name, speaker, EMOTIONS[number % 2], f"{name}.wav"])
        others.append([name, SPEAKERS[5], f"{name}.wav"])
    for name in CALLS:
        broken = f"{name} broken"
        (folder / f"{broken}.wav").write_bytes(b"this is no sound")
        rows.append([broken, SPEAKERS[0], EMOTIONS[0], f"{broken}.wav"])
        rows.append([f"{name} gone", name, name, f"{name} gone.wav"])
        others.append([broken, SPEAKERS[5], f"{broken}.wav"])
    for name in BREAKING:
        rows += [[name, name, name, name], [name, SPEAKERS[0], EMOTIONS[0], rows[0][3]]]
    others.append([BREAKING[0], BREAKING[0], BREAKING[2]])
    write_rows(folder / "samples.csv", ["clip", "speaker", "emotion", "media"], rows)
    write_rows(folder / "others.csv", ["clip", "speaker", "media"], others)
    (folder / "reported.yaml").write_text(yaml.safe_dump(REPORTED), encoding="utf-8")
    (folder / "mini.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    shutil.rmtree(folder / "published")
    run = project.run()
    report = project.run("--report", "report.html")
    assert (run.code, report.code) == (0, 0), run.output + report.output
    return project, run.output + report.output


def made_by(project):
    """The files of a run that people read."""
    made = [project.folder / "report.html"]
    for kind in ("rst", "html", "svg", "log"):
        for folder in ("results", "logs"):
            made += (project.folder / folder).rglob(f"*.{kind}")
    assert len(made) > 40
    return made


def test_nothing_was_run(hostile):
    project, _ = hostile
    assert not [*project.folder.parent.rglob("stolen*")]


def test_nothing_was_included(hostile):
    for path in made_by(hostile[0]):
        assert CONTENT not in path.read_text(encoding="utf-8"), path


def test_no_name_is_markup_of_a_page(hostile):
    pages = [path for path in made_by(hostile[0]) if path.suffix in (".html", ".svg")]
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "<script>stolen()" not in text, path
        assert "<img src=x" not in text, path
        assert not re.search(r"href=.javascript:stolen", text), path


def test_nothing_commands_the_terminal_and_logs_keep_their_lines(hostile):
    project, printed = hostile
    logs = [path.read_text(encoding="utf-8") for path in (project.folder / "logs").rglob("*.log")]
    for text in [printed, *logs]:
        assert not {*text} & {"\0", "\x07", "\x1b", "\u2028"}
        assert not re.search(r"^\.\. include", text, re.MULTILINE)


def test_the_names_are_shown_as_they_are(hostile):
    project, _ = hostile
    failures = read_table(project.results / "failures.parquet", FAILURES)
    assert {f"{name} {why}" for name in CALLS for why in ("broken", "gone")} <= {*failures["clip"]}
    page = html.unescape((project.results / "report/failures.html").read_text(encoding="utf-8"))
    for name in CALLS:
        assert f"{name} broken" in page
