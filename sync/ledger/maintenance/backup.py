"""Backs up a kiosk's database while it is in use: each copy gets a full integrity check; the newest two are kept."""

import errno
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sync.ledger.maintenance import integrity
from sync.ledger.maintenance.integrity import DAMAGE, SIDE_FILES, Damaged, open_uri, remove, result_code

BACKUPS_KEPT = 2
RESERVE = 1024 * 1024  # bytes that a backup leaves free on the disk


class CopyFailed(Exception):
    """A sound database could not be copied: its folder is full, missing or closed, or its disk fails."""

    def __init__(self, message: str, *, is_full: bool) -> None:
        super().__init__(message)
        self.is_full = is_full


def backup(file: Path, folder: Path) -> Path:
    """Copy the database while it is in use, check the copy thoroughly, keep the newest two.

    A sound copy proves that the database could be read to its last page. Where copying fails, the database itself is
    checked, so that a failed copy is never reported as damage of the database.
    Raises CopyFailed, Damaged, or OSError where the database itself can't be read.
    """
    unproven = folder / "unproven.db"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        remove(unproven)
        _copy(file, unproven)
        integrity.check(unproven, thorough=True)
        number = 1 + max((int(copy.stem) for copy in folder.glob("[0-9]*.db")), default=0)
        proven = unproven.rename(folder / f"{number:08d}.db")
        for old in backups(folder)[BACKUPS_KEPT:]:
            old.unlink()
    except (sqlite3.Error, OSError, Damaged) as error:
        with suppress(OSError):
            remove(unproven)  # a partial copy takes the space that the database needs
        integrity.check(file, thorough=isinstance(error, Damaged) or _is_damage(error))
        raise CopyFailed(_message(folder, error), is_full=_is_full(error)) from error
    return proven


def _copy(file: Path, unproven: Path) -> None:
    log_file = file.with_name(file.name + SIDE_FILES[0])
    needed = file.stat().st_size + (log_file.stat().st_size if log_file.exists() else 0) + RESERVE
    if shutil.disk_usage(unproven.parent).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # before the copy takes the space of the next entries
    with closing(sqlite3.connect(open_uri(file), uri=True)) as source, closing(sqlite3.connect(unproven)) as copy:
        source.backup(copy, pages=256)  # in steps, so that a check-in need not wait for the whole


def _is_damage(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and result_code(error) in DAMAGE


def _is_full(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):
        return result_code(error) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _message(folder: Path, error: Exception) -> str:
    what = "the copy came out damaged: " if isinstance(error, Damaged) else ""
    return f"no copy could be made in {folder}: {what}{getattr(error, 'strerror', None) or error}"


def backups(folder: Path) -> list[Path]:
    """Copies that have passed the integrity check, the newest first."""
    return sorted(folder.glob("[0-9]*.db"), reverse=True)
