"""Columns that name segments of files by other names than `start` and `end`."""

import re
from collections.abc import Sequence

from emofold.corpora.segments import BOUNDS

NO_LETTER = re.compile(r"[\W\d_]+")
BEFORE = "(t|time|seg|segment|clip|utt|utterance|turn|window|video|audio|media)?"
AFTER = "(time|timestamp|timecode|frame|sample|offset|pos|position|at|in)*"
UNIT = "(s|sec|secs|second|seconds|ms|msec|milliseconds|hhmmss|hhmmssms|min)?"
BEGINS = "(start|begin|begins|beginning|onset|tmin|xmin|anfang|beginn)"
ENDS = "(end|ends|stop|offset|finish|tmax|xmax|ende)"
LIMIT = re.compile(f"{BEFORE}({BEGINS}|{ENDS}){AFTER}{UNIT}")
ONLY_TOGETHER = ({"from", "to"}, {"in", "out"})
LENGTHS = re.compile(f"(duration|dur|length|len){UNIT}")


def find_segment_columns(names: Sequence[str]) -> list[str]:
    """Return the columns that say where in a file a row begins or ends, but `start` and `end`.

    Examples
    --------
    >>> find_segment_columns(["clip", "Start Time (s)", "t_end", "legend", "from", "end"])
    ['Start Time (s)', 't_end']
    >>> find_segment_columns(["clip", "from", "to"])
    ['from', 'to']
    >>> find_segment_columns(["clip", "start", "duration"])
    ['duration']
    """
    others = [name for name in names if name not in BOUNDS]
    letters = {name: NO_LETTER.sub("", name).casefold() for name in others}
    together = {word for pair in ONLY_TOGETHER if pair <= {*letters.values()} for word in pair}
    has_no_end = "start" in names and "end" not in names
    return [
        name
        for name, word in letters.items()
        if LIMIT.fullmatch(word) or word in together or (has_no_end and LENGTHS.fullmatch(word))
    ]
