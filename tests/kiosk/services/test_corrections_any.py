"""Any sequence of check-ins, corrections and undoings at two kiosks loses no phone and promises no number twice."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.services import corrections, last_act, sessions, undo, unseen_departures, visit_list, visits
from kiosk.services.context import KioskContext, VenueProfile
from kiosk.services.records.correction_records import Departure, PartOfParty, PartyCounts
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.visitor_records import CheckInRequest
from sync.allocation.kiosk_side import KioskAllocation
from sync.allocation.model import Grant, Share
from sync.domain.visit import Visit
from sync.ledger.ledger import Ledger
from sync.ledger.store import open_sqlite
from sync.manual_clock import ManualClock
from tests.support.soak import times

TEMPLATE = Template("Open hours", "open_hours", minutes=None, capacity=None)
HOST = HostSession(UUID(int=7), role="lead")
SHARES = Share(pouches=((1, 4),), lockers=((1, 2),), codes=((0, 49),)), Share(pouches=((5, 8),), codes=((50, 99),))
Step = tuple[str, int, int, int]
ACTIONS = (
    "come_in",
    "come_in",
    "count",
    "exchange",
    "void",
    "leave_unseen",
    "split",
    "leave",
    "step",
    "undo",
    "undo",
    "close",
    "tell",
)
steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(0, 1), st.integers(0, 9), st.integers(0, 9)), max_size=25
)


@dataclass
class Venue:
    """Two kiosks, each with its share of the numbers, which learn of each other when they are told."""

    kiosks: tuple[KioskContext, KioskContext]
    clock: ManualClock
    told: Counter[int]

    def tell(self, teller: int) -> None:
        """Let the other kiosk learn what this one has written."""
        ledger = self.kiosks[teller].ledger
        waiting = ledger.waiting()
        if waiting.journal and (lines := ledger.lines(waiting.journal, self.told[teller], 1000)):
            self.kiosks[1 - teller].ledger.apply_feed([line.encode() for line in lines], {})
            self.told[teller] += len(lines)


@contextmanager
def venue() -> Iterator[Venue]:
    with tempfile.TemporaryDirectory() as folder:
        clock = ManualClock()
        profile = VenueProfile("A", "main", ZoneInfo("Europe/Amsterdam"), 8, "", None, True, (TEMPLATE,), lockers=2)
        kiosks = []
        for number, share in enumerate(SHARES):
            ledger = Ledger(open_sqlite(Path(folder) / f"{number}.db"), clock)
            context = KioskContext(ledger, profile, KioskAllocation(ledger, profile.pouches, profile.lockers))
            context.allocation.apply_answer(Grant(1, share), None)
            kiosks.append(context)
        made = Venue((kiosks[0], kiosks[1]), clock, Counter())
        sessions.open_session(kiosks[0], TEMPLATE, HOST)
        made.tell(0)
        yield made
        for context in kiosks:
            context.ledger.close()


def come_in(context: KioskContext, visit: Visit | None, a: int, b: int) -> None:
    size = a % 4 + 1
    stow = ("pouch", "locker", "none")[b % 3]
    visits.check_in(context, CheckInRequest(size, min(b, size), 0, stow=stow))  # type: ignore[arg-type]


def count(context: KioskContext, visit: Visit, a: int, b: int) -> None:
    corrections.correct_counts(context, visit.id, PartyCounts(max(1, a), b, a % 2), HOST)


def exchange(context: KioskContext, visit: Visit, a: int, b: int) -> None:
    if visit.numbers:
        wrong = visit.numbers[a % len(visit.numbers)]
        corrections.exchange_number(context, visit.id, wrong, b or None, HOST)


def void(context: KioskContext, visit: Visit, a: int, b: int) -> None:
    corrections.void(context, visit.id, HOST)


def leave_unseen(context: KioskContext, visit: Visit, a: int, b: int) -> None:
    options = visit_list.read_options(context, visit.id, HOST)
    assert options is not None
    if options.departures:
        left = options.departures[a % len(options.departures)]
        unseen_departures.check_out_unseen(context, visit.id, Departure(left, bool(b % 2), bool(b % 3)), HOST)


def split(context: KioskContext, visit: Visit, a: int, b: int) -> None:
    if visit.party_size > 1:
        phones = min(a, visit.phones - visit.phones_back - visit.phones_lost)
        numbers = visit.numbers[: min(phones, b)] if visit.stow == "pouch" else ()
        unseen_departures.split(context, visit.id, PartOfParty(1, phones, 0, numbers), HOST)


def leave(context: KioskContext, visit: Visit, a: int, b: int) -> None:
    visits.check_out(context, visit.code)


def step(context: KioskContext, visit: Visit, a: int, b: int) -> None:
    visits.toggle_break(context, visit.code)


def undo_last(context: KioskContext, visit: Visit | None, a: int, b: int) -> None:
    if act := last_act.read_last_act(context):
        undo.undo(context, act, HOST)


def close(context: KioskContext, visit: Visit | None, a: int, b: int) -> None:
    for session in context.ledger.open_sessions():
        sessions.close_session(context, session.id, HOST)


FREE: dict[str, Callable[[KioskContext, Visit | None, int, int], None]] = {
    "come_in": come_in,
    "undo": undo_last,
    "close": close,
}
OF_A_VISIT: dict[str, Callable[[KioskContext, Visit, int, int], None]] = {
    "count": count,
    "exchange": exchange,
    "void": void,
    "leave_unseen": leave_unseen,
    "split": split,
    "leave": leave,
    "step": step,
}


def take(place: Venue, action: Step) -> None:
    name, kiosk, a, b = action
    context = place.kiosks[kiosk]
    place.clock.move(minutes=a / 8)
    if name == "tell":
        place.tell(kiosk)
    elif name in FREE:
        FREE[name](context, None, a, b)
    elif visits_here := [v for v in context.ledger.visits() if v.checked_in is not None and not v.voided]:
        OF_A_VISIT[name](context, visits_here[(a + b) % len(visits_here)], a, b)


def test_two_kiosks_that_correct_one_visit_promise_no_number_twice() -> None:
    with venue() as place:
        first, second = place.kiosks
        come_in(first, None, 1, 3)
        place.tell(0)
        [visit] = second.ledger.visits()

        corrections.exchange_number(first, visit.id, 1, None, HOST)
        come_in(first, None, 0, 3)
        for _ in range(4):  # so that its ticks are later
            come_in(second, None, 0, 0)
        corrections.correct_counts(second, visit.id, PartyCounts(4, 3, 0), HOST)
        place.tell(1)

        check(first)


def test_a_check_out_that_another_kiosk_has_learnt_of_is_not_undone() -> None:
    with venue() as place:
        first, second = place.kiosks
        come_in(first, None, 0, 3)
        place.tell(0)
        [visit] = second.ledger.visits()
        leave(second, visit, 0, 0)
        place.tell(1)
        come_in(first, None, 0, 3)

        undo_last(second, None, 0, 0)
        place.tell(1)

        check(first)


def check(context: KioskContext) -> None:
    _, outstanding = context.ledger.open_and_outstanding()
    holders = Counter((visit.stow, number) for visit in outstanding for number in visit.held)
    assert all(count == 1 for count in holders.values()), holders
    for visit in context.ledger.visits():
        accounted_for = visit.phones_back + visit.phones_lost
        if visit.voided or visit.checked_in is None:
            assert accounted_for == visit.phones_here == 0 or visit.checked_in is None
        else:
            out = visit.phones - accounted_for if visit.on_break else 0
            assert visit.phones == accounted_for + visit.phones_here + out
            assert visit.phones_here >= 0 and visit.party_size > 0


@settings(max_examples=times(25, soak=500), deadline=None)
@given(steps)
def test_no_phone_is_lost_and_no_number_promised_twice(actions: list[Step]) -> None:
    with venue() as place:
        for action in actions:
            take(place, action)
            for context in place.kiosks:
                check(context)
        for kiosk in (0, 1):
            place.tell(kiosk)
        for context in place.kiosks:
            check(context)
        first, second = (context.ledger.visits() for context in place.kiosks)
        assert first == second
