"""Which numbers a party has after its phones were counted anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.rules import pouch_assignment
from kiosk.services import lockers, occupancy
from kiosk.services.context import KioskContext
from kiosk.services.records.visitor_records import NoPouch
from kiosk.services.visit_lookup import stow_kind
from sync.domain.events import Stow
from sync.domain.stow_returns import PHONES_A_LOCKER
from sync.domain.visit import Visit

MOST_PHONES = 99


@dataclass(frozen=True)
class StowPlan:
    """Where a party's phones are, and its numbers."""

    stow: Stow
    numbers: tuple[int, ...]


def usable_numbers(context: KioskContext, stow: str) -> Sequence[int]:
    """The numbers that this kiosk may promise."""
    return context.allocation.lockers if stow == "locker" else context.allocation.pouches


def is_home(context: KioskContext, visit: Visit) -> bool:
    """Whether the visit checked in at this kiosk, which alone may change its numbers.

    Two kiosks that change the same numbers without knowing of each other would leave one promised twice.
    """
    return context.allocation.owns_journal(visit.journal)


def phone_limits(context: KioskContext, visit: Visit) -> tuple[int, int]:
    """How few and how many phones a party can be corrected to.

    Phones that were taken for good, or that a close-out has still to clear, are not counted anew.
    """
    if visit.taken_early or (not visit.is_in and visit.outstanding) or not is_home(context, visit):
        return visit.phones, visit.phones
    return (visit.phones_back + visit.phones_lost if visit.is_in else 0), MOST_PHONES


def plan_numbers(context: KioskContext, visits: Sequence[Visit], visit: Visit, phones: int) -> StowPlan | NoPouch:
    """The numbers for so many phones; ``visits``: all that are outstanding.

    More phones get more numbers, fewer free the last ones. An ended visit's numbers stay as they were.
    """
    if not visit.is_in or phones == visit.phones:
        return StowPlan(stow_kind(visit), visit.numbers)
    if phones == 0:
        return StowPlan("none", ())
    if visit.phones == 0:
        return _first_numbers(context, visits, phones)
    if not visit.numbers:  # the host has the phones
        return StowPlan(stow_kind(visit), ())
    return _resize(context, visits, visit, _count_numbers(visit, phones))


def _first_numbers(context: KioskContext, visits: Sequence[Visit], phones: int) -> StowPlan | NoPouch:
    """Pouches, or else lockers, for a party that had no phones."""
    free = 0
    needed: tuple[tuple[Stow, int], ...] = ("pouch", phones), ("locker", pouch_assignment.lockers_needed(phones))
    for stow, count in needed:
        numbers = _choose(context, visits, stow, count)
        if not isinstance(numbers, NoPouch):
            return StowPlan(stow, numbers)
        free = max(free, numbers.free)
    return NoPouch(free)


def _count_numbers(visit: Visit, phones: int) -> int:
    """How many numbers it needs. Phones that are in none are with the host, and stay there."""
    a_number = PHONES_A_LOCKER if visit.stow == "locker" else 1
    loose = max(0, visit.phones - a_number * len(visit.numbers))
    if phones > visit.phones:
        return max(len(visit.numbers), -(-(phones - loose) // a_number))
    return min(len(visit.numbers), -(-phones // a_number))


def _resize(context: KioskContext, visits: Sequence[Visit], visit: Visit, count: int) -> StowPlan | NoPouch:
    if count <= len(visit.numbers):
        return StowPlan(stow_kind(visit), visit.numbers[:count])
    added = _choose(context, visits, stow_kind(visit), count - len(visit.numbers))
    return added if isinstance(added, NoPouch) else StowPlan(stow_kind(visit), (*visit.numbers, *added))


def _choose(context: KioskContext, visits: Sequence[Visit], stow: Stow, count: int) -> tuple[int, ...] | NoPouch:
    in_use = occupancy.numbers_in_use("locker" if stow == "locker" else "pouch", visits)
    usable = usable_numbers(context, stow)
    if stow == "locker":
        usable = lockers.offered(context, usable)
    numbers = pouch_assignment.choose(count, usable, in_use)
    return NoPouch(len(pouch_assignment.free_numbers(usable, in_use)), stow) if numbers is None else numbers
