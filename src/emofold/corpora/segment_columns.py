"""Columns that name segments of files, by the names that they usually have."""

import re
from collections.abc import Sequence

NO_LETTER = re.compile(r"[\W\d_]+")
BEFORE = "(t|time|seg|segment|clip|utt|utterance|turn|window|video|audio|media)?"
AFTER = "(time|timestamp|timecode|frame|sample|offset|pos|position|at|in)*"
UNIT = "(s|sec|secs|second|seconds|ms|msec|milliseconds|hhmmss|hhmmssms|min)?"
BEGINS = "(start|begin|begins|beginning|onset|tmin|xmin|anfang|beginn)"
ENDS = "(end|ends|stop|offset|finish|tmax|xmax|ende)"
LIMIT = re.compile(f"{BEFORE}({BEGINS}|{ENDS}){AFTER}{UNIT}")
ONLY_TOGETHER = ({"from", "to"}, {"in", "out"})


def find_segment_columns(names: Sequence[str]) -> list[str]:
    """Return the columns that say where in a file a row begins or ends.

    Examples
    --------
    >>> find_segment_columns(["clip", "Start Time (s)", "t_end", "legend", "from"])
    ['Start Time (s)', 't_end']
    >>> find_segment_columns(["clip", "from", "to"])
    ['from', 'to']
    """
    letters = {name: NO_LETTER.sub("", name).casefold() for name in names}
    together = {word for pair in ONLY_TOGETHER if pair <= {*letters.values()} for word in pair}
    return [name for name, word in letters.items() if LIMIT.fullmatch(word) or word in together]
