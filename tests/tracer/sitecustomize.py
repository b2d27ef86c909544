"""Write down which first-party functions a job of the workflow runs; see ``traced_runs.py``.

Python imports this file when it starts, if its folder is on the path. The processes that a job
starts belong to it. Each function is written at once when it first runs, since some processes end
without a farewell.
"""

import os
import re
import sys
import threading
from pathlib import Path
from types import CodeType, FrameType

SCRIPT = re.compile(r"\.snakemake/scripts/\w+\.(\w+)\.py$")
IS_FUNCTION = 1  # inspect.CO_OPTIMIZED, which bodies of modules and classes lack


def rule_of_process() -> str | None:
    """Return the rule whose script runs here, or whose job started this process."""
    found = filter(None, map(SCRIPT.search, sys.orig_argv))
    return next((match[1] for match in found), os.environ.get("TRACED_RULE"))


def trace(rule: str, source: str, folder: Path) -> None:
    """Append a line to a file of this process whenever a function of `source` first runs."""
    seen: dict[int, CodeType] = {}  # comparing code is slow, and kept code keeps its id

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if id(code) not in seen:
            seen[id(code)] = code
            is_first_party = code.co_filename.startswith(source) and code.co_flags & IS_FUNCTION
            if is_first_party and not code.co_qualname.startswith("<"):
                name = code.co_qualname.partition(".")[0]
                with (folder / f"{os.getpid()}.tsv").open("a", encoding="utf-8") as file:
                    file.write(f"{rule}\t{code.co_filename}\t{code.co_firstlineno}\t{name}\n")

    os.environ["TRACED_RULE"] = rule
    threading.setprofile(note)
    sys.setprofile(note)


if "TRACED_SOURCE" in os.environ and (its_rule := rule_of_process()):
    trace(its_rule, os.environ["TRACED_SOURCE"], Path(os.environ["TRACE"]))
