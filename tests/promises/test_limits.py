"""The limit of facts of one subject: each further fact costs the same, and the row depends on no order of arrival."""

import random
from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from sync.domain.events import (
    Entry,
    Event,
    PhoneReturned,
    PhoneTaken,
    SessionClosed,
    SessionOpened,
    Stamp,
    VenueConfigured,
    VisitAmended,
    VisitCheckedIn,
    VisitCheckedOut,
    write_body,
    write_entry,
)
from sync.domain.visit import Visit
from sync.ledger import fact_limits, plans, projector, tables
from sync.ledger.hot_path_sql import PostgresHotPath, SqliteHotPath
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import replay

Open = Callable[[str], Ledger]
HOME, KIOSK, SESSION, VISIT = (uuid4() for _ in range(4))
NOON, MINUTE = 1_795_521_600_000, 60_000
FEW = 12  # facts that count, in these tests


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact_limits, "FACTS", FEW)


def fact(seq: int, event: Event, subject: UUID = VISIT, **changes: object) -> Entry:
    fields = {"id": uuid4(), "journal": KIOSK, "seq": seq, "tick": seq, **changes}
    return Entry(  # type: ignore[misc]
        kind=event.kind, v=1, subject=subject, at=NOON + seq * MINUTE, clock=Stamp(HOME, seq * MINUTE, True),
        body=write_body(event), **fields,
    )  # fmt: skip


def visit_of_many_facts(chance: random.Random, count: int) -> list[Entry]:
    """In the order (tick, id) all kinds are mixed; some ticks are the same."""
    events: list[Event] = [VisitCheckedIn(session=SESSION, party_size=1, phones=1), VisitCheckedOut()]
    makers: list[Callable[[int], Event]] = [
        lambda n: VisitAmended(party_size=1 + n % 90),
        lambda n: PhoneTaken(),
        lambda n: PhoneReturned(),
    ]
    events += [chance.choice(makers)(n) for n in range(count - 2)]
    ticks = [chance.randrange(count) for _ in events]
    return [fact(seq, event, tick=tick) for seq, (event, tick) in enumerate(zip(events, ticks, strict=True), start=1)]


def in_journals(entries: Sequence[Entry]) -> list[tuple[UUID, list[bytes]]]:
    """Each in its own journal, so that any order of arrival is valid."""
    from msgspec.structs import replace

    apart = [(uuid4(), entry) for entry in entries]
    return [(journal, [write_entry(replace(entry, journal=journal, seq=1)).encode()]) for journal, entry in apart]


def absorb_all(ledger: Ledger, arrivals: Sequence[tuple[UUID, list[bytes]]]) -> Visit:
    for journal, lines in arrivals:
        ledger.absorb(journal, lines, KIOSK, HOME)
    visit = ledger.visit(VISIT, HOME)
    assert visit is not None
    return visit


def effective(ledger: Ledger) -> int:
    with ledger.store.reading() as connection:
        return connection.execute(select(func.count()).where(tables.entry.c.subject == VISIT)).scalar_one()


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_arrival_gives_the_row_of_the_first_facts(open_ledger: Open, seed: int) -> None:
    chance = random.Random(seed)
    entries = visit_of_many_facts(chance, 3 * FEW)
    arrivals = in_journals(entries)
    first = sorted(entries, key=lambda entry: (entry.tick, entry.id))[:FEW]
    expected = absorb_all(open_ledger("first alone"), [arrivals[entries.index(entry)] for entry in first])

    for name in ("one", "other"):
        chance.shuffle(arrivals)
        ledger = open_ledger(name)
        again = [*arrivals, *arrivals[:FEW]]
        assert journal_free(absorb_all(ledger, again)) == journal_free(expected)
        assert effective(ledger) == FEW


def journal_free(visit: Visit) -> Visit:
    from msgspec.structs import replace

    return replace(visit, journal=None)


def test_one_push_and_many_give_the_same_row_and_every_line_is_stored(open_ledger: Open) -> None:
    entries = visit_of_many_facts(random.Random(7), 5 * FEW)
    lines = [write_entry(entry).encode() for entry in entries]
    whole, parts = open_ledger("whole"), open_ledger("parts")

    absorbed = whole.absorb(KIOSK, lines, KIOSK, HOME)
    for line in lines:
        parts.absorb(KIOSK, [line], KIOSK, HOME)

    assert (absorbed.acknowledged, absorbed.in_feed) == (len(lines), len(lines))
    assert whole.visit(VISIT, HOME) == parts.visit(VISIT, HOME)
    assert whole.lines(KIOSK, 0, 1000) == [line.decode() for line in lines]
    with whole.store.reading() as connection:
        apart = select(func.count()).where(tables.entry.c.quarantined == fact_limits.EXCESS)
        assert connection.execute(apart).scalar_one() == 4 * FEW


def test_another_kiosk_and_a_restored_one_get_the_same_row(open_ledger: Open) -> None:
    lines = [write_entry(entry).encode() for entry in visit_of_many_facts(random.Random(3), 4 * FEW)]
    server, sibling, rebuilt = (open_ledger(name) for name in ("server", "sibling", "rebuilt"))
    server.absorb(KIOSK, lines, KIOSK, HOME)

    page = server.feed(HOME, 0, 1000, uuid4())
    sibling.apply_feed([line.encode() for line in page.lines], {}, page.server)
    sibling.apply_feed([line.encode() for line in page.lines], {}, page.server)
    own = server.feed(HOME, 0, 1000, KIOSK, own=True)
    assert rebuilt.restore_own([line.encode() for line in own.lines], {}) == len(lines)
    assert rebuilt.restore_own([line.encode() for line in own.lines], {}) == 0

    assert sibling.visit(VISIT) == rebuilt.visit(VISIT) == server.visit(VISIT, HOME)


def test_a_fact_copied_into_other_journals_counts_once_towards_the_limit(open_ledger: Open) -> None:
    entries = visit_of_many_facts(random.Random(5), 3 * FEW)
    once, often = open_ledger("once"), open_ledger("often")
    expected = absorb_all(once, in_journals(entries))

    for _ in range(3):
        visit = absorb_all(often, in_journals(entries))

    assert journal_free(visit) == journal_free(expected)
    assert effective(often) == FEW


def test_each_further_fact_reads_no_more_than_what_counts(
    open_ledger: Open, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = open_ledger("server")
    entries = visit_of_many_facts(random.Random(1), 20 * FEW)
    read: list[int] = []
    hot_path = SqliteHotPath if engine == "sqlite" else PostgresHotPath
    stored_lines = hot_path.stored_lines

    def counted(self: SqliteHotPath, venue: UUID, subjects: set[UUID]) -> list[str]:
        lines = stored_lines(self, venue, subjects)
        read.append(len(lines))
        return lines

    monkeypatch.setattr(hot_path, "stored_lines", counted)
    for entry in entries:
        server.absorb(KIOSK, [write_entry(entry).encode()], KIOSK, HOME)

    assert len(read) == len(entries)
    assert max(read) == FEW


def test_excess_from_before_the_limit_is_disabled_at_the_next_fold_and_refold_changes_nothing(
    open_ledger: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrivals = in_journals(visit_of_many_facts(random.Random(2), 4 * FEW))
    old, new = open_ledger("old"), open_ledger("new")
    expected = absorb_all(new, arrivals)
    with monkeypatch.context() as before:
        before.setattr(fact_limits, "FACTS", 10**9)
        absorb_all(old, arrivals)
    assert effective(old) == 4 * FEW

    for _ in range(2):
        for work in (replay.refuse, replay.reread, replay.refold):
            list(work(old.store))
        assert old.visit(VISIT, HOME) == expected
        assert effective(old) == FEW


def test_facts_that_change_no_row_displace_none(open_ledger: Open) -> None:
    """Notes of the close-out are about the session too."""
    from sync.domain.events import CloseoutNoted

    noted = [fact(seq, CloseoutNoted("pouch", "missing"), SESSION, tick=1) for seq in range(1, 5 * FEW)]
    opened = SessionOpened(zone="hall", title="Evening", session_kind="event")
    session = [fact(len(noted) + 1, opened, SESSION), fact(len(noted) + 2, SessionClosed(), SESSION)]
    first, last = open_ledger("first"), open_ledger("last")
    arrivals = in_journals([*noted, *session])

    told_in = {first: arrivals, last: [*arrivals[-2:], *arrivals[:-2]]}
    for ledger, some in told_in.items():
        for journal, lines in some:
            ledger.absorb(journal, lines, KIOSK, HOME)

    assert first.session(SESSION, HOME) == last.session(SESSION, HOME)
    assert first.session(SESSION, HOME).title == "Evening"  # type: ignore[union-attr]


def test_statements_of_the_server_are_never_excess(open_ledger: Open) -> None:
    """A coordinator may change a venue for many years: of each field the last value counts."""
    server, kiosk = open_ledger("server"), open_ledger("kiosk")
    for pouches in range(3 * FEW):
        server.record((HOME, VenueConfigured(pouches=pouches)), stream=HOME)

    page = server.feed(HOME, 0, 1000, uuid4())
    kiosk.apply_feed([line.encode() for line in page.lines], {}, page.server)

    for ledger in (server, kiosk):
        assert plans.configuration(ledger.store, HOME).pouches == 3 * FEW - 1


def test_a_fact_about_a_closed_session_does_not_fold_its_visits_again(
    open_ledger: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = open_ledger("server")
    opened = SessionOpened(zone="hall", title="Evening", session_kind="event")
    entries = [fact(1, opened, SESSION)]
    entries += [fact(n, VisitCheckedIn(session=SESSION, party_size=1, phones=1), uuid4()) for n in range(2, 30)]
    entries += [fact(30, SessionClosed(), SESSION)]
    server.absorb(KIOSK, [write_entry(entry).encode() for entry in entries], KIOSK, HOME)
    assert all(visit.checked_out == NOON + 30 * MINUTE for visit in server.visits())
    folded: list[int] = []
    monkeypatch.setattr(projector, "fold_visit", lambda *_: folded.append(1))

    server.absorb(KIOSK, [write_entry(fact(31, SessionClosed(), SESSION)).encode()], KIOSK, HOME)

    assert folded == []
