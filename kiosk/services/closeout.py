"""Close-out: which phones, pouches and lockers of ended visits have not come back, and clearing them one by one."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal
from uuid import UUID

from msgspec import UNSET

from kiosk.services import visit_lookup
from kiosk.services.context import KioskContext
from kiosk.services.records.closeout_records import Clearing, ClearingAct, CloseoutFigures, OpenItem, OpenItems
from kiosk.services.records.host_records import HostSession
from sync.domain.events import (
    CloseoutNoted,
    Event,
    PhoneCleared,
    StowCleared,
    StowFound,
    StowLost,
    VisitCheckedOut,
)
from sync.domain.stow_returns import SlotState
from sync.domain.visit import Visit
from sync.ledger import subject_facts

LOST_SHOWN_MS = 90 * 24 * 3_600_000  # how long a lost phone is listed, since its visit began
MOST_NUMBERS = 99  # in one fact


def read_items(context: KioskContext, session_id: UUID | None = None) -> OpenItems:
    """What has not come back of the ended visits of a session; None: of all, at every kiosk of the venue."""
    items = _items(context, _ended_visits(context, session_id))
    to_clear = sorted((item for item in items if item.is_open), key=_order)
    lost = sorted((item for item in items if item.is_lost and not item.is_open), key=_order)
    return OpenItems(tuple(to_clear), tuple(lost))


def read_figures(context: KioskContext, session_id: UUID | None = None) -> CloseoutFigures:
    """The same in figures, from the folded rows alone."""
    return count_figures(_ended_visits(context, session_id, with_lost_phones=False))


def count_figures(visits: Iterable[Visit]) -> CloseoutFigures:
    """What of these visits has not come back. Lost pouches and lockers are not counted."""
    open_visits = [visit for visit in visits if not visit.is_in]
    numbers = {
        stow: sorted(
            {number for visit in open_visits if visit.stow == stow for number in visit.held} - _lost(open_visits, stow)
        )
        for stow in ("pouch", "locker")
    }
    phones = sum(visit.phones_here for visit in open_visits)
    return CloseoutFigures(phones, tuple(numbers["pouch"]), tuple(numbers["locker"]))


def _lost(visits: Sequence[Visit], stow: str) -> set[int]:
    return {number for visit in visits if visit.stow == stow for number in visit.lost}


def acts(item: OpenItem) -> tuple[ClearingAct, ...]:
    """What a host can do with an item, the most frequent first."""
    choices: list[tuple[ClearingAct, bool]] = [
        ("all_back", item.has_phone_here and item.pouch == "out"),
        ("phone_back", item.has_phone_here),
        ("stow_back", item.pouch == "out"),
        ("left_behind", item.has_phone_here),
        ("phone_lost", item.has_phone_here),
        ("stow_lost", item.pouch == "out"),
        ("phone_found", item.phones > 0 and item.phone == "lost"),
        ("stow_found", item.pouch == "lost"),
    ]
    return tuple(act for act, is_possible in choices if is_possible)


def clear(context: KioskContext, clearing: Clearing, host: HostSession, session_id: UUID | None = None) -> OpenItems:
    """Record what became of an item; returns what is left, as :func:`read_items`.

    Nothing is recorded where the item has changed meanwhile: its owner came, or another kiosk has cleared it. Raises
    StorageError where it fails.
    """
    item = clearing.item
    visit = context.ledger.visit(item.visit)
    current = next((now for now in _items(context, [visit]) if now.number == item.number), None) if visit else None
    if current and (current.phone, current.pouch) == (item.phone, item.pouch) and clearing.act in acts(current):
        context.ledger.record(*((item.visit, event) for event in _events(clearing)), actor=host.host_id)
    return read_items(context, session_id)


def _events(clearing: Clearing) -> Iterator[Event]:
    item, act, note = clearing.item, clearing.act, clearing.note
    numbers = () if item.number is None else (item.number,)
    match act:
        case "all_back" | "phone_back":
            yield PhoneCleared("handed_back", numbers)
        case "left_behind":
            yield PhoneCleared("handed_back" if note == "sent_to_owner" else "left_behind", numbers, note)
        case "phone_lost":
            yield PhoneCleared("lost", numbers)
        case "phone_found":
            yield PhoneCleared("found", numbers)
    if item.stow == "none":
        return
    match act:
        case "all_back" | "stow_back":
            yield StowCleared(item.stow, numbers)
        case "stow_lost":
            yield StowLost(item.stow, numbers)
        case "stow_found":
            yield StowFound(item.stow, numbers)


def finish(context: KioskContext, session_id: UUID, host: HostSession) -> CloseoutFigures:
    """End the close-out of a session: note what is left open for tomorrow, or that everything is cleared."""
    items = read_items(context, session_id).to_clear
    context.ledger.record(*((session_id, event) for event in _notes(items)), actor=host.host_id)
    return read_figures(context, session_id)


def _notes(items: Sequence[OpenItem]) -> Iterator[Event]:
    if not items:
        yield CloseoutNoted("everything", "cleared")
    phones = sorted(item.number for item in items if item.has_phone_here and item.number is not None)
    yield from _left_open("phones", phones)
    for what, stow in (("pouches", "pouch"), ("lockers", "locker")):
        yield from _left_open(what, sorted(item.number or 0 for item in items if _is_out(item, stow)))
    for item in items:
        if item.number is None:
            yield from (CloseoutNoted("phone_without_number", "left_open") for _ in range(item.phones))


def _is_out(item: OpenItem, stow: str) -> bool:
    return item.stow == stow and item.pouch == "out" and item.number is not None


def _left_open(what: str, numbers: Sequence[int]) -> Iterator[Event]:
    for start in range(0, len(numbers), MOST_NUMBERS):
        yield CloseoutNoted(what, "left_open", tuple(numbers[start : start + MOST_NUMBERS]))


def estimated_departure(
    visit: Visit, how: Literal["host", "night"], left_at: int | None, *, is_practice: bool
) -> VisitCheckedOut:
    """That a visit ended with its session; its numbers are held until a host has cleared them.

    The pouches of practice come back by themselves. Its lockers stay held: somebody has to look inside before a guest
    gets one. ``left_at``: ms since 1970 UTC; None: now.
    """
    return VisitCheckedOut(
        how,
        estimated=True,
        left_at=UNSET if left_at is None else left_at,
        closeout=UNSET if is_practice and visit.stow != "locker" else True,
    )


def practice_returns(visits: Iterable[Visit]) -> Iterator[tuple[UUID, Event]]:
    """That the pouches of practice are back, with what was in them, whatever hosts have tried with them."""
    for visit in visits:
        if visit.stow == "pouch" and visit.held:
            yield visit.id, PhoneCleared("handed_back", visit.held)
            yield visit.id, StowCleared("pouch", visit.held)


def _ended_visits(context: KioskContext, session_id: UUID | None, *, with_lost_phones: bool = True) -> list[Visit]:
    """Ended visits of which something is out or lost."""
    visits = {visit.id: visit for visit in context.ledger.open_and_outstanding()[1]}
    if with_lost_phones:
        since = context.ledger.clock.read().at - LOST_SHOWN_MS
        visits |= {visit.id: visit for visit in subject_facts.visits_with_lost_phones(context.ledger.store, since)}
    ended = (visit for visit in visits.values() if visit.checked_in is not None and not visit.is_in)
    return [visit for visit in ended if session_id in (None, visit.session)]


def _items(context: KioskContext, visits: Sequence[Visit]) -> list[OpenItem]:
    slots = subject_facts.read_slots(context.ledger.store, visits)
    return [_item(context, visit, slot) for visit in visits for slot in slots.get(visit.id, ())]


def _item(context: KioskContext, visit: Visit, slot: SlotState) -> OpenItem:
    stow = "none" if slot.number is None else visit_lookup.stow_kind(visit)
    ended = None if visit.checked_out is None else context.local_time(visit.checked_out)
    note = slot.note if slot.has_phone_here else None
    if visit.voided:  # only its lost pouches count
        pouch = slot.pouch if slot.pouch == "lost" else "back"
        return OpenItem(visit.id, slot.number, stow, 0, "back", pouch, None, ended)
    return OpenItem(visit.id, slot.number, stow, slot.phones, slot.phone, slot.pouch, note, ended)


def _order(item: OpenItem) -> tuple[int, int, UUID]:
    """Pouches, then lockers, each by number; then phones that are in neither."""
    return ("pouch", "locker", "none").index(item.stow), item.number or 0, item.visit
