"""The kiosk's log file: bounded, and without personal data, so that it can be handed on as it is.

Hearth's own constant texts are written, but no text that was filled into them; of an exception its kind and where it
was raised, but not its message. A code, a name or a token can't be in the file, whatever was logged.
"""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from sync.errors import UserError
from sync.logs import CONTINUED
from sync.printable import printable

NAME = "kiosk.log"
FOLDER = "log"
MAX_BYTES, FORMER_FILES = 256_000, 3
LINE = "{time} {level} {logger}: {text}"
OWN = ("kiosk", "sync")  # packages whose texts are constants
LARGEST_NUMBER = 999  # a code for leaving has four digits
LEFT_OUT = "…"
log = logging.getLogger(__name__)


class PrivateFormatter(logging.Formatter):
    """Formats a record without anything that was filled in."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, and below it where an exception was raised."""
        line = LINE.format(
            time=self.formatTime(record), level=record.levelname, logger=record.name, text=_text_of(record)
        )
        error = record.exc_info[1] if record.exc_info else None
        return "\n".join([printable(line), *(_lines_of(error) if error else ())])


def _text_of(record: logging.LogRecord) -> str:
    """The constant text, with numbers and kinds of errors filled in."""
    if record.name.partition(".")[0] not in OWN or not isinstance(record.msg, str):
        return LEFT_OUT
    if not isinstance(record.args, tuple):
        return record.msg
    try:
        return record.msg % tuple(_Shown(arg) for arg in record.args)
    except (TypeError, ValueError):  # a format for numbers alone, such as %d
        return record.msg


class _Shown:
    """An argument as it may be shown."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __str__(self) -> str:
        if isinstance(self._value, BaseException):
            return type(self._value).__name__
        is_small = isinstance(self._value, int | float) and abs(self._value) <= LARGEST_NUMBER
        return str(self._value) if is_small else LEFT_OUT

    __repr__ = __str__


def _lines_of(error: BaseException) -> list[str]:
    """Kind and place of an exception and of those that caused it, the first cause first."""
    cause = error.__cause__ or error.__context__
    lines = _lines_of(cause) if cause else []
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{CONTINUED}{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return [*lines, *map(printable, places), f"{CONTINUED}{type(error).__name__}"]


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Write what is logged meanwhile into the log file of a data folder; where it can't be written, nothing is."""
    try:
        (folder / FOLDER).mkdir(exist_ok=True)
        handler = RotatingFileHandler(
            folder / FOLDER / NAME, maxBytes=MAX_BYTES, backupCount=FORMER_FILES, encoding="utf-8"
        )
    except OSError as error:
        log.warning("the log file can't be written: %s", error)
        yield
        return
    handler.setFormatter(PrivateFormatter())
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def read(folder: Path) -> str:
    """The whole log, the oldest record first; empty: nothing was logged. Raises UserError."""
    file = folder / FOLDER / NAME
    parts = [file.with_name(f"{NAME}.{number}") for number in range(FORMER_FILES, 0, -1)] + [file]
    try:
        return "".join(part.read_text(encoding="utf-8", errors="replace") for part in parts if part.exists())
    except OSError as error:
        raise UserError(f"the log in {folder} can't be read ({error.strerror}): check the disk") from error
