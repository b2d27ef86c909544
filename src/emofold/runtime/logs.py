"""Lines of logs, in which no text of a user commands a terminal."""

import logging

from emofold.errors import printable

FORMAT = "%(asctime)s %(levelname)s %(message)s"


class PrintableFormatter(logging.Formatter):
    """Format records so that they can be shown in a terminal, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record."""
        return "\n".join(map(printable, super().format(record).split("\n")))
