"""Sends a file that has to be finished before its first byte is known, as workbooks and Parquet files have."""

import logging
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

logger = logging.getLogger(__name__)

STEP = 1000  # rows between two empty pieces, which let the caller stop
PIECE = 64 * 1024  # bytes


PREFIX = ".hearth-export-"  # of temporary folders


def temporary_folder(within: Path | None) -> "tempfile.TemporaryDirectory[str]":
    """A folder for files that are being made, which is removed with them; ``within`` None: the system's place."""
    return tempfile.TemporaryDirectory(prefix=PREFIX, dir=within)


def remove_leftovers(within: Path) -> None:
    """Remove the folders of a process that was killed. Nobody else may be making files there."""
    for folder in within.glob(f"{PREFIX}*"):
        try:
            shutil.rmtree(folder)
        except OSError as error:
            logger.warning("%s, of an unfinished download, can't be removed: %s", folder, error.strerror)


def file_pieces(file: Path) -> Generator[bytes, None, None]:
    """The bytes of a file. Raises OSError."""
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece
