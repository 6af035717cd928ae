"""Facts that only the server may state have no effect from a kiosk, in any order of arrival."""

from collections.abc import Callable
from itertools import permutations
from uuid import UUID, uuid4, uuid5

import msgspec
import pytest
from sqlalchemy import func, select

from sync.domain.events import (
    SERVER_KINDS,
    Entry,
    Event,
    PassRevoked,
    SessionAmended,
    SessionCancelled,
    SessionOpened,
    SessionPlanned,
    Stamp,
    VenueConfigured,
    VisitCheckedIn,
    write_body,
    write_entry,
)
from sync.ledger import authority, plans, tables
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import replay
from sync.manual_clock import ManualClock
from tests.support.ledger_invariants import stored

Open = Callable[[str], Ledger]
HOME, KIOSK, SESSION, VISIT, PASS = (uuid4() for _ in range(5))
HOUR = 3_600_000
MINE = VenueConfigured(pouches=3, reach="0900 1234")
PLANNED = SessionPlanned("hall", "Quiet evening", "event", planned_start=HOUR, planned_end=2 * HOUR)
STATED: list[tuple[UUID, Event]] = [(HOME, MINE), (SESSION, PLANNED), (SESSION, SessionCancelled())]


def encoded_fact(journal: UUID, seq: int, subject: UUID, event: Event, **changes: object) -> bytes:
    entry = Entry(
        id=uuid5(journal, str(seq)), journal=journal, seq=seq, tick=2**50 + seq, kind=event.kind, v=1, subject=subject,
        at=HOUR, clock=Stamp(KIOSK, seq, True), body=write_body(event),
    )  # fmt: skip
    return write_entry(msgspec.structs.replace(entry, **changes)).encode()


def hostile(journal: UUID) -> list[bytes]:
    """All facts that a kiosk may not state, between two that it may."""
    facts = [(VISIT, VisitCheckedIn(session=SESSION, party_size=2, phones=1)), *STATED, (PASS, PassRevoked())]
    return [encoded_fact(journal, seq, subject, event) for seq, (subject, event) in enumerate(facts, start=1)]


def quarantined(ledger: Ledger) -> int:
    entry = tables.entry.c
    with ledger.store.reading() as connection:
        count = select(func.count()).select_from(tables.entry).where(entry.quarantined.startswith(authority.REASON))
        return connection.execute(count).scalar_one()


def learn(ledger: Ledger, server: Ledger) -> None:
    page = server.feed(HOME, 0, 1000, uuid4())
    ledger.apply_feed([line.encode() for line in page.lines], {}, page.server)


def relayed(ledger: Ledger, lines: list[bytes], server: list[UUID] | None) -> None:
    """As a server of an older release passes it on."""
    ledger.apply_feed(lines, {}, server)


def test_a_kiosks_statement_is_quarantined_and_changes_nothing(open_ledger: Open) -> None:
    server = open_ledger("server")
    server.record((HOME, VenueConfigured(pouches=40)), stream=HOME)
    journal = uuid4()

    absorbed = server.absorb(journal, hostile(journal), KIOSK, HOME)

    assert (absorbed.acknowledged, absorbed.quarantined, absorbed.in_feed) == (5, 3, 2)
    assert quarantined(server) == 3
    assert (plans.configuration(server.store, HOME).pouches, plans.configuration(server.store, HOME).reach) == (
        40,
        None,
    )
    assert server.session(SESSION) is None
    page = server.feed(HOME, 0, 1000, uuid4())
    assert sum('"venue.configured"' in line for line in page.lines) == 1 and "session." not in "".join(page.lines)
    assert any('"pass.revoked"' in line for line in page.lines)
    assert server.absorb(journal, hostile(journal)[:0], KIOSK, HOME).acknowledged == 5


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_of_arrival_gives_the_coordinators_statement(
    open_ledger: Open, clock: ManualClock, order: tuple[int, ...]
) -> None:
    """The server's plan, its change, and contradicting facts of a kiosk."""
    server, kiosk, journal = open_ledger("server"), open_ledger("kiosk"), uuid4()
    steps = [
        lambda: server.record((HOME, VenueConfigured(pouches=40)), (SESSION, PLANNED), stream=HOME),
        lambda: server.record((HOME, VenueConfigured(reach="+31 20")), stream=HOME),
        lambda: server.absorb(journal, hostile(journal), KIOSK, HOME),
    ]
    for step in order:
        steps[step]()
        learn(kiosk, server)

    for ledger in (server, kiosk):
        at = plans.configuration(ledger.store, HOME)
        assert (at.pouches, at.reach) == (40, "+31 20")
        planned = ledger.session(SESSION)
        assert planned is not None and not planned.cancelled
    assert (quarantined(server), quarantined(kiosk)) == (3, 0)


def test_a_kiosk_quarantines_what_an_older_server_passed_on(open_ledger: Open) -> None:
    server, kiosk, journal = open_ledger("server"), open_ledger("kiosk"), uuid4()
    server.record((HOME, VenueConfigured(pouches=40)), (SESSION, PLANNED), stream=HOME)
    learn(kiosk, server)
    own = server.waiting().journal
    assert own is not None

    for _ in range(2):
        relayed(kiosk, hostile(journal), [own])

    assert plans.configuration(kiosk.store, HOME).pouches == 40
    assert not kiosk.session(SESSION).cancelled  # type: ignore[union-attr]
    assert quarantined(kiosk) == 3
    assert len(kiosk.visits()) == 1


def test_a_kiosk_corrects_its_rows_when_it_learns_the_servers_journals(open_ledger: Open) -> None:
    server, kiosk, journal = open_ledger("server"), open_ledger("kiosk"), uuid4()
    server.record((HOME, VenueConfigured(pouches=40)), (SESSION, PLANNED), stream=HOME)
    relayed(kiosk, hostile(journal), None)
    assert plans.configuration(kiosk.store, HOME).pouches == 3

    learn(kiosk, server)

    assert (plans.configuration(kiosk.store, HOME).pouches, plans.configuration(kiosk.store, HOME).reach) == (40, None)
    assert not kiosk.session(SESSION).cancelled  # type: ignore[union-attr]


def test_a_kiosks_plan_is_removed_when_the_servers_journals_are_known(open_ledger: Open) -> None:
    kiosk, journal, own = open_ledger("kiosk"), uuid4(), uuid4()
    relayed(kiosk, hostile(journal), None)
    assert kiosk.session(SESSION) is not None

    relayed(kiosk, [], [own])
    assert kiosk.session(SESSION) is None and plans.configuration(kiosk.store, HOME).pouches is None

    relayed(kiosk, [], [own, journal])  # a server that was restored has another journal too
    assert plans.configuration(kiosk.store, HOME).pouches == 3


@pytest.mark.parametrize("first", ["copy", "word"])
@pytest.mark.parametrize("event", [MINE, SessionAmended(title="Mine"), PassRevoked()])
def test_a_copied_id_does_not_suppress_the_servers_statement(open_ledger: Open, first: str, event: Event) -> None:
    server, kiosk, journal = open_ledger("server"), open_ledger("kiosk"), uuid4()
    configured, planned = server.record((HOME, VenueConfigured(pouches=40)), (SESSION, PLANNED), stream=HOME)
    copied = configured if event is MINE else planned
    lines = [encoded_fact(journal, 1, copied.subject, event, id=copied.id, tick=0)]
    server.absorb(journal, lines, KIOSK, HOME)
    steps = [lambda: learn(kiosk, server), lambda: relayed(kiosk, lines, [configured.journal])]
    for step in steps if first == "word" else reversed(steps):
        step()

    for ledger in (server, kiosk):
        assert plans.configuration(ledger.store, HOME).pouches == 40
        assert ledger.session(SESSION).planned_start == HOUR  # type: ignore[union-attr]


def test_refold_removes_the_effect_from_an_older_database(open_ledger: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    server, plain, journal = open_ledger("server"), open_ledger("plain"), uuid4()
    with monkeypatch.context() as older:
        older.setattr(authority, "without_authority", lambda line: line)
        server.absorb(journal, hostile(journal), KIOSK, HOME)
    assert server.session(SESSION) is not None
    plain.absorb(journal, hostile(journal), KIOSK, HOME)
    server.record((HOME, VenueConfigured(pouches=40)), stream=HOME)
    plain.record((HOME, VenueConfigured(pouches=40)), stream=HOME)

    for _ in range(2):
        for work in (replay.refuse, replay.reread, replay.refold):
            list(work(server.store))

        assert stored(server) == stored(plain)
        assert plans.configuration(server.store, HOME) == plans.configuration(plain.store, HOME)
        assert quarantined(server) == 3
        assert not any("cancelled" in line for line in server.feed(HOME, 0, 1000, uuid4()).lines)


def test_neither_restoring_nor_copying_a_kiosks_statement_gives_it_an_effect(
    open_ledger: Open,
) -> None:
    kiosk, journal = open_ledger("kiosk"), uuid4()

    assert kiosk.restore_own(hostile(journal), {}) == 5
    assert kiosk.restore_own(hostile(journal)[:0], {}) == 0
    kiosk.start_journal(carry_after=None)

    assert plans.configuration(kiosk.store, HOME).pouches is None and kiosk.session(SESSION) is None
    assert kiosk.waiting().count == 5, "nothing of it is lost"


def test_a_statement_that_is_readable_only_later_has_no_effect(
    open_ledger: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.domain import events

    server, journal = open_ledger("server"), uuid4()
    with monkeypatch.context() as older:
        older.delitem(events.KINDS, (MINE.kind, 1))
        server.absorb(journal, hostile(journal), KIOSK, HOME)

    list(replay.reread(server.store))

    assert plans.configuration(server.store, HOME).pouches is None


def test_a_kiosk_may_state_its_own_session(open_ledger: Open) -> None:
    server, journal = open_ledger("server"), uuid4()
    opened = SessionOpened(zone="hall", title="Evening", session_kind="event")

    server.absorb(journal, [encoded_fact(journal, 1, SESSION, opened)], KIOSK, HOME)

    assert server.session(SESSION).title == "Evening"  # type: ignore[union-attr]
    assert {"venue.configured", "session.planned", "session.cancelled", "kiosk.revoked"} == SERVER_KINDS
