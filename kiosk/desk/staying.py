"""How long a party can stay, and the sign when it is time: kept on this kiosk alone, and nothing of it travels."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, convert, to_builtins

from kiosk.desk.desk import Desk
from kiosk.desk.records import Sign
from sync.domain.clock import Reading
from sync.domain.visit import Visit

KEY = "staying"
SHOWN = 15 * 60_000  # ms that a sign is given for
FIVE = 5  # minutes; when a place is free is not known better


class Staying(Struct, frozen=True):
    """When a visit wishes to be told: by the clock, and by this boot's uptime, which nobody can set; both in ms."""

    visit: UUID
    at: int
    boot: UUID
    up: int

    def due_in(self, now: Reading) -> int:
        """Milliseconds until then; less than 0 once it is time."""
        return self.up - now.up if self.boot == now.boot else self.at - now.at


def choose(desk: Desk, visit: UUID, minutes: int) -> datetime:
    """Tell that visit in so many minutes; returns when that is. What was chosen before no longer counts."""
    now, after = desk.ledger.clock.read(), minutes * 60_000
    present = {one.id for one in desk.ledger.present()}
    kept = [one for one in _kept(desk) if one.visit in present and one.visit != visit]
    kept.append(Staying(visit, now.at + after, now.boot, now.up + after))
    desk.ledger.remember(KEY, to_builtins(kept))
    return desk.local(now.at + after)


def forget(desk: Desk, visit: UUID) -> None:
    """They stay until the end, and need no sign."""
    kept = _kept(desk)
    if any(one.visit == visit for one in kept):
        desk.ledger.remember(KEY, to_builtins([one for one in kept if one.visit != visit]))


def signs(desk: Desk, present: Sequence[Visit]) -> tuple[Sign, ...]:
    """Whose time it is now, the longest over first; nobody who has stepped out."""
    now = desk.ledger.clock.read()
    due = [(wait, visit) for wait, visit in _waits(desk, present, now) if -SHOWN < wait <= 0 and not visit.on_break]
    due.sort(key=lambda one: one[0])
    return tuple(Sign(desk.local(now.at + wait), visit.stow, visit.numbers) for wait, visit in due)  # type: ignore[arg-type]


def next_leaving(desk: Desk, present: Sequence[Visit]) -> datetime | None:
    """When the first of these is likely to go, as they said, on the next full five minutes; None where none said."""
    now = desk.ledger.clock.read()
    waits = [wait for wait, _ in _waits(desk, present, now) if wait > 0]
    if not waits:
        return None
    then = desk.local(now.at + min(waits))
    return then.replace(second=0, microsecond=0) + timedelta(minutes=-then.minute % FIVE)


def _waits(desk: Desk, present: Sequence[Visit], now: Reading) -> Iterator[tuple[int, Visit]]:
    visits = {visit.id: visit for visit in present}
    for one in _kept(desk):
        if visit := visits.get(one.visit):
            yield one.due_in(now), visit


def _kept(desk: Desk) -> list[Staying]:
    return convert(desk.ledger.recall(KEY) or [], list[Staying])
