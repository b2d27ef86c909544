"""What a run says while it is at work: a line for each finished step, and why a step failed."""

import io
import logging

import pytest

from emofold.runtime import console
from emofold.runtime.console import Console, take_over

BAD = (
    "2026-01-01 12:00:00,000 INFO read it\n"
    "2026-01-01 12:00:01,000 ERROR Found: no sound. Expected: a sound. What to do: give one.\n"
)


class Run:
    """Send a console what Snakemake sends its handlers."""

    def __init__(self):
        self.asked = []
        self.stream = io.StringIO()
        self.console = Console(self.stream, lambda: self.asked.append(True))

    def say(self, message="", level=logging.INFO, **given):
        record = logging.LogRecord("snakemake", level, "", 0, message, None, None)
        vars(record).update(given)
        self.console.emit(record)

    def start(self, job, message, log="", rule="embed"):
        given = {"jobid": job, "rule_name": rule, "rule_msg": message, "log": [log] if log else []}
        self.say(event="job_info", **given)

    def finish(self, job):
        self.say(f"Finished jobid: {job}", event="job_finished", job_id=job)

    def fail(self, job, log):
        self.say(level=logging.ERROR, event="job_error", jobid=job, log=[str(log)])

    def lines(self):
        return self.stream.getvalue().splitlines()


@pytest.fixture
def run():
    run = Run()
    run.say(event="run_info", stats={"embed": 2, "train": 1, "all": 1, "total": 4})
    return run


def test_a_finished_step_is_one_line_with_a_pace_and_the_time_that_is_left(run):
    run.start(7, "Train", rule="train")
    run.finish(7)
    first, second = run.lines()
    assert first == "4 steps to do"
    assert second.startswith("1/4  Train: 0 s (")
    assert second.endswith(" a minute, 0 s left)")


def test_the_jobs_of_one_step_share_the_line_of_the_last(run):
    for job, message in ((7, "Embed one"), (8, "Embed two")):
        run.start(job, message)
        run.finish(job)
    assert [line.partition(":")[0] for line in run.lines()[1:]] == ["2/4  Embed two, the last of 2"]


def test_a_long_step_tells_of_its_jobs_now_and_then(run, monkeypatch):
    monkeypatch.setattr(console, "LONGEST_SILENCE", 0.0)
    run.start(7, "Embed one")
    run.finish(7)
    assert run.lines()[1].startswith("1/4  Embed one: ")


def test_the_time_that_is_left_is_that_of_steps_like_those_before():
    run = Run()
    pace = run.console._pace
    pace.left.update({"slow": 3, "quick": 1})
    pace.note("slow", 60)
    pace.note("quick", 2)
    assert pace.tell(pace.began + 62) == "2 a minute, 2 min left"  # two slow ones, one at a time
    assert pace.tell(pace.began + 31) == "4 a minute, 1 min left"  # two at a time
    assert pace.tell(pace.began + 240).startswith("30 an hour, ")


def test_how_snakemake_goes_about_its_work_is_not_said(run):
    run.say("Select jobs to execute...")
    run.say("Building DAG of jobs...")
    run.say(None, event="progress", done=1, total=3)
    assert run.lines() == ["4 steps to do"]


def test_warnings_and_what_plugins_say_is_said(run):
    run.say("Waiting for jobs", level=logging.WARNING)
    run.say("SLURM run ID: 5f0c")
    assert run.lines()[1:] == ["Waiting for jobs", "SLURM run ID: 5f0c"]


def test_a_step_that_fails_says_why_at_once_and_at_the_end(run, tmp_path):
    log = tmp_path / "embed.log"
    log.write_text(BAD, encoding="utf-8")
    run.start(7, "Embed one", str(log))
    run.fail(7, log)
    why = ["Found: no sound. Expected: a sound. What to do: give one.", f"Its log: {log}"]
    assert run.lines()[1:] == ["FAILED  Embed one", *(f"        {line}" for line in why)]
    end = [*run.console.tell_of_failures()]
    assert end[0].startswith("1 step failed")
    assert end[1:] == ["  Embed one", *(f"    {line}" for line in why)]


def test_a_step_that_is_done_at_the_second_attempt_has_not_failed(run, tmp_path):
    run.start(7, "Embed one")
    run.fail(7, tmp_path / "no.log")
    run.start(7, "Embed one")
    run.finish(7)
    assert [*run.console.tell_of_failures()] == []


def test_the_steps_of_a_group_fail_one_by_one(run):
    run.start(7, "Embed one")
    run.start(8, "Embed two")
    failed = [{"jobid": 7, "log": ["a"]}, {"jobid": 8, "log": ["b"]}]
    run.say(level=logging.ERROR, event="group_error", job_error_info=failed)
    for job in failed:  # as Snakemake says of each besides
        run.fail(job["jobid"], job["log"][0])
    assert [*run.console.failed] == ["Embed one", "Embed two"]
    assert sum("FAILED" in line for line in run.lines()) == 2


def test_a_step_is_told_that_was_done_at_the_second_attempt_or_is_the_last_but_failed_ones(run):
    run.say(event="run_info", stats={"embed": 3, "all": 1, "total": 4})
    for job in (7, 8, 9):
        run.start(job, f"Embed {job}")
    run.fail(7, "a")
    run.start(7, "Embed 7")
    run.finish(7)
    assert "Embed 7" in run.lines()[-1]
    run.fail(8, "b")
    run.finish(9)
    assert "Embed 9" in run.lines()[-1]


def test_names_do_not_command_the_terminal(run):
    run.start(7, "Train \x1b[31mred", rule="train")
    run.finish(7)
    assert "\x1b" not in run.stream.getvalue()


def test_when_nothing_is_to_be_done_the_result_is_asked_for(run):
    run.say("Nothing to be done (all requested files are present and up to date).")
    assert run.asked == [True]


def test_the_console_takes_the_place_of_snakemakes_own_handler_alone():
    logger, run = logging.Logger("snakemake"), Run()
    own, plugin = logging.StreamHandler(), logging.StreamHandler()
    own.name = "DefaultStreamHandler"
    logger.addHandler(own)
    logger.addHandler(plugin)
    take_over(logger, run.console)
    assert logger.handlers == [plugin, run.console]


def test_a_plugin_that_the_user_chose_is_left_alone():
    logger = logging.Logger("snakemake")
    plugin = logging.StreamHandler()
    logger.addHandler(plugin)
    take_over(logger, Run().console)
    assert logger.handlers == [plugin]
