"""How long a party can stay, and the sign when it is time: kept on this kiosk alone, and nothing of it travels."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, convert, to_builtins

from kiosk.services import visit_lookup
from kiosk.services.context import KioskContext
from kiosk.services.records import Reminder
from sync.domain.clock import Reading
from sync.domain.visit import Visit

KEY = "staying"
SHOWN = 15 * 60_000  # ms that a sign is given for
CLOCK_WAS_SET = 60_000  # ms between the stored and the computed time; rounding and drift stay far below
FIVE = 5  # minutes; when a place is free is not known better


class ReminderChoice(Struct, frozen=True):
    """When a visit wishes to be told: by the clock, and by this boot's uptime, which nobody can set; both in ms."""

    visit: UUID
    at: int
    boot: UUID
    up: int

    def due_in(self, now: Reading) -> int:
        """Milliseconds until then; less than 0 once it is time."""
        return self.up - now.up if self.boot == now.boot else self.at - now.at

    def shown_at(self, now: Reading) -> int:
        """When that is by the wall clock (ms since 1970 UTC).

        The stored time stands, so that it is the same at every look; only where the wall clock was set since then is
        it computed from the uptime, which is right whatever the clock was before.
        """
        computed = now.at + self.due_in(now)
        return computed if abs(computed - self.at) > CLOCK_WAS_SET else self.at


def choose(context: KioskContext, visit: UUID, minutes: int) -> datetime:
    """Tell that visit in so many minutes; returns when that is. What was chosen before no longer counts."""
    now, after = context.ledger.clock.read(), minutes * 60_000
    present = {one.id for one in context.ledger.present()}
    kept = [one for one in _kept(context) if one.visit in present and one.visit != visit]
    kept.append(ReminderChoice(visit, now.at + after, now.boot, now.up + after))
    context.ledger.remember(KEY, to_builtins(kept))
    return context.local(now.at + after)


def forget(context: KioskContext, visit: UUID) -> None:
    """They stay until the end, and need no sign."""
    kept = _kept(context)
    if any(one.visit == visit for one in kept):
        context.ledger.remember(KEY, to_builtins([one for one in kept if one.visit != visit]))


def due_reminders(context: KioskContext, present: Sequence[Visit]) -> tuple[Reminder, ...]:
    """Whose time it is now, the longest over first; visits on a break get none."""
    now = context.ledger.clock.read()
    due = [
        (staying, visit)
        for staying, visit in _chosen(context, present)
        if -SHOWN < staying.due_in(now) <= 0 and not visit.on_break
    ]
    due.sort(key=lambda pair: (pair[0].due_in(now), pair[0].visit))
    return tuple(_sign(context, staying, visit, now) for staying, visit in due)


def _sign(context: KioskContext, staying: ReminderChoice, visit: Visit, now: Reading) -> Reminder:
    return Reminder(
        visit.id, staying.at, context.local(staying.shown_at(now)), visit_lookup.stow_of(visit), visit.numbers
    )


def next_leaving(context: KioskContext, present: Sequence[Visit]) -> datetime | None:
    """When the first of these is likely to go, as they said, on the next full five minutes; None where none said."""
    now = context.ledger.clock.read()
    waiting = [staying for staying, _ in _chosen(context, present) if staying.due_in(now) > 0]
    if not waiting:
        return None
    first = min(waiting, key=lambda staying: staying.due_in(now))
    then = context.local(first.shown_at(now))
    return then.replace(second=0, microsecond=0) + timedelta(minutes=-then.minute % FIVE)


def _chosen(context: KioskContext, present: Sequence[Visit]) -> Iterator[tuple[ReminderChoice, Visit]]:
    visits = {visit.id: visit for visit in present}
    for staying in _kept(context):
        if visit := visits.get(staying.visit):
            yield staying, visit


def _kept(context: KioskContext) -> list[ReminderChoice]:
    return convert(context.ledger.recall(KEY) or [], list[ReminderChoice])
