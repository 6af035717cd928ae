"""Whose visit is it? By the four digits, by a slip's code, or by the number of a pouch or locker."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from kiosk.desk import tries
from kiosk.desk.desk import Desk
from kiosk.desk.records import NoSuchCode, Numbered, PouchOrLocker, Shared
from kiosk.rules.slips import is_slip
from sync.domain.events import Stow
from sync.domain.visit import Visit, visit_of

Shown = str | Numbered  # four digits or a slip's code; or a number
NotFound = NoSuchCode | Shared | PouchOrLocker


@dataclass(frozen=True)
class Found:
    """A visit that is in."""

    was: Visit

    @property
    def visit(self) -> UUID:
        """Its id."""
        return self.was.id


@dataclass(frozen=True)
class Stranger:
    """A slip's visit of which this kiosk has not heard: it came in at another one. The fold joins the two later."""

    visit: UUID


def find(desk: Desk, shown: Shown) -> Found | Stranger | NotFound:
    """Whoever is in and has shown this. Wrong codes slow the next try down, and nothing is told beside that."""
    if isinstance(shown, str) and is_slip(shown):
        return _by_slip(desk, shown)
    by_host = isinstance(shown, Numbered) and shown.host is not None
    if not by_host and (seconds := tries.wait(desk.ledger, tries.CODE)):
        return NoSuchCode(seconds)
    match _holders(desk, shown):
        case [visit]:
            if not by_host:
                tries.right(desk.ledger, tries.CODE)
            return Found(visit)
        case [_, _, *_]:
            return Shared(shown) if isinstance(shown, str) else PouchOrLocker(shown.number)
    return NoSuchCode() if by_host else NoSuchCode(tries.wrong(desk.ledger, tries.CODE))


def how(shown: Shown) -> Literal["code", "stow", "host"]:
    """What a check-out says of this."""
    if isinstance(shown, str):
        return "code"
    return "stow" if shown.host is None else "host"


def stow_of(visit: Visit) -> Stow:
    """Where its phones rest."""
    return "locker" if visit.stow == "locker" else "pouch" if visit.stow == "pouch" else "none"


def _holders(desk: Desk, shown: Shown) -> Sequence[Visit]:
    if isinstance(shown, str):
        return desk.ledger.present(code=shown)
    there = desk.ledger.present(code=shown.code)
    return [one for one in there if shown.number in one.numbers and shown.stow in (None, one.stow)]


def _by_slip(desk: Desk, slip: str) -> Found | Stranger | NoSuchCode:
    """80 bits that nobody guesses: a slip needs no patience."""
    known = desk.ledger.visit(visit := visit_of(slip))
    if known is None:
        return Stranger(visit) if desk.house.paired else NoSuchCode()  # alone, there is nowhere else to come in
    return Found(known) if known.is_in else NoSuchCode()
