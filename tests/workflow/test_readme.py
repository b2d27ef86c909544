"""Every command that the documents show runs as it is written, and prints what stands there.

The commands are read from the documents. A new one that fits no entry of `WAYS` makes
`test_every_command_that_is_shown_is_run` fail, until it says how that one is run.
"""

import re
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests

import documents
from documented_project import (
    Done,
    documented_project,
    first_line,
    place_known_corpus,
    place_material,
    place_own_videos,
    run,
    started,
)
from documents import ROOT, Command
from workflow_project import Project, wait_for

pytestmark = pytest.mark.workflow

WAYS = {
    "run": r"make (setup|demo)"
    r"|\.venv/bin/emofold (show|predict|evaluate|init|compare|verify|clean)( .+)?",
    "watched": r"tail -f .+",
    "served": r"\.venv/bin/emofold serve .+",
    # What takes long or would download is planned: Snakemake's dry run.
    "planned": r"\.venv/bin/snakemake (?!--report).+",
    "made": r"make (published|ravdess-lite|ravdess-finetuned|ravdess)( [A-Z]+=path/to/\S+)*",
    "reported": r"\.venv/bin/snakemake --report .+",
    "queued": r"(sbatch|squeue|scancel) .+",
    "tested": r"make test",
    # What needs other machines, or changes the repository: that there is such a target.
    "named": r"make (cluster-test|format|lock|reference)",
    # What needs a terminal and somebody who types.
    "typed": r"tmux new -s \w+",
}
COMMANDS = documents.commands()
DEMO = "make demo"
WHICH = r"speakers-from-\d+|part-\d+-of-\d+-clips|\d+|none$"
PLAN_OF_THE_DEMO = ".venv/bin/snakemake --cores 2 --dry-run"
DURATION = r"(?:[\d.]+ (?:s|min|h) ?)+"
STEP = rf"^ *\d+/\d+  (.+?)(?:, the last of (\d+))?: {DURATION}\(\d+ an? \w+, {DURATION}left\)$"
# What a local copy takes the place of.
FETCHED = {
    "SOURCE": "fetch_published",
    "PUBLISHED": "fetch_published",
    "SPEECH": "fetch_ravdess_archive",
    "VIDEOS": "fetch_ravdess_videos",
    "ENCODER": "fetch_encoder",
}


def those(*ways: str) -> list[Command]:
    """Return the commands that are run in one of some ways."""
    patterns = [re.compile(WAYS[way], re.DOTALL) for way in ways]
    return [c for c in COMMANDS if any(pattern.fullmatch(c.text) for pattern in patterns)]


def each(*ways: str) -> pytest.MarkDecorator:
    """Have a test take each command of some ways."""
    return pytest.mark.parametrize("command", those(*ways), ids=str)


def steps_in(printed: str) -> list[str]:
    """Return the commands that the output of another one names."""
    return re.findall(r"^  (\.venv/bin/.+)$", printed, re.MULTILINE)


@pytest.fixture(scope="module")
def project(demo, tmp_path_factory) -> Project:
    """The demo in small, with videos to predict, and recordings to make a corpus of."""
    project = demo.copy(tmp_path_factory.mktemp("readme") / "emofold")
    shutil.copy2(ROOT / "config.yaml", project.folder)
    place_own_videos(project)
    place_known_corpus(project)
    return project


@pytest.fixture(scope="module")
def planning(tmp_path_factory) -> Project:
    """A project in which every run of Snakemake is a dry run."""
    project = documented_project(tmp_path_factory.mktemp("plans") / "emofold")
    place_material(project)
    (project.folder / "mine.yaml").write_text("name: mine", encoding="utf-8")
    travelling = "bundle: { system: whisper-thirds-corpus }"
    (project.folder / "travelling.yaml").write_text(travelling, encoding="utf-8")
    with (project.folder / "profiles/default/config.yaml").open("a", encoding="utf-8") as profile:
        profile.write("dry-run: true\n")
    return project


@pytest.fixture(scope="module")
def plans(planning) -> Iterator[dict[str, Future[Done]]]:
    """What each command plans, or will have planned: one after another, while other tests run."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        texts = [command.text for command in those("planned", "made", "reported")]
        yield {text: thread.submit(run, text, planning) for text in dict.fromkeys(texts)}


@pytest.fixture(scope="module")
def ran(project, made_demo) -> dict[str, Done]:
    """How each command ended, run once in the order of the documents, and the steps it prints."""
    ended: dict[str, Done] = {DEMO: made_demo[1]}
    for command in those("run"):
        if command.text in ended:
            continue
        if "mine-2" in command.text:
            shutil.copytree(project.folder / "results/mine", project.folder / "results/mine-2")
        ended[command.text] = run(command.text, project)
        for step in steps_in(command.printed):
            ended[step] = run(step, project)
    return ended


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_every_command_that_is_shown_is_run(command):
    assert any(command in those(way) for way in WAYS), f"this command is run by no test: {command}"


@pytest.mark.parametrize("way", WAYS)
def test_there_is_a_command_for_every_way_to_run_one(way):
    assert those(way)


@each("run")
def test_a_command_does_its_work(command, ran):
    assert ran[command.text].code == 0, ran[command.text].output


@pytest.mark.parametrize("command", [c for c in those("run") if c.printed], ids=str)
def test_a_command_prints_what_stands_below_it(command, ran):
    assert ran[command.text].printed.strip() == command.printed


@pytest.mark.parametrize("command", [c for c in those("run") if c.printed], ids=str)
def test_the_step_that_it_prints_leads_to_a_report(command, ran, project):
    (step,) = steps_in(ran[command.text].printed)
    assert ran[step].code == 0, ran[step].output
    assert (project.folder / "results/mine/report.html").is_file()


@pytest.mark.parametrize("command", [c for c in those("run") if c.table], ids=str)
def test_a_table_has_the_columns_that_are_shown(command, ran):
    assert header(command.table) == header(ran[command.text].printed)


def header(printed: str) -> list[str]:
    """Return the columns of a table, above which may stand what it is and what it is about."""
    lines = filter(None, printed.splitlines())
    return next(line.split() for line in lines if re.match(r" *(system|clip) ", line))


def test_a_table_is_described_as_is_shown(ran):
    (command,) = (c for c in those("run") if " show " in c.text and c.table)
    sections = re.findall(r"^[a-z]+ ", command.table, re.MULTILINE)
    assert len(sections) > 4
    assert sections == re.findall(r"^[a-z]+ ", ran[command.text].printed, re.MULTILINE)


def test_the_demo_shows_the_systems_of_the_readme_and_leaves_a_report_and_a_bundle(ran, project):
    (command,) = (c for c in those("run") if c.text == DEMO and c.table)
    report = command.table.splitlines()[-1]
    printed = ran[command.text].printed
    assert sorted(rows_in(command.table)) == sorted(rows_in(printed))
    assert report in printed.splitlines()
    assert (project.folder / report.removeprefix("The report: ")).is_file()
    assert (project.folder / "results/demo/model/manifest.json").is_file()


def test_a_run_tells_the_steps_of_the_readme_from_the_first_to_the_result(ran):
    (command,) = (c for c in those("run") if c.text == DEMO and c.table)
    shown, told = (steps_told(text) for text in (command.table, ran[DEMO].output))
    assert shown
    assert shown <= told
    first, *between = command.table.partition("\n\n")[0].splitlines()
    assert re.fullmatch(r"\d+ steps to do", first)
    assert [line for line in between if line != "…" and not re.fullmatch(STEP, line)] == []


def test_the_steps_of_the_readme_are_those_of_the_plan(plans):
    (command,) = (c for c in those("run") if c.text == DEMO and c.table)
    plan = plans[PLAN_OF_THE_DEMO].result().planned
    assert command.table.startswith(f"{sum(plan.values()) + 1} steps to do\n")
    ended = Counter(int(jobs) for _, jobs in re.findall(STEP, command.table, re.MULTILINE) if jobs)
    assert ended
    assert ended <= Counter(plan.values())


def steps_told(printed: str) -> set[str]:
    """Return the steps that a console tells of, of whatever shard, actor or fold."""
    told = re.findall(STEP, printed, re.MULTILINE)
    return {re.sub(WHICH, "#", message) for message, _ in told}


def rows_in(printed: str) -> list[list[str]]:
    """Return what the rows of metrics say before the numbers: system, modality and so on."""
    rows = [line for line in printed.splitlines() if re.search(r" to \d+\.\d +\d", line)]
    assert rows
    return [re.split(r" +\d", row.strip())[0].split() for row in rows]


def test_a_prediction_leaves_tables_and_a_page_for_each_video(ran, project):
    left = {path.name for path in (project.folder / "predictions").iterdir()}
    assert left >= {"one.html", "two.html", "predictions.parquet", "predictions.csv"}


def test_two_runs_of_the_same_clips_are_compared(ran):
    (printed,) = (done.printed for text, done in ran.items() if " compare " in text)
    assert "McNemar's exact tests on " in printed
    assert "Nothing differs in what the tables say" in printed


@each("watched")
def test_a_log_that_is_to_be_watched_is_there(command, ran, project):
    assert first_line(command.text, project)


@each("served")
def test_the_address_that_is_printed_has_a_page(command, project):
    with started(command.text, project) as process:
        printed = [process.stdout.readline() for _ in command.table.splitlines()]
        address = printed[-1].strip()
        assert "Which emotion" in requests.get(address, timeout=60).text
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT
    *words, shown = command.table.splitlines()
    assert "".join(printed).splitlines() == [*words, f"  {address}"]
    assert re.sub(r"[\w-]{43}|:\d+", "", shown) == re.sub(
        r"[\w-]{43}|:\d+", "", printed[-1].rstrip()
    )


@each("planned", "made")
def test_a_long_run_is_planned(command, plans):
    plan = plans[command.text].result()
    assert "This was a dry-run" in plan.output, plan.output
    assert plan.planned
    if command in those("planned"):
        assert plan.code == 0, plan.output


@each("made")
def test_what_is_named_as_a_local_copy_is_not_fetched(command, plans):
    jobs = plans[command.text].result().planned
    given = re.findall(r"([A-Z]+)=", command.text)
    assert not jobs.keys() & {FETCHED[name] for name in given}
    if not given:
        assert jobs.keys() & {*FETCHED.values()}


@pytest.mark.parametrize(
    "command", [c for c in those("planned") if "--set-resources" in c.text], ids=str
)
def test_resources_are_set_for_rules_that_are_there(command, plans):
    rules = re.findall(r"--set-resources (\w+):", command.text)
    assert plans[command.text].result().planned.keys() >= {*rules}


@each("reported")
def test_a_report_is_written_as_soon_as_there_are_results(command, plans):
    """That it then is written is seen of the same command in what `init` prints."""
    assert "marked for report but does not exist" in plans[command.text].result().output


@pytest.mark.cluster
@pytest.mark.usefixtures("cluster")
def test_the_queue_takes_the_commands_of_a_cluster(planning):
    for command in those("queued"):
        done = run(command.text.replace("<SLURM run ID>", "'no such run'"), planning)
        assert (done.code, done.complaints) == (0, ""), f"{command}: {done.output}"
    logs = wait_for(lambda: [*planning.folder.glob("slurm-*.out")])
    wait_for(lambda: "This was a dry-run" in logs[0].read_text(encoding="utf-8"))


@each("tested")
def test_the_command_for_all_tests_is_what_continuous_integration_runs(command, planning):
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()[-2] == command.text
    assert "-m pytest" in run(f"{command.text} --dry-run", planning).printed


@each("named")
def test_a_target_that_is_named_is_there(command, planning):
    assert run(f"{command.text} --dry-run", planning).code == 0
