"""A server whose database was restored from a backup, by any means, and its kiosks become consistent again."""

from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import requests
from sqlalchemy import delete, insert, select

from kiosk.services import occupancy
from kiosk.services.context import KioskContext, VenueProfile
from sync.allocation import intervals
from sync.client import last_error
from sync.client.api import EnrolAgain
from sync.client.enrolment import load
from sync.domain.events import VisitCheckedIn
from sync.ledger import tables
from sync.ledger.store import Store
from sync.manual_clock import ManualClock
from sync.server.kiosks import restored_database
from sync.server.kiosks import service as kiosk_service
from tests.support.paired_kiosk import POUCHES, PairedKiosk

Make = Callable[[str], PairedKiosk]
DAYS = 24 * 60
HOUSE = VenueProfile("Mill café", "main", ZoneInfo("UTC"), POUCHES, "", None, paired=True, templates=())
ARRIVED = VisitCheckedIn(session=uuid4(), party_size=1, phones=1)


class Snapshot:
    """All rows of a database. Writing them back is a restore by other means than our own command."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.reading() as connection:
            self._rows = {
                table: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in tables.metadata.sorted_tables
            }

    def restore(self) -> None:
        with self._store.writing() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                connection.execute(delete(table))
            for table, rows in self._rows.items():
                if rows:
                    connection.execute(insert(table), rows)


@pytest.fixture
def make(central, tmp_path: Path, clock: ManualClock) -> Iterator[Make]:
    """A paired kiosk; all are at one venue."""
    made: list[PairedKiosk] = []

    def make_(name: str) -> PairedKiosk:
        made.append(PairedKiosk(tmp_path / f"{name}.db", clock, name))
        made[-1].pair(central.url, central.code("Mill café"))
        made[-1].exchange()
        return made[-1]

    yield make_
    for kiosk in made:
        kiosk.close()


def record(kiosk: PairedKiosk, count: int = 1) -> None:
    kiosk.ledger.record(*[(uuid4(), ARRIVED) for _ in range(count)])


def stored(central) -> set[UUID]:
    with central.store.reading() as connection:
        return set(connection.execute(select(tables.entry.c.id)).scalars())


def settle(*kiosks: PairedKiosk, rounds: int = 2) -> None:
    for _ in range(rounds):
        for kiosk in kiosks:
            kiosk.exchange()


@pytest.mark.parametrize("later", [0, 1, 5])
def test_a_kiosk_receives_all_entries_below_its_last_position(central, make: Make, later: int) -> None:
    front, other = make("front"), make("other")
    record(front, 2)
    settle(front, other)
    backup = Snapshot(central.store)
    record(front, 3)
    record(other)
    settle(front, other)
    backup.restore()
    record(front, later)

    settle(front, other)

    assert front.facts() == other.facts() == stored(central)


def test_it_receives_them_although_the_same_fact_is_at_its_last_position(central, make: Make) -> None:
    front, other, third = make("front"), make("other"), make("third")
    backup = Snapshot(central.store)
    record(front)
    record(other)
    settle(front, other, third, rounds=1)
    third.exchange()
    backup.restore()
    record(third)  # takes the first position; one's fact comes third

    third.replicator._upload.run(lambda: False)  # type: ignore[union-attr]
    other.exchange()
    settle(front, other, third)

    assert front.facts() == other.facts() == third.facts() == stored(central)


def test_kiosks_without_new_entries_send_again_what_they_sent_since_the_backup(central, make: Make) -> None:
    kiosk = make("kiosk")
    record(kiosk, 3)
    kiosk.exchange()
    backup = Snapshot(central.store)
    record(kiosk, 4)
    kiosk.exchange()
    backup.restore()

    kiosk.exchange()

    assert kiosk.facts() <= stored(central)
    assert kiosk.ledger.waiting().count == 0


def test_it_is_sent_again_when_only_the_server_could_not_read_it(central, make: Make) -> None:
    kiosk = make("kiosk")
    kiosk.exchange()
    backup = Snapshot(central.store)
    record(kiosk)
    with kiosk.ledger.store.writing() as connection:  # a fact of a later release, which is in no feed
        line = tables.entry.c.line
        of_tomorrow = connection.execute(select(line)).scalars().all()[-1].replace("visit.checked_in", "visit.tomorrow")
        last = select(tables.entry.c.id).order_by(tables.entry.c.tick.desc()).limit(1)
        here = tables.entry.c.id == connection.execute(last).scalar()
        connection.execute(tables.entry.update().where(here).values(line=of_tomorrow))
    kiosk.exchange()
    backup.restore()

    kiosk.exchange()

    assert kiosk.facts() <= stored(central)


def test_entries_of_earlier_journals_are_sent_again_too(central, make: Make) -> None:
    kiosk = make("kiosk")
    record(kiosk)
    kiosk.exchange()
    backup = Snapshot(central.store)
    record(kiosk, 2)
    kiosk.exchange()
    kiosk.ledger.start_journal(kiosk.ledger.waiting().acknowledged)
    record(kiosk, 2)
    kiosk.exchange()
    kiosk.pair(central.url, central.code("Mill café"))
    record(kiosk)
    kiosk.exchange()
    backup.restore()

    settle(kiosk)

    assert kiosk.facts() <= stored(central)


@pytest.mark.parametrize("rotations", [1, 2, 3])
def test_a_token_that_was_exchanged_since_the_backup_still_lets_its_kiosk_in(
    central, make: Make, clock: ManualClock, rotations: int
) -> None:
    kiosk = make("kiosk")
    backup = Snapshot(central.store)
    former = load(kiosk.ledger).token  # type: ignore[union-attr]
    for _ in range(rotations):
        clock.move(minutes=91 * DAYS)
        record(kiosk)
        settle(kiosk, rounds=3)
    assert load(kiosk.ledger).token != former  # type: ignore[union-attr]
    backup.restore()

    settle(kiosk)
    kiosk.restart()
    settle(kiosk)

    assert kiosk.facts() <= stored(central)
    assert load(kiosk.ledger).kiosk == kiosk.enrolment.kiosk  # type: ignore[union-attr]


def test_a_kiosk_paired_since_the_backup_has_to_pair_again_and_sends_all_its_facts(central, make: Make) -> None:
    first = make("first")
    backup = Snapshot(central.store)
    kiosk = make("kiosk")
    record(kiosk, 3)
    kiosk.exchange()
    backup.restore()
    record(kiosk)

    with pytest.raises(EnrolAgain) as refused:
        kiosk.exchange()
    last_error.save(kiosk.ledger, refused.value, 1)

    context = KioskContext(kiosk.ledger, HOUSE, kiosk.allocation)
    assert occupancy.read_board(context).health.trouble == "pairing lost"
    kiosk.pair(central.url, central.code("Mill café"))
    settle(kiosk, first)
    assert occupancy.read_board(context).health.trouble is None
    assert kiosk.facts() == first.facts() == stored(central)


def promised(*kiosks: PairedKiosk) -> None:
    for kiosk, other in permutations(kiosks, 2):
        assert set(kiosk.allocation.pouches).isdisjoint(other.allocation.pouches)
        both = intervals.intersection(
            intervals.from_numbers(kiosk.allocation.stripes), intervals.from_numbers(other.allocation.stripes)
        )
        assert both == ()


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_no_pouch_is_promised_twice_in_whatever_order_kiosks_come_back(
    central, make: Make, clock: ManualClock, order: tuple[int, ...]
) -> None:
    kiosks = [make("front"), make("two"), make("three")]
    backup = Snapshot(central.store)
    settle(*kiosks, rounds=4)
    record(kiosks[0])
    settle(*kiosks)
    assert all(kiosk.allocation.pouches for kiosk in kiosks)
    backup.restore()
    clock.move(
        minutes=20
    )  # a kiosk without a request since then counts as silent, and its fair part goes to the others

    for number in order:
        kiosks[number].exchange()
        promised(*kiosks)
    for _ in range(3):
        for kiosk in kiosks:
            kiosk.exchange()
            promised(*kiosks)

    assert sum(len(kiosk.allocation.pouches) for kiosk in kiosks) == POUCHES


def test_nothing_is_granted_until_every_kiosk_has_reported_its_share(central, make: Make, clock: ManualClock) -> None:
    front, silent = make("front"), make("silent")
    backup = Snapshot(central.store)
    settle(front, silent, rounds=4)
    record(front)
    settle(front, silent)
    held = set(silent.allocation.pouches)
    assert held
    backup.restore()
    clock.move(minutes=20)

    settle(front, rounds=4)

    assert held.isdisjoint(front.allocation.pouches)


def test_our_own_restore_grants_nothing_although_no_kiosk_has_more(central, make: Make, clock: ManualClock) -> None:
    front, other, silent = make("front"), make("other"), make("silent")
    settle(front, other, silent, rounds=4)
    kiosk_service.revoke(central.ledger, central.scope, other.enrolment.kiosk, central.now)  # type: ignore[union-attr]
    before = set(front.allocation.pouches)
    with central.store.writing() as connection:
        restored_database.distrust_shares(connection)
    clock.move(minutes=20)

    settle(front, rounds=4)
    assert set(front.allocation.pouches) == before
    settle(silent, front, rounds=4)
    promised(front, silent)
    assert len(front.allocation.pouches) + len(silent.allocation.pouches) == POUCHES


def test_a_position_that_was_never_given_is_answered_with_start_again(kiosk) -> None:
    kiosk.visit(kiosk.central.now, 30)
    kiosk.push()
    page = ask(kiosk, after=0)
    assert (page["position"], "restart" in page) == (2, False)

    for query in ({"after": 3}, {"after": 2**53}, {"after": 2, "mark": page["mark"] + 1}, {"after": 9, "own": "true"}):
        answer = ask(kiosk, **query)
        assert (answer["entries"], answer["position"], answer["restart"]) == ([], 0, True)
    for query in ({"after": 2}, {"after": 2, "mark": page["mark"]}, {"after": 0, "mark": 7}):
        assert "restart" not in ask(kiosk, **query)


def ask(kiosk, **query: object):
    answer = requests.get(f"{kiosk.central.url}/v1/feed", params=query, headers=kiosk.headers, timeout=60)
    assert answer.status_code == 200
    return answer.json()


def test_an_older_kiosk_begins_again_where_its_position_is_beyond_the_end(central, kiosk) -> None:
    sibling = central.kiosk()
    sibling.visit(central.now, 30)
    sibling.push()
    place, entry_count = 40, 0
    while (page := ask(kiosk, after=place))["position"] != place:  # as kiosks before this release do
        place, entry_count = page["position"], entry_count + len(page["entries"])

    assert (place, entry_count) == (2, 2)
