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
    """What could be read: facts by id, which of them others wrote, and the values of the local table."""

    entries: dict[str, Entry] = field(default_factory=dict)
    from_others: set[str] = field(default_factory=set)  # the ids of those that others wrote, as far as that is known
    local: dict[str, Any] = field(default_factory=dict)

    @property
    def own(self) -> list[Entry]:
        """The facts that were written here, as far as that is known."""
        return [entry for id, entry in self.entries.items() if id not in self.from_others]

    @property
    def others(self) -> list[Entry]:
        """The facts that others wrote."""
        return [entry for id, entry in self.entries.items() if id in self.from_others]


def rescue(files: list[Path]) -> RescuedFacts:
    """Read what can be read of these databases, the newest first, and change none of them.

    Where entries differ, a sound database takes precedence over a damaged one; of local values the newest counts.
    Never raises for a damaged one; raises OSError where there is no space to copy it.
    """
    rescued = RescuedFacts()
    sources: list[tuple[bool, Path, SalvagedRows]] = []
    for file in files:
        is_sound = _is_sound(file)
        sources.append((is_sound, file, salvage.read(file, is_sound=is_sound)))
    for _, file, rows in sorted(sources, key=lambda source: not source[0]):
        _add_entries(rescued, file, rows)
    for _, _, rows in sources:
        for key, value in rows.local.items():
            rescued.local.setdefault(key, value)
    return rescued


def _add_entries(rescued: RescuedFacts, file: Path, rows: SalvagedRows) -> None:
    for line in rows.lines:
        try:
            entry = read_entry(line)
        except Unreadable as error:  # a damaged line, or another value that looked like one
            log.debug("a line of %s can't be read: %s", file, error)
            continue
        rescued.entries.setdefault(str(entry.id), entry)
        is_others = bool(rows.own) and entry.journal not in rows.own
        if is_others or entry.kind in SERVER_KINDS:
            rescued.from_others.add(str(entry.id))


def _is_sound(file: Path) -> bool:
    try:
        check(file, thorough=True)
    except (Damaged, OSError):
        return False
    return True
