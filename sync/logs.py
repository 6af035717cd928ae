"""Logging of both programs: on standard error, one line a record, without control characters."""

import logging
import sys

from sync.printable import printable, printable_lines

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
CONTINUED = "    "  # before the lines of a traceback, so that none looks like a record


class PrintableFormatter(logging.Formatter):
    """Replaces control characters in the message and, line by line, in the traceback."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name that logging gives it
        """The record's line."""
        return printable(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it the traceback where there is one."""
        line, *traceback = super().format(record).split("\n")
        return "\n".join([line, *(CONTINUED + printable_lines(part) for part in traceback)])


def start(level: int, *filters: logging.Filter) -> None:
    """Write records of ``level`` and above that pass all ``filters`` to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    for each in filters:
        handler.addFilter(each)
    handler.setFormatter(PrintableFormatter(LINE))
    logging.basicConfig(level=level, handlers=[handler])
