"""Merges what can still be read of a damaged database and its backups into one set of facts."""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.domain.events import SERVER_KINDS, Entry, Unreadable, read_entry
from sync.ledger.maintenance import salvage
from sync.ledger.maintenance.integrity import Damaged, check
from sync.ledger.maintenance.salvage import SalvagedRows

log = logging.getLogger(__name__)


@dataclass
class RescuedFacts:
    """What could still be read: facts by id, whose they are, and what never travels."""

    entries: dict[str, Entry] = field(default_factory=dict)
    learnt: set[str] = field(default_factory=set)  # the ids of those that others wrote; of the rest nobody can tell
    local: dict[str, Any] = field(default_factory=dict)

    @property
    def own(self) -> list[Entry]:
        """The facts that were written here, as far as can be told."""
        return [one for id, one in self.entries.items() if id not in self.learnt]

    @property
    def others(self) -> list[Entry]:
        """The facts that others wrote."""
        return [one for id, one in self.entries.items() if id in self.learnt]


def rescue(files: list[Path]) -> RescuedFacts:
    """Read whatever can be read of these databases, the newest first, and change none of them.

    Of what they tell differently a sound one is believed before a damaged one, and of values that change the newest.
    Never raises for a damaged one; raises OSError where there is no room to copy it.
    """
    rescued = RescuedFacts()
    found = [
        (is_sound, file, salvage.read(file, is_sound=is_sound)) for file in files for is_sound in [_is_sound(file)]
    ]
    for _, file, remains in sorted(found, key=lambda one: not one[0]):
        _take(rescued, file, remains)
    for _, _, remains in found:
        for key, value in remains.local.items():
            rescued.local.setdefault(key, value)
    return rescued


def _take(rescued: RescuedFacts, file: Path, remains: SalvagedRows) -> None:
    for line in remains.lines:
        try:
            entry = read_entry(line)
        except Unreadable as error:  # a torn line, or another value that recovery took for one
            log.debug("a line of %s can't be read: %s", file, error)
            continue
        rescued.entries.setdefault(str(entry.id), entry)
        is_others = bool(remains.own) and entry.journal not in remains.own
        if is_others or entry.kind in SERVER_KINDS:
            rescued.learnt.add(str(entry.id))


def _is_sound(file: Path) -> bool:
    try:
        check(file, thorough=True)
    except (Damaged, OSError):
        return False
    return True
