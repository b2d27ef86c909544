"""What a person sees of a run: a line for each finished step, and why a step failed.

A step that is done in many jobs gets its line when the last of them is done; others are told now
and then, so that a long run is seen to go on. Snakemake's log file, below ``.snakemake/log``, keeps
what is not shown: reasons, inputs, outputs.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emofold.errors import counted, duration_in_words, printable

SNAKEMAKES_OWN = "DefaultStreamHandler"
NOTHING_TO_DO = "Nothing to be done"
SAID_OTHERWISE = (  # of steps, and of how Snakemake goes about its work
    *(
        "Assuming unrestricted shared",
        "Building DAG of jobs",
        "host:",
        "Using shell",
        "Finished job",
    ),
    *("Conda environments:", "Singularity containers:", "Group jobs:", "Select jobs", "Execute "),
    *("Trying to restart", "Touching output"),
    *("Creating report", "Downloading resources", "Adding ", "Loading script", "Report created"),
    *("RuleException:\nCalledProcessError", "Exiting because a job", "Elapsed time:"),
    *("At least one job did not", "WorkflowError:\nAt least one job did not"),
)
ERROR_IN_LOG = " ERROR "
MOST_LINES_OF_A_REASON = 12
LONGEST_SILENCE = 30.0  # seconds, while jobs finish


@dataclass(frozen=True)
class Step:
    """A job that has begun, or has failed."""

    rule: str
    message: str
    logs: tuple[str, ...]
    began: float


@dataclass
class Pace:
    """How far a run is, and how long the rest will take if its steps are like those before.

    Attributes
    ----------
    left
        How many jobs of each rule are still to be done.
    took
        How long the finished jobs of each rule took, in seconds.
    began
        When the run began.
    """

    left: Counter[str]
    began: float
    took: dict[str, list[float]] = field(default_factory=dict)

    def note(self, rule: str, duration: float) -> None:
        """Count a job that has finished."""
        self.left[rule] -= 1
        self.took.setdefault(rule, []).append(duration)

    def done(self) -> int:
        """Return how many jobs have finished."""
        return sum(map(len, self.took.values()))

    def total(self) -> int:
        """Return how many jobs there are, finished ones too."""
        return self.done() + sum(map(int, (+self.left).values()))

    def tell(self, now: float) -> str:
        """Say how many jobs finish in a minute, or in an hour, and when the last one will."""
        passed = max(now - self.began, 1e-3)
        busy = sum(sum(durations) for durations in self.took.values())
        mean = busy / self.done()
        ahead = sum(
            number * (sum(known) / len(known) if (known := self.took.get(rule)) else mean)
            for rule, number in (+self.left).items()
        )
        left = ahead * passed / max(busy, 1e-3)
        left = 60 * round(left / 60) if left > 60 else round(left)  # a guess is no stopwatch
        pace = 60 * self.done() / passed
        spoken = f"{pace:.0f} a minute" if pace >= 1 else f"{max(60 * pace, 1):.0f} an hour"
        return f"{spoken}, {duration_in_words(left)} left"


class Console(logging.StreamHandler[Any]):
    """Tell of Snakemake's records what a person wants to know.

    Parameters
    ----------
    stream
        Where to.
    on_nothing
        Called when there is nothing to be done.
    """

    def __init__(self, stream: Any, on_nothing: Callable[[], None]) -> None:
        super().__init__(stream)
        self._on_nothing = on_nothing
        self._pace = Pace(Counter(), time.monotonic())
        self._running: dict[int, Step] = {}
        self._told = time.monotonic()
        self.failed: dict[str, Step] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write the lines that a record is worth, often none."""
        for line in self._tell(record, time.monotonic()):
            self.stream.write(f"{printable(line)}\n")
        self.flush()
        if str(record.msg).startswith(NOTHING_TO_DO):
            self._on_nothing()

    def _tell(self, record: logging.LogRecord, now: float) -> Iterator[str]:
        given = vars(record)
        match given.get("event"):
            case "run_info":
                yield from self._begin(given["stats"], now)
            case "job_info":
                self._running[given["jobid"]] = Step(
                    given["rule_name"],
                    given["rule_msg"] or given["rule_name"],
                    tuple(given["log"]),
                    now,
                )
            case "job_finished":
                yield from self._finish(given["job_id"], now)
            case "job_error":
                yield from self._fail(given["jobid"], given["log"])
            case None | "error":
                text = record.getMessage() if record.msg else ""
                if text and not text.startswith(SAID_OTHERWISE):
                    yield from text.splitlines()

    def _begin(self, stats: Mapping[str, int], now: float) -> Iterator[str]:
        self._pace = Pace(Counter({rule: n for rule, n in stats.items() if rule != "total"}), now)
        yield f"{counted(self._pace.total(), 'step')} to do"

    def _finish(self, job: int, now: float) -> Iterator[str]:
        step = self._running.pop(job)
        is_mended = self.failed.pop(step.message, None) is not None
        self._pace.note(step.rule, now - step.began)
        done, total, left = self._pace.done(), self._pace.total(), self._pace.left[step.rule]
        is_last = left <= sum(failed.rule == step.rule for failed in self.failed.values())
        is_due = is_last or is_mended or now - self._told >= LONGEST_SILENCE
        if is_due and done < total:  # the last is the rule that asks for all of them
            self._told = now
            number = f"{done:>{len(str(total))}}/{total}"
            jobs = len(self._pace.took[step.rule]) if left <= 0 else 1
            which = f", the last of {jobs}" if jobs > 1 else ""
            took = duration_in_words(now - step.began)
            yield f"{number}  {step.message}{which}: {took} ({self._pace.tell(now)})"

    def _fail(self, job: int, logs: list[str]) -> Iterator[str]:
        begun = self._running.get(job)
        if begun is None:
            return
        step = Step(begun.rule, begun.message, tuple(logs), begun.began)
        self.failed[step.message] = step
        yield f"FAILED  {step.message}"
        yield from (f"        {line}" for line in explain(step))

    def tell_of_failures(self) -> Iterator[str]:
        """Yield lines on the steps that failed and were not done at a later attempt."""
        if self.failed:
            yield f"{counted(len(self.failed), 'step')} failed, and what needs them was not done:"
            for step in self.failed.values():
                yield f"  {step.message}"
                yield from (f"    {line}" for line in explain(step))


def explain(step: Step) -> list[str]:
    """Return why a step failed: its last error in its log, the end of a long one, and the log."""
    text = "\n".join(_read(log) for log in step.logs)
    reason = text.rpartition(ERROR_IN_LOG)[2].strip().splitlines() if text.strip() else []
    shown = reason[-MOST_LINES_OF_A_REASON:]
    return [*shown, f"Its log: {', '.join(step.logs)}"] if step.logs else shown


def _read(log: str) -> str:
    try:
        return Path(log).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def take_over(logger: logging.Logger, console: Console) -> None:
    """Let a console tell what Snakemake's own would; a plugin of the user keeps its place."""
    for handler in [*logger.handlers]:
        if handler.name == SNAKEMAKES_OWN:
            logger.removeHandler(handler)
            logger.addHandler(console)
