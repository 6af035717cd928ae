"""Whose visit is it? By the four digits, by a slip's code, or by the number of a pouch or locker."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from kiosk.rules.slips import Slip
from kiosk.services import lockout
from kiosk.services.context import KioskContext
from kiosk.services.records import CodeAndNumber, CodeShared, NoSuchCode, PouchOrLocker, SlipAndDigits, Unconfirmed
from sync.domain.events import Stow
from sync.domain.visit import Visit, code_of, visit_of

Shown = str | Slip | SlipAndDigits | CodeAndNumber  # a str: four digits
NotFound = NoSuchCode | CodeShared | PouchOrLocker | Unconfirmed


@dataclass(frozen=True)
class FoundVisit:
    """A visit that is in."""

    was: Visit

    @property
    def visit(self) -> UUID:
        """Its id."""
        return self.was.id


@dataclass(frozen=True)
class UnknownSlip:
    """A slip's visit of which this kiosk has not heard: it came in at another one. The fold joins the two later."""

    visit: UUID


def find(context: KioskContext, shown: Shown) -> FoundVisit | UnknownSlip | NotFound:
    """Whoever is in and has shown this. Wrong codes slow the next try down, and nothing is told beside that."""
    if isinstance(shown, Slip):
        return _by_slip(context, shown)
    by_host = isinstance(shown, CodeAndNumber) and shown.host is not None
    if not by_host and (seconds := lockout.wait(context.ledger, lockout.CODE)):
        return NoSuchCode(seconds)
    if isinstance(shown, SlipAndDigits):
        return _by_slip_and_digits(context, shown)
    match _holders(context, shown):
        case [visit]:
            if not by_host:
                lockout.right(context.ledger, lockout.CODE)
            return FoundVisit(visit)
        case [_, _, *_]:
            return CodeShared(shown) if isinstance(shown, str) else PouchOrLocker(shown.number)
    return NoSuchCode() if by_host else NoSuchCode(lockout.wrong(context.ledger, lockout.CODE))


def how(shown: Shown) -> Literal["code", "stow", "host"]:
    """What a check-out says of this."""
    if not isinstance(shown, CodeAndNumber):
        return "code"
    return "stow" if shown.host is None else "host"


def stow_of(visit: Visit) -> Stow:
    """Where its phones rest."""
    return "locker" if visit.stow == "locker" else "pouch" if visit.stow == "pouch" else "none"


def _holders(context: KioskContext, shown: str | CodeAndNumber) -> Sequence[Visit]:
    if isinstance(shown, str):
        return context.ledger.present(code=shown)
    there = context.ledger.present(code=shown.code)
    return [one for one in there if shown.number in one.numbers and shown.stow in (None, one.stow)]


def _by_slip(context: KioskContext, slip: Slip) -> FoundVisit | UnknownSlip | NoSuchCode | Unconfirmed:
    """Look a slip up. Its 80 random bits can't be guessed, so there is no lockout.

    A slip without a check may have been misread as one of another visit, which then is not known here: a fact about it
    would be made up. So of its readings the one counts whose visit is known, and where none is, its digits decide.
    """
    known = [visit for reading in slip.readings if (visit := context.ledger.visit(visit_of(reading)))]
    if known:
        return next((FoundVisit(visit) for visit in known if visit.is_in), NoSuchCode())
    if not context.profile.paired:  # alone, there is nowhere else to come in
        return NoSuchCode()
    return UnknownSlip(visit_of(slip.readings[0])) if slip.is_checked else Unconfirmed(slip)


def _by_slip_and_digits(
    context: KioskContext, shown: SlipAndDigits
) -> FoundVisit | UnknownSlip | NoSuchCode | Unconfirmed:
    """The digits follow from the visit's id, and so from the reading that is right."""
    for reading in shown.slip.readings:
        if code_of(visit := visit_of(reading)) == shown.code:
            lockout.right(context.ledger, lockout.CODE)
            return UnknownSlip(visit) if context.ledger.visit(visit) is None else _by_slip(context, Slip((reading,)))
    return NoSuchCode(lockout.wrong(context.ledger, lockout.CODE))
