"""Lockers that left a visit by something else than a check-out: they are free only after their door was used.

The fold of a visit's facts holds its lockers until their doors were seen open and then closed. An amendment, an undo or
a void takes a locker out of these facts, at this kiosk or at another one. A phone may lie in it all the same, so this
kiosk remembers of each locker which visit it was opened for last.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kiosk.services.context import KioskContext
from sync.domain.visit import Visit

KEY = "lockers opened for visits"  # in the ledger's local table


@dataclass(frozen=True)
class LastUse:
    """The visit that a locker was opened for last. ``was_open``: its door was seen open since it left this visit."""

    visit: UUID
    was_open: bool = False


def last_uses(context: KioskContext) -> Mapping[int, LastUse]:
    """By locker."""
    stored = context.ledger.recall(KEY) or {}
    return {int(number): LastUse(UUID(visit), was_open) for number, (visit, was_open) in stored.items()}


def remembering(context: KioskContext, visit: UUID, doors: Collection[int]) -> dict[str, object]:
    """What a record (``remember``) of these lockers' opening for a visit stores; empty where that is known already."""
    if not doors:
        return {}
    before = last_uses(context)
    after = {**before, **{number: LastUse(visit) for number in doors}}
    return {} if after == before else {KEY: _stored(after)}


def unreleased(context: KioskContext, numbers: Iterable[int]) -> frozenset[int]:
    """Of these lockers those that have left a visit, and whose doors were not seen open and then closed since."""
    uses = last_uses(context)
    return frozenset(number for number in numbers if number in uses and _has_left(context, number, uses[number]))


def note_open(context: KioskContext, number: int) -> None:
    """Remember that the door of a locker that has left its visit was seen open. Raises StorageError."""
    uses = last_uses(context)
    use = uses.get(number)
    if use and not use.was_open and _has_left(context, number, use):
        context.ledger.remember(KEY, _stored({**uses, number: LastUse(use.visit, was_open=True)}))


def note_closed(context: KioskContext, number: int) -> None:
    """Release a locker whose door was open since it left its visit, or that its visit has given back."""
    uses = last_uses(context)
    use = uses.get(number)
    if use is None:
        return
    if use.was_open if _has_left(context, number, use) else not _is_held(context, number, use):
        context.ledger.remember(KEY, _stored({other: uses[other] for other in uses if other != number}))


def _has_left(context: KioskContext, number: int, use: LastUse) -> bool:
    """Whether the facts of the visit do not say any more what became of the locker."""
    visit = context.ledger.visit(use.visit)
    return visit is None or visit.checked_in is None or visit.voided or not _has_number(visit, number)


def _is_held(context: KioskContext, number: int, use: LastUse) -> bool:
    visit = context.ledger.visit(use.visit)
    return visit is not None and number in visit.held


def _has_number(visit: Visit, number: int) -> bool:
    return visit.stow == "locker" and number in visit.numbers


def _stored(uses: Mapping[int, LastUse]) -> dict[str, list[object]]:
    return {str(number): [str(use.visit), use.was_open] for number, use in uses.items()}
