"""Lockers that a board opens: held until the door was seen open and closed, across restarts, and never given twice."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.rules.device_commands import CancelOpening, DeviceCommand, OpenLocker
from kiosk.rules.device_events import (
    BoardAnswers,
    BoardSilent,
    DoorClosed,
    DoorLeftOpen,
    DoorOpened,
    DoorStuck,
    DoorUnsteady,
    LockerEvent,
)
from kiosk.rules.locker_wall import LockerWall
from kiosk.services import closeout, corrections, hosts, lockers, lockout, occupancy, undo, visits
from kiosk.services.context import KioskContext
from kiosk.services.last_act import read_last_act
from kiosk.services.records.closeout_records import Clearing
from kiosk.services.records.correction_records import ActIsUndone, NumberTaken, PartyCounts
from kiosk.services.records.host_records import HostSession, WrongPin
from kiosk.services.records.locker_records import LockerTrouble
from kiosk.services.records.visitor_records import (
    CheckedIn,
    CheckedOut,
    CheckInRequest,
    LockersElsewhere,
    NoPouch,
    NoSuchCode,
)
from sync.allocation.kiosk_side import KioskAllocation
from sync.domain.events import KioskLockerNoted, LockerDoor, LockerUnlocked, VisitVoided, read_event
from sync.domain.visit import Visit
from sync.ledger.ledger import Ledger

NUMBERS = (1, 2, 3)
Leave = Callable[[KioskContext, CheckedIn, HostSession], None]


class Board:
    """A board with three lockers, as the hub shows it to the services."""

    def __init__(self, context: KioskContext) -> None:
        self.context = context
        self.commands: list[DeviceCommand] = []
        self.wall = LockerWall({number: "closed" for number in NUMBERS})
        context.locker_wall = lambda: self.wall
        context.send_command = self.send
        context.profile = replace(context.profile, lockers=len(NUMBERS))
        context.allocation.set_counts(context.profile.pouches, len(NUMBERS))

    def send(self, command: DeviceCommand) -> bool:
        self.commands.append(command)
        if isinstance(command, OpenLocker):
            self.wall = self.wall.after_command(command)
        return True

    def reports(self, *events: LockerEvent) -> None:
        for event in events:
            self.wall = self.wall.after_event(event)
            lockers.note(self.context, event)

    def restarts(self) -> None:
        """The kiosk's process ends; the commands and what was known of the doors are gone."""
        self.wall = LockerWall({number: "silent" for number in NUMBERS})
        self.commands.clear()


@pytest.fixture
def board(context: KioskContext, session: UUID) -> Board:
    return Board(context)


def check_in(context: KioskContext) -> CheckedIn:
    result = visits.check_in(context, CheckInRequest(1, 1, 0, stow="locker"))
    assert isinstance(result, CheckedIn)
    return result


def come_in(context: KioskContext, board: Board) -> CheckedIn:
    """Check in, and lay the phone into the locker."""
    welcomed = check_in(context)
    board.reports(*(event(number) for number in welcomed.doors for event in (DoorOpened, DoorClosed)))
    return welcomed


def visit_of(context: KioskContext, welcomed: CheckedIn) -> Visit:
    visit = context.ledger.visit(welcomed.visit)
    assert visit is not None
    return visit


def door_facts(context: KioskContext, welcomed: CheckedIn) -> list[str]:
    facts = [fact.event for _, fact in context.ledger.history(welcomed.visit)]
    return [
        fact.why if isinstance(fact, LockerUnlocked) else fact.seen
        for fact in facts
        if isinstance(fact, LockerUnlocked | LockerDoor)
    ]


def test_a_check_in_opens_the_door_after_the_commit(context: KioskContext, board: Board) -> None:
    def send(command: DeviceCommand) -> bool:
        assert context.ledger.open_and_outstanding()[1], "the check-in is durable"
        return board.send(command)

    context.send_command = send
    welcomed = check_in(context)
    assert welcomed.doors == welcomed.numbers == (1,) and board.commands == [OpenLocker(1)]


def test_without_a_board_everything_stays_as_it_was(context: KioskContext, board: Board) -> None:
    context.locker_wall = LockerWall
    welcomed = check_in(context)
    visits.check_out(context, welcomed.code)
    assert welcomed.doors == () and board.commands == [] and door_facts(context, welcomed) == []
    assert not visit_of(context, welcomed).outstanding


def test_a_locker_is_held_until_its_door_was_seen_open_and_then_closed(context: KioskContext, board: Board) -> None:
    welcomed = come_in(context, board)
    left = visits.check_out(context, welcomed.code)
    assert isinstance(left, CheckedOut) and left.doors == (1,)
    assert visit_of(context, welcomed).held == (1,)
    assert check_in(context).numbers == (2,), "the first one is not free yet"

    board.reports(DoorOpened(1))
    assert visit_of(context, welcomed).held == (1,)
    again = visits.check_out(context, welcomed.code)
    assert isinstance(again, CheckedOut) and again.doors == (1,), "the same code opens it again"
    board.reports(DoorClosed(1))
    ended = visit_of(context, welcomed)
    assert (ended.held, ended.phones_here, ended.outstanding) == ((), 0, False)
    assert isinstance(visits.check_out(context, welcomed.code), NoSuchCode)


def test_a_door_that_only_reads_closed_frees_nothing(context: KioskContext, board: Board) -> None:
    welcomed = come_in(context, board)
    visits.check_out(context, welcomed.code)
    board.reports(DoorStuck(1))
    assert visit_of(context, welcomed).held == (1,)
    assert occupancy.read_board(context).health.locker_troubles == (LockerTrouble(1, "stuck"),)
    assert closeout.read_figures(context).lockers == (1,)


def test_a_host_can_clear_it(context: KioskContext, board: Board, host: HostSession) -> None:
    welcomed = come_in(context, board)
    visits.check_out(context, welcomed.code)
    [item] = closeout.read_items(context).to_clear
    closeout.clear(context, Clearing(item, "all_back"), host)
    assert not visit_of(context, welcomed).outstanding


def test_a_door_seen_open_before_a_restart_is_free_when_the_board_says_closed(
    context: KioskContext, board: Board
) -> None:
    welcomed = come_in(context, board)
    visits.check_out(context, welcomed.code)
    board.reports(DoorOpened(1))
    board.restarts()
    assert isinstance(visits.check_in(context, CheckInRequest(1, 1, 0, stow="locker")), NoPouch), "no board answers"
    board.reports(BoardAnswers(NUMBERS, ()))
    assert not visit_of(context, welcomed).outstanding


def test_a_power_cut_between_command_and_feedback_is_recorded_as_unknown(context: KioskContext, board: Board) -> None:
    welcomed = come_in(context, board)
    visits.check_out(context, welcomed.code)
    board.restarts()
    board.reports(BoardAnswers(NUMBERS, ()))
    board.reports(BoardSilent(NUMBERS), BoardAnswers(NUMBERS, ()))
    assert door_facts(context, welcomed) == ["check_in", "opened", "closed", "check_out", "unknown"]
    assert visit_of(context, welcomed).held == (1,)
    assert occupancy.read_board(context).health.locker_troubles == (LockerTrouble(1, "unknown"),)

    visits.check_out(context, welcomed.code)
    board.reports(DoorOpened(1), DoorClosed(1))
    assert not visit_of(context, welcomed).outstanding and not occupancy.read_board(context).health.locker_troubles


def test_a_door_that_is_found_open_after_a_power_cut_was_opened(context: KioskContext, board: Board) -> None:
    welcomed = come_in(context, board)
    visits.check_out(context, welcomed.code)
    board.restarts()
    board.reports(BoardAnswers(NUMBERS, (1,)), DoorClosed(1))
    assert not visit_of(context, welcomed).outstanding


def test_a_door_that_nobody_asked_for_is_recorded(context: KioskContext, board: Board) -> None:
    welcomed = come_in(context, board)
    board.reports(DoorOpened(1, is_asked=False), DoorLeftOpen(1), DoorOpened(3, is_asked=False))
    assert door_facts(context, welcomed)[-2:] == ["opened_unasked", "left_open"]
    assert visit_of(context, welcomed).held == (1,), "the party is in"
    assert read_event(context.ledger.latest_entries(1)[0]) == KioskLockerNoted(3, "opened_unasked")
    assert occupancy.read_board(context).health.locker_troubles == (LockerTrouble(1, "left_open"),)


@pytest.fixture
def other_kiosk(context: KioskContext, open_ledger: Callable[[str], Ledger]) -> KioskContext:
    """Another kiosk of the venue, without a board."""
    ledger = open_ledger("other")
    return KioskContext(ledger, replace(context.profile, paired=True), KioskAllocation(ledger, 6, len(NUMBERS)))


def exchange_feeds(*contexts: KioskContext) -> None:
    """Bring each kiosk what the others have written."""
    for source in contexts:
        if (journal := source.ledger.waiting().journal) is None:
            continue
        lines = [line.encode() for line in source.ledger.lines(journal, 0, 1000)]
        for target in contexts:
            if target is not source:
                target.ledger.apply_feed(lines, {})


def test_who_leaves_at_a_kiosk_without_the_board_gets_the_phone_where_the_board_is(
    context: KioskContext, board: Board, other_kiosk: KioskContext
) -> None:
    welcomed = come_in(context, board)
    exchange_feeds(context, other_kiosk)
    left = visits.check_out(other_kiosk, welcomed.code)
    assert isinstance(left, CheckedOut) and (left.doors, left.elsewhere) == ((), (1,))
    exchange_feeds(context, other_kiosk)
    for kiosk in (context, other_kiosk):
        assert visit_of(kiosk, welcomed).held == (1,) and visit_of(kiosk, welcomed).phones_here == 1
        assert closeout.read_figures(kiosk).phones == 1

    again = visits.check_out(context, welcomed.code)
    assert isinstance(again, CheckedOut) and (again.doors, again.elsewhere) == ((1,), ())
    board.reports(DoorOpened(1), DoorClosed(1))
    exchange_feeds(context, other_kiosk)
    for kiosk in (context, other_kiosk):
        assert not visit_of(kiosk, welcomed).outstanding


def test_no_break_begins_or_ends_where_the_locker_can_not_be_opened(
    context: KioskContext, board: Board, other_kiosk: KioskContext
) -> None:
    welcomed = come_in(context, board)
    exchange_feeds(context, other_kiosk)
    assert visits.toggle_break(other_kiosk, welcomed.code) == LockersElsewhere((1,))
    visits.toggle_break(context, welcomed.code)
    exchange_feeds(context, other_kiosk)
    assert visits.toggle_break(other_kiosk, welcomed.code) == LockersElsewhere((1,))
    assert visit_of(other_kiosk, welcomed).on_break


def test_lockers_without_a_board_are_nowhere_else(
    context: KioskContext, board: Board, other_kiosk: KioskContext
) -> None:
    context.locker_wall = LockerWall
    welcomed = check_in(context)
    exchange_feeds(context, other_kiosk)
    left = visits.check_out(other_kiosk, welcomed.code)
    assert isinstance(left, CheckedOut) and left.elsewhere == ()


def test_a_board_that_comes_and_goes_repeats_no_fact(context: KioskContext, board: Board) -> None:
    welcomed = check_in(context)
    board.reports(DoorOpened(1), DoorOpened(3, is_asked=False))
    before = context.ledger.latest_entries(1)[0].seq
    for _ in range(20):
        board.reports(BoardSilent(NUMBERS), BoardAnswers(NUMBERS, (1, 3)), DoorUnsteady(2))
        board.reports(DoorLeftOpen(1, is_again=True), DoorLeftOpen(3, is_again=True))
    assert context.ledger.latest_entries(1)[0].seq == before
    assert occupancy.read_board(context).health.locker_troubles == (
        LockerTrouble(1, "left_open"),
        LockerTrouble(2, "unsteady"),
        LockerTrouble(3, "left_open"),
    )
    board.restarts()
    board.reports(BoardAnswers(NUMBERS, ()))
    assert door_facts(context, welcomed)[-1] == "closed"
    assert read_event(context.ledger.latest_entries(1)[0]) == KioskLockerNoted(3, "closed")


def party(context: KioskContext, phones: int) -> CheckedIn:
    result = visits.check_in(context, CheckInRequest(phones, phones, 0, stow="locker"))
    assert isinstance(result, CheckedIn)
    return result


def test_a_stuck_locker_gives_way_to_a_pouch_and_is_not_offered_again(context: KioskContext, board: Board) -> None:
    board.reports(DoorStuck(2), DoorStuck(3))
    welcomed = check_in(context)
    board.reports(DoorStuck(1))
    instead = lockers.replace_stuck(context, welcomed)
    assert isinstance(instead, CheckedIn) and (instead.stow, instead.numbers, instead.doors) == ("pouch", (1,), ())
    board.restarts()
    board.reports(BoardAnswers(NUMBERS, ()))
    assert isinstance(visits.check_in(context, CheckInRequest(1, 1, 0, stow="locker")), NoPouch)
    board.reports(DoorOpened(1, is_asked=False), DoorClosed(1))
    assert check_in(context).numbers == (1,), "somebody has freed its lock"


def test_only_the_stuck_locker_of_a_party_is_replaced(context: KioskContext, board: Board) -> None:
    welcomed = party(context, 6)
    assert welcomed.doors == (1, 2)
    board.reports(DoorOpened(1), DoorClosed(1), DoorStuck(2))
    instead = lockers.replace_stuck(context, welcomed)
    assert isinstance(instead, CheckedIn)
    assert (instead.stow, instead.numbers, instead.doors) == ("locker", (1, 3), (1, 3))
    assert board.commands[-1] == OpenLocker(3)
    visit = visit_of(context, welcomed)
    assert (visit.stow, visit.held) == ("locker", (1, 3))
    board.reports(DoorOpened(3), DoorClosed(3), DoorOpened(2, is_asked=False), DoorClosed(2))
    assert check_in(context).numbers == (2,)


def test_lockers_that_have_opened_stay_where_no_other_is_free(context: KioskContext, board: Board) -> None:
    welcomed = party(context, 10)
    assert welcomed.doors == NUMBERS
    board.reports(*(event(number) for number in (1, 2) for event in (DoorOpened, DoorClosed)), DoorStuck(3))
    assert lockers.replace_stuck(context, welcomed) == NoPouch(0, "locker")
    assert visit_of(context, welcomed).held == NUMBERS


def test_a_locker_that_was_opened_meanwhile_is_not_replaced(context: KioskContext, board: Board) -> None:
    welcomed = check_in(context)
    board.reports(DoorStuck(1), DoorOpened(1, is_asked=False))
    assert lockers.replace_stuck(context, welcomed) == welcomed


def voided(context: KioskContext, welcomed: CheckedIn, host: HostSession) -> None:
    corrections.void(context, welcomed.visit, host)


def voided_elsewhere(context: KioskContext, welcomed: CheckedIn, host: HostSession) -> None:
    """As another kiosk's fact in the feed leaves it."""
    context.ledger.record((welcomed.visit, VisitVoided("did_not_stay")))


def corrected(context: KioskContext, welcomed: CheckedIn, host: HostSession) -> None:
    corrections.correct_counts(context, welcomed.visit, PartyCounts(1, 0, 1), host)


def exchanged(context: KioskContext, welcomed: CheckedIn, host: HostSession) -> None:
    corrections.exchange_number(context, welcomed.visit, 1, None, host)


def undone(context: KioskContext, welcomed: CheckedIn, host: HostSession) -> None:
    act = read_last_act(context)
    assert act is not None and isinstance(undo.undo(context, act, host), ActIsUndone)


@pytest.mark.parametrize("leave", [voided, voided_elsewhere, corrected, exchanged, undone])
@pytest.mark.parametrize("restarts", [False, True])
def test_a_locker_that_leaves_a_visit_without_a_check_out_is_free_after_its_door_was_used(
    context: KioskContext, board: Board, host: HostSession, leave: Leave, restarts: bool
) -> None:
    welcomed = check_in(context)
    if leave is not undone:
        board.reports(DoorOpened(1), DoorClosed(1))
    leave(context, welcomed, host)
    assert 1 not in visit_of(context, welcomed).held
    if restarts:
        board.restarts()
        board.reports(BoardAnswers(NUMBERS, ()))
    assert 1 not in lockers.offered(context, NUMBERS), "a phone may lie in it"
    assert LockerTrouble(1, "unknown") in occupancy.read_board(context).health.locker_troubles
    other = come_in(context, board)
    assert isinstance(corrections.exchange_number(context, other.visit, other.numbers[0], 1, host), NumberTaken)
    lockers.open_by_hand(context, 1, host)
    board.reports(DoorOpened(1))
    if restarts:
        board.restarts()
        board.reports(BoardAnswers(NUMBERS, ()))
    else:
        board.reports(DoorClosed(1))
    assert 1 in lockers.offered(context, NUMBERS)
    assert LockerTrouble(1, "unknown") not in occupancy.read_board(context).health.locker_troubles


def test_a_locker_that_a_check_out_has_released_stays_so_when_the_visit_is_voided_later(
    context: KioskContext, board: Board, host: HostSession
) -> None:
    welcomed = come_in(context, board)
    visits.check_out(context, welcomed.code)
    board.reports(DoorOpened(1), DoorClosed(1))
    voided(context, welcomed, host)
    assert 1 in lockers.offered(context, NUMBERS)


def test_a_mistaken_check_out_can_be_undone_after_the_door_was_used(
    context: KioskContext, board: Board, host: HostSession
) -> None:
    welcomed = come_in(context, board)
    visits.check_out(context, welcomed.code)
    board.reports(DoorOpened(1), DoorClosed(1))
    act = read_last_act(context)
    assert act is not None and act.what == "left"
    assert isinstance(undo.undo(context, act, host), ActIsUndone)
    visit = visit_of(context, welcomed)
    assert visit.is_in and visit.held == (1,) and visit.phones_here == 1


def test_a_break_opens_the_door_twice(context: KioskContext, board: Board) -> None:
    welcomed = come_in(context, board)
    board.commands.clear()
    for _ in range(2):
        visits.toggle_break(context, welcomed.code)
        board.reports(DoorOpened(1), DoorClosed(1))
    assert board.commands == [OpenLocker(1)] * 2 and visit_of(context, welcomed).held == (1,)


def test_a_host_opens_any_locker_by_hand_as_a_fact(context: KioskContext, board: Board, host: HostSession) -> None:
    welcomed = come_in(context, board)
    for number in (1, 3):
        lockers.open_by_hand(context, number, host)
    entry = context.ledger.latest_entries(1)[0]
    assert read_event(entry) == KioskLockerNoted(3, "unlocked") and entry.actor == str(host.host_id)
    assert door_facts(context, welcomed)[-1] == "host" and board.commands[-2:] == [OpenLocker(1), OpenLocker(3)]
    assert visit_of(context, welcomed).held == (1,)


def test_all_are_opened_those_with_phones_first_and_it_can_be_stopped(
    context: KioskContext, board: Board, host: HostSession
) -> None:
    come_in(context, board)
    come_in(context, board)
    board.commands.clear()
    lockers.open_all(context, host)
    lockers.stop_opening(context)
    assert board.commands[:3] == [OpenLocker(number, is_evacuation=True) for number in (1, 2, 3)]
    assert board.commands[3:] == [CancelOpening(number) for number in NUMBERS]


def test_wrong_pins_for_opening_all_lock_no_host_out(context: KioskContext, host: HostSession) -> None:
    for _ in range(4):
        hosts.check_pin(context, "000000", lockout.EVACUATION)
    assert isinstance(hosts.check_pin(context, "482913", lockout.EVACUATION), WrongPin)
    assert isinstance(hosts.check_pin(context, "482913"), HostSession)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["in", "out", "opened", "closed", "stuck", "restart"]), st.integers(0, 2)),
        max_size=25,
    )
)
def test_two_visits_are_never_in_one_locker(context: KioskContext, board: Board, steps: list[tuple[str, int]]) -> None:
    door_events: dict[str, Callable[[int], LockerEvent]] = {
        "opened": DoorOpened,
        "closed": DoorClosed,
        "stuck": DoorStuck,
    }
    codes: list[str] = []
    for what, choice in steps:
        if what == "in":
            result = visits.check_in(context, CheckInRequest(1, 1, 0, stow="locker"))
            codes += [result.code] if isinstance(result, CheckedIn) else []
        elif what == "out" and codes:
            lockout.reset(context.ledger, lockout.CODE)
            visits.check_out(context, codes[choice % len(codes)])
        elif what == "restart":
            board.restarts()
            board.reports(BoardAnswers(NUMBERS, NUMBERS[:choice]))
        elif what in door_events:
            board.reports(door_events[what](NUMBERS[choice]))
        held = [number for visit in context.ledger.open_and_outstanding()[1] for number in visit.held]
        assert len(held) == len(set(held))
