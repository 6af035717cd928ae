"""A pass at the door: one scan comes in as last time, a second one soon after says so, a later one leaves."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from kiosk.rules.passes import ScannedPass
from kiosk.services import last_act, passes, sessions, undo, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.correction_records import ActIsUndone
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.visitor_records import (
    ByPass,
    CameBack,
    CheckedIn,
    CheckedOut,
    PassChooses,
    PassSeen,
    RefusedPass,
    SessionFull,
    SeveralSessions,
    SteppedOut,
)
from sync import pass_tokens
from sync.allocation.kiosk_side import KioskAllocation
from sync.domain.events import PassForgotten, PassRevoked
from sync.domain.ids import pass_subject
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from tests.support.checked_in_party import check_in_party
from tests.support.dealt_passes import OTHER_SEED, deal, hash_of, scan_of

MINUTE = 60_000


@pytest.fixture
def text(context: KioskContext, session: UUID) -> str:
    """A pass that this kiosk knows, while a session is open."""
    return deal(context.ledger)[0]


@pytest.fixture
def regular(context: KioskContext, text: str, clock: ManualClock) -> str:
    """A pass whose holder was here once, with one other person, and is out again."""
    check_in_party(context, 2, 1, 1, language="de", pass_hash=hash_of(text))
    clock.move(ms=90 * MINUTE)
    assert isinstance(scan(context, text), CheckedOut)
    clock.move(ms=90 * MINUTE)
    return text


def scan(context: KioskContext, text: str) -> object:
    """What the door answers to a pass."""
    answer = passes.process_pass(context, scan_of(text))
    return answer.outcome if isinstance(answer, ByPass) else answer


def kinds(context: KioskContext) -> list[str]:
    return [entry.kind for entry in reversed(context.ledger.latest_entries(50)) if entry.kind != "session.opened"]


def test_the_first_time_here_the_holder_chooses(context: KioskContext, text: str) -> None:
    assert scan(context, text) == PassChooses(hash_of(text))
    assert not context.ledger.present()


def test_one_scan_comes_in_as_last_time(context: KioskContext, regular: str) -> None:
    answer = passes.process_pass(context, scan_of(regular))

    assert isinstance(answer, ByPass) and answer.language == "de"
    assert isinstance(answer.outcome, CheckedIn)
    [visit] = context.ledger.present()
    assert (visit.party_size, visit.phones, visit.kept, visit.stow, visit.language) == (2, 1, 1, "pouch", "de")
    assert (visit.pass_, visit.id) == (hash_of(regular), answer.outcome.visit)


def test_a_scan_within_a_minute_says_where_the_holder_is(
    context: KioskContext, regular: str, clock: ManualClock
) -> None:
    checked_in = scan(context, regular)
    assert isinstance(checked_in, CheckedIn)
    before = kinds(context)

    clock.move(ms=59_000)
    seen = scan(context, regular)

    assert seen == PassSeen("in", hash_of(regular), checked_in.numbers, "pouch")
    assert kinds(context) == before, "and records nothing"


def test_a_later_scan_leaves_and_one_right_after_comes_not_in_again(
    context: KioskContext, regular: str, clock: ManualClock
) -> None:
    scan(context, regular)
    clock.move(ms=MINUTE)

    left = scan(context, regular)

    assert isinstance(left, CheckedOut) and left.phone_free.seconds == 60
    clock.move(ms=30_000)
    assert scan(context, regular) == PassSeen("out", hash_of(regular))
    clock.move(ms=30_000)
    assert isinstance(scan(context, regular), CheckedIn), "who comes again in earnest comes in"


def test_a_wall_clock_that_jumps_makes_no_minute_longer(
    context: KioskContext, regular: str, clock: ManualClock
) -> None:
    scan(context, regular)
    clock.move(ms=61_000)
    clock.jump(-3 * 365 * 24 * 60 * MINUTE)

    assert isinstance(scan(context, regular), CheckedOut)


def test_it_steps_back_in_also_within_a_minute(context: KioskContext, regular: str, clock: ManualClock) -> None:
    checked_in = scan(context, regular)
    assert isinstance(checked_in, CheckedIn)
    stepped = passes.step(context, scan_of(regular))
    assert isinstance(stepped, ByPass) and isinstance(stepped.outcome, SteppedOut)

    assert scan(context, regular) == CameBack(checked_in.numbers)
    assert isinstance(scan(context, regular), PassSeen), "the same scan again is no leaving"
    clock.move(ms=MINUTE)
    back = passes.step(context, scan_of(regular))
    assert isinstance(back, ByPass) and isinstance(back.outcome, SteppedOut)


def test_whoever_says_leave_leaves_at_once(context: KioskContext, regular: str) -> None:
    assert passes.leave(context, scan_of(regular)) == ByPass(PassSeen("out", hash_of(regular)))
    scan(context, regular)

    left = passes.leave(context, scan_of(regular))

    assert isinstance(left, ByPass) and isinstance(left.outcome, CheckedOut)
    assert context.ledger.history(left.outcome.visit)[-1][1].event.how == "pass"  # type: ignore[attr-defined]


def test_an_act_by_pass_can_be_undone(context: KioskContext, regular: str, host: HostSession) -> None:
    scan(context, regular)
    act = last_act.read_last_act(context)
    assert act is not None and act.what == "arrived"

    assert isinstance(undo.undo(context, act, host), ActIsUndone)

    assert not context.ledger.present()
    assert isinstance(scan(context, regular), CheckedIn)


def test_a_closed_door_says_so(context: KioskContext, regular: str, session: UUID, host: HostSession) -> None:
    sessions.close_session(context, session, host)

    assert scan(context, regular) == PassSeen("closed", hash_of(regular))


def test_a_closed_door_says_so_the_first_time_too(
    context: KioskContext, text: str, session: UUID, host: HostSession
) -> None:
    sessions.close_session(context, session, host)

    assert scan(context, text) == PassSeen("closed", hash_of(text))


def test_of_several_sessions_the_holder_chooses_one(context: KioskContext, regular: str, host: HostSession) -> None:
    opened = sessions.open_session(context, Template("Chess", "club", minutes=60, capacity=4), host, another=True)

    several = scan(context, regular)

    assert isinstance(several, SeveralSessions) and several.pass_hash == hash_of(regular)
    answer = passes.come_in(context, several.pass_hash, opened.id)
    assert isinstance(answer.outcome, CheckedIn) and context.ledger.present()[0].session == opened.id


def test_without_a_free_pouch_the_holder_chooses(context: KioskContext, regular: str) -> None:
    check_in_party(context, 6, 6)

    assert scan(context, regular) == PassChooses(hash_of(regular))


def test_a_full_room_is_full_for_a_pass_too(context: KioskContext, regular: str) -> None:
    check_in_party(context, 9, 0)

    assert isinstance(scan(context, regular), SessionFull)


@pytest.mark.parametrize(
    ("scanned", "why"),
    [
        (pass_tokens.new_pass(OTHER_SEED), "foreign"),
        ("HP1:" + "A" * 135, "foreign"),
        ("HP1:AAAA", "damaged"),
        ("", "damaged"),
    ],
)
def test_what_is_no_pass_of_ours_records_nothing(context: KioskContext, text: str, scanned: str, why: str) -> None:
    assert scan(context, scanned) == RefusedPass(why)  # type: ignore[arg-type]
    assert kinds(context)[-1:] != ["pass.refused"]


def test_a_changed_letter_is_damage(context: KioskContext, regular: str) -> None:
    other = "A" if regular[60] != "A" else "B"

    assert scan(context, regular[:60] + other + regular[61:]) == RefusedPass("damaged")
    assert passes.process_pass(context, ScannedPass(())) == RefusedPass("damaged")


def test_a_kiosk_without_keys_knows_no_pass(context: KioskContext, session: UUID) -> None:
    assert scan(context, pass_tokens.new_pass(OTHER_SEED)) == RefusedPass("foreign")


def test_a_revoked_pass_opens_no_door_and_is_recorded_once_an_hour(
    context: KioskContext, regular: str, clock: ManualClock
) -> None:
    context.ledger.record((pass_subject(hash_of(regular)), PassRevoked()))

    for _ in range(3):
        assert scan(context, regular) == RefusedPass("revoked")
    assert kinds(context).count("pass.refused") == 1
    clock.move(ms=61 * MINUTE)
    scan(context, regular)
    assert kinds(context).count("pass.refused") == 2


def test_who_is_in_when_the_pass_is_revoked_leaves_by_code(
    context: KioskContext, regular: str, clock: ManualClock
) -> None:
    checked_in = scan(context, regular)
    assert isinstance(checked_in, CheckedIn)
    context.ledger.record((pass_subject(hash_of(regular)), PassRevoked()))
    clock.move(ms=MINUTE)

    assert scan(context, regular) == RefusedPass("revoked")
    assert isinstance(visits.check_out(context, checked_in.code), CheckedOut)


@pytest.fixture
def elsewhere(context: KioskContext, open_ledger: Callable[[str], Ledger], session: UUID) -> KioskContext:
    """Another kiosk of the venue, that can't reach this one; it knows the session."""
    ledger = open_ledger("elsewhere")
    lines = context.ledger.lines(context.ledger.waiting().journal, 0, 100)  # type: ignore[arg-type]
    ledger.apply_feed([line.encode() for line in lines], {})
    return KioskContext(ledger, replace(context.profile, paired=True), KioskAllocation(ledger, 6))


def test_a_copy_that_is_in_at_another_kiosk_ends_no_visit(
    context: KioskContext, regular: str, elsewhere: KioskContext, clock: ManualClock
) -> None:
    """Or the same holder at two kiosks that could not reach each other: nobody knows, so a person decides."""
    scan(context, regular)
    check_in_party(elsewhere, pass_hash=hash_of(regular))
    lines = elsewhere.ledger.lines(elsewhere.ledger.waiting().journal, 0, 100)  # type: ignore[arg-type]
    context.ledger.apply_feed([line.encode() for line in lines], {})
    clock.move(ms=5 * MINUTE)

    assert scan(context, regular) == RefusedPass("in_twice")

    assert len(context.ledger.present()) == 2
    assert kinds(context)[-1] == "pass.refused"


def test_who_came_in_at_another_kiosk_leaves_here(
    context: KioskContext, regular: str, elsewhere: KioskContext, clock: ManualClock
) -> None:
    check_in_party(elsewhere, pass_hash=hash_of(regular))
    lines = elsewhere.ledger.lines(elsewhere.ledger.waiting().journal, 0, 100)  # type: ignore[arg-type]
    context.ledger.apply_feed([line.encode() for line in lines], {})
    assert isinstance(scan(context, regular), PassSeen), "also within a minute"
    clock.move(ms=MINUTE)

    assert isinstance(scan(context, regular), CheckedOut)


def test_forgetting_needs_the_pass_alone(context: KioskContext, regular: str, clock: ManualClock) -> None:
    checked_in = scan(context, regular)
    assert isinstance(checked_in, CheckedIn)

    passes.forget(context, hash_of(regular))

    assert {visit.pass_ for visit in context.ledger.visits()} == {None}
    assert len(context.ledger.visits()) == 2, "the visits took place"
    lines = context.ledger.lines(context.ledger.waiting().journal, 0, 100)  # type: ignore[arg-type]
    assert not any(hash_of(regular) in line for line in lines), "nor do the lines that are sent later"
    assert scan(context, regular) == RefusedPass("forgotten")
    assert isinstance(visits.check_out(context, checked_in.code), CheckedOut)


def test_what_was_forgotten_elsewhere_is_forgotten_here(context: KioskContext, regular: str) -> None:
    context.ledger.record((pass_subject(hash_of(regular)), PassForgotten()))

    assert scan(context, regular) == RefusedPass("forgotten")
    assert not context.ledger.present()
