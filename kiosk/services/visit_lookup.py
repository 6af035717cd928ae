"""Finds the visit of a four-digit code, a slip, or the number of a pouch or locker."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from kiosk.rules.slips import Slip
from kiosk.services import lockout
from kiosk.services.context import KioskContext
from kiosk.services.records.visitor_records import (
    CodeAndNumber,
    CodeShared,
    NoSuchCode,
    PouchOrLocker,
    SlipAndDigits,
    Unconfirmed,
)
from sync.domain.events import Stow
from sync.domain.visit import Visit, code_of, visit_of

LookupKey = str | Slip | SlipAndDigits | CodeAndNumber  # a str: four digits
CheckOutMethod = Literal["code", "pass", "stow", "host"]
NotFound = NoSuchCode | CodeShared | PouchOrLocker | Unconfirmed


@dataclass(frozen=True)
class FoundVisit:
    """A visit that is in, or whose phones or pouches are still out."""

    visit: Visit

    @property
    def visit_id(self) -> UUID:
        """Its id."""
        return self.visit.id


@dataclass(frozen=True)
class UnknownSlip:
    """A slip whose visit is unknown here: it checked in at another kiosk. The fold joins the entries later."""

    visit_id: UUID


def find(context: KioskContext, key: LookupKey) -> FoundVisit | UnknownSlip | NotFound:
    """Look up the open visit of ``key``. Wrong codes lock the next attempt; the answer reveals nothing else."""
    if isinstance(key, Slip):
        return _find_by_slip(context, key)
    by_host = isinstance(key, CodeAndNumber) and key.host is not None
    if not by_host and (seconds := lockout.seconds_left(context.ledger, lockout.CODE)):
        return NoSuchCode(seconds)
    if isinstance(key, SlipAndDigits):
        return _find_by_slip_and_digits(context, key)
    match _matching_visits(context, key):
        case [visit]:
            if not by_host:
                lockout.reset(context.ledger, lockout.CODE)
            return FoundVisit(visit)
        case [_, _, *_]:
            return CodeShared(key) if isinstance(key, str) else PouchOrLocker(key.number)
    return NoSuchCode() if by_host else NoSuchCode(lockout.record_failure(context.ledger, lockout.CODE))


def checkout_method(key: LookupKey) -> CheckOutMethod:
    """The ``how`` of a check-out with this key."""
    if not isinstance(key, CodeAndNumber):
        return "code"
    return "stow" if key.host is None else "host"


def stow_kind(visit: Visit) -> Stow:
    """How its phones are stowed."""
    return "locker" if visit.stow == "locker" else "pouch" if visit.stow == "pouch" else "none"


def _matching_visits(context: KioskContext, key: str | CodeAndNumber) -> Sequence[Visit]:
    _, visits = context.ledger.open_and_outstanding()
    if isinstance(key, str):
        return [visit for visit in visits if visit.code == key]
    matching = [
        visit
        for visit in visits
        if key.code in (None, visit.code) and key.number in visit.held and key.stow in (None, visit.stow)
    ]
    # a phone that was lost and found has a number that may have been given to another party since
    in_use = {visit.stow for visit in matching if visit.is_in}
    return [visit for visit in matching if visit.is_in or visit.stow not in in_use]


def _find_by_slip(context: KioskContext, slip: Slip) -> FoundVisit | UnknownSlip | NoSuchCode | Unconfirmed:
    """Look a slip up. Its 80 random bits can't be guessed, so there is no lockout.

    A slip without a check may have been misread as one of another visit, which then is unknown here, and a fact about
    it would be invented. So the reading whose visit is known counts; where none is, the typed digits decide.
    """
    visits = [visit for reading in slip.readings if (visit := context.ledger.visit(visit_of(reading)))]
    if visits:
        return next((FoundVisit(visit) for visit in visits if visit.outstanding), NoSuchCode())
    if not context.profile.paired:  # no other kiosk can have issued it
        return NoSuchCode()
    return UnknownSlip(visit_of(slip.readings[0])) if slip.is_checked else Unconfirmed(slip)


def _find_by_slip_and_digits(
    context: KioskContext, key: SlipAndDigits
) -> FoundVisit | UnknownSlip | NoSuchCode | Unconfirmed:
    """The digits follow from the visit's id, and so from the reading that is right."""
    for reading in key.slip.readings:
        if code_of(visit_id := visit_of(reading)) == key.code:
            lockout.reset(context.ledger, lockout.CODE)
            if context.ledger.visit(visit_id) is None:
                return UnknownSlip(visit_id)
            return _find_by_slip(context, Slip((reading,)))
    return NoSuchCode(lockout.record_failure(context.ledger, lockout.CODE))
