"""A weekly series reaches every kiosk of its venue, on both engines, whichever kiosk has set it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest

from sync.domain.events import Phase, SeriesEnded, SeriesSet
from sync.domain.series import Series
from sync.ledger import plans
from sync.ledger.ledger import Ledger

HOME, AWAY = uuid4(), uuid4()  # two venues of one server
KIOSK, SERIES = uuid4(), uuid4()
Open = Callable[[str], Ledger]
BODY = SeriesSet(
    "hall",
    "Quiet evening",
    "event",
    (2, 7),
    19 * 60,
    150,
    capacity=24,
    rhythm=(Phase("quiet", 60), Phase("talk", 90)),
    stow_ways=("pouch",),
    firm_limit=30,
    first_day=date(2026, 11, 24),
    last_day=date(2027, 5, 1),
    skipped_days=(date(2026, 12, 27),),
    opens_itself=True,
)


@pytest.fixture
def server(open_ledger: Open) -> Ledger:
    return open_ledger("server")


@pytest.fixture
def other(open_ledger: Open) -> Ledger:
    return open_ledger("other kiosk")


def push(kiosk: Ledger, server: Ledger, venue: UUID = HOME) -> None:
    journal = kiosk.waiting().journal
    assert journal is not None
    lines = [line.encode() for line in kiosk.lines(journal, 0, 100)]
    server.absorb(journal, lines, KIOSK, venue)


def learn(ledger: Ledger, server: Ledger, venue: UUID = HOME) -> None:
    page = server.feed(venue, 0, 1000, uuid4())
    ledger.apply_feed([line.encode() for line in page.lines], {})


def test_what_a_kiosk_sets_is_on_the_server_and_at_the_other_kiosks(
    ledger: Ledger, server: Ledger, other: Ledger
) -> None:
    ledger.record((SERIES, BODY))
    push(ledger, server)
    learn(other, server)

    [series] = plans.series(other.store)
    fields = {name: getattr(BODY, name) for name in BODY.__struct_fields__}
    assert series == Series(SERIES, journal=ledger.waiting().journal, **fields)
    assert plans.series(ledger.store) == [series]
    assert plans.series(server.store) == [series]


def test_what_the_coordinator_sets_reaches_the_kiosks_of_that_venue(
    open_ledger: Open, ledger: Ledger, server: Ledger
) -> None:
    server.record((SERIES, BODY), stream=HOME)
    away = open_ledger("away")

    learn(ledger, server)
    learn(away, server, AWAY)

    assert [series.id for series in plans.series(ledger.store)] == [SERIES]
    assert plans.series(away.store) == []


def test_a_series_that_has_ended_is_not_listed(ledger: Ledger) -> None:
    ledger.record((SERIES, BODY))
    ledger.record((SERIES, SeriesEnded()))

    assert plans.series(ledger.store) == []
