"""Reminders that visitors ask for when they can't stay until the end: stored on this kiosk alone, never sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, convert, to_builtins

from kiosk.services import visit_lookup
from kiosk.services.context import KioskContext
from kiosk.services.records.shared_records import Reminder
from sync.domain.clock import Reading
from sync.domain.visit import Visit

KEY = "staying"
SHOWN_MS = 15 * 60_000  # how long a reminder is shown
CLOCK_WAS_SET_MS = 60_000  # between the stored and the computed time; rounding and drift stay far below
ROUND_TO_MINUTES = 5  # the expected time of a departure is not known more exactly


class ReminderChoice(Struct, frozen=True):
    """When a visit is to be reminded: by the wall clock, and by this boot's uptime, which cannot be set; both in ms."""

    visit: UUID
    at: int
    boot: UUID
    up: int

    def due_in(self, now: Reading) -> int:
        """Milliseconds until it is due; not positive once it is."""
        return self.up - now.up if self.boot == now.boot else self.at - now.at

    def due_at(self, now: Reading) -> int:
        """When it is due by the wall clock (ms since 1970 UTC).

        The stored time, so that it is the same at every poll; only where the wall clock was set since then it is
        computed from the uptime, which is right whatever the clock was before.
        """
        computed = now.at + self.due_in(now)
        return computed if abs(computed - self.at) > CLOCK_WAS_SET_MS else self.at


def set_reminder(context: KioskContext, visit: UUID, minutes: int) -> datetime:
    """Remind that visit in so many minutes, in place of an earlier choice; returns when, in the venue's time zone."""
    now, after = context.ledger.clock.read(), minutes * 60_000
    open_visits = {visit.id for visit in context.ledger.present()}
    choices = [choice for choice in _stored(context) if choice.visit in open_visits and choice.visit != visit]
    choices.append(ReminderChoice(visit, now.at + after, now.boot, now.up + after))
    context.ledger.remember(KEY, to_builtins(choices))
    return context.local_time(now.at + after)


def cancel_reminder(context: KioskContext, visit: UUID) -> None:
    """That visit stays until the end and needs no reminder."""
    choices = _stored(context)
    if any(choice.visit == visit for choice in choices):
        context.ledger.remember(KEY, to_builtins([choice for choice in choices if choice.visit != visit]))


def due_reminders(context: KioskContext, visits: Sequence[Visit]) -> tuple[Reminder, ...]:
    """The reminders that are due, the longest overdue first; none for visits on a break."""
    now = context.ledger.clock.read()
    due = [
        (choice, visit)
        for choice, visit in _choices(context, visits)
        if -SHOWN_MS < choice.due_in(now) <= 0 and not visit.on_break
    ]
    due.sort(key=lambda pair: (pair[0].due_in(now), pair[0].visit))
    return tuple(_reminder(context, choice, visit, now) for choice, visit in due)


def _reminder(context: KioskContext, choice: ReminderChoice, visit: Visit, now: Reading) -> Reminder:
    at = context.local_time(choice.due_at(now))
    return Reminder(visit.id, choice.at, at, visit_lookup.stow_kind(visit), visit.numbers)


def next_departure(context: KioskContext, visits: Sequence[Visit]) -> datetime | None:
    """When the first of these visits is expected to leave, rounded up to five minutes; None where none chose a time."""
    now = context.ledger.clock.read()
    not_due = [choice for choice, _ in _choices(context, visits) if choice.due_in(now) > 0]
    if not not_due:
        return None
    first = min(not_due, key=lambda choice: choice.due_in(now))
    at = context.local_time(first.due_at(now))
    return at.replace(second=0, microsecond=0) + timedelta(minutes=-at.minute % ROUND_TO_MINUTES)


def _choices(context: KioskContext, visits: Sequence[Visit]) -> Iterator[tuple[ReminderChoice, Visit]]:
    visits_by_id = {visit.id: visit for visit in visits}
    for choice in _stored(context):
        if visit := visits_by_id.get(choice.visit):
            yield choice, visit


def _stored(context: KioskContext) -> list[ReminderChoice]:
    return convert(context.ledger.recall(KEY) or [], list[ReminderChoice])
