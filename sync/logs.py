"""The log of both programs: on standard error, one line a record, without control characters from outside."""

import logging
import sys

from sync.printable import printable, printable_lines

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
CONTINUED = "    "  # begins the lines of a traceback, so that no text in one can pass for a record


class PrintableFormatter(logging.Formatter):
    """Cleans the message and, line by line, the traceback."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name that logging gives it
        """The record's own line."""
        return printable(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it the traceback where there is one."""
        line, *traceback = super().format(record).split("\n")
        return "\n".join([line, *(CONTINUED + printable_lines(one) for one in traceback)])


def start(level: int, *filters: logging.Filter) -> None:
    """Write records of ``level`` and above that pass all ``filters`` to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    for one in filters:
        handler.addFilter(one)
    handler.setFormatter(PrintableFormatter(LINE))
    logging.basicConfig(level=level, handlers=[handler])
