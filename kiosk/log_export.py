"""Exports the log to a USB stick, or into the data folder where there is none."""

import os
from datetime import datetime
from pathlib import Path

from kiosk import log_file
from sync.errors import UserError

MEDIA = Path("/media")
FOLDER = "export"


def export(folder: Path, at: datetime, media: Path = MEDIA) -> Path:
    """Write the log of a data folder as one text file; returns where it is. Raises UserError.

    ``at`` names the file. The first mounted stick below ``media`` that takes it gets it, else the data folder.
    """
    text = log_file.read(folder) or "nothing was logged\n"
    name = f"hearth-log-{at:%Y-%m-%d-%H%M}.txt"
    for target in mounted(media):
        try:
            return _write(target / name, text)
        except OSError:  # write-protected, full, or just pulled out: the next one
            continue
    try:
        (folder / FOLDER).mkdir(exist_ok=True)
        return _write(folder / FOLDER / name, text)
    except OSError as error:
        raise UserError(f"the log can't be written to {folder} ({error.strerror}): check the disk") from error


def _write(file: Path, text: str) -> Path:
    """Write, and wait until it is on the disk: a stick is pulled out soon."""
    with file.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    return file


def mounted(media: Path) -> list[Path]:
    """Mounted sticks: /media/NAME, or /media/USER/NAME."""
    folders = sorted([*media.glob("*"), *media.glob("*/*")])
    return [folder for folder in folders if folder.is_dir() and os.path.ismount(folder)]
