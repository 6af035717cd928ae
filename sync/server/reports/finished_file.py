"""Sends a file that has to be finished before its first byte is known, as workbooks and Parquet files have."""

from collections.abc import Generator
from pathlib import Path

STEP = 1000  # rows between two empty pieces, which let the caller stop
PIECE = 64 * 1024  # bytes


def file_pieces(file: Path) -> Generator[bytes, None, None]:
    """The bytes of a file. Raises OSError."""
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece
