"""The server announces that it reads an entry's actor, keeps it, and sends it to kiosks that announce the same."""

from collections.abc import Callable

import msgspec
import pytest
import requests

from sync.client import enrolment
from sync.client.replicator import Replicator
from sync.domain.events import SessionClosed, write_entry
from sync.ledger.ledger import Ledger

HOST = "a host"


def feed(kiosk, **asked):
    answer = requests.get(f"{kiosk.central.url}/v1/feed", params=asked, headers=kiosk.headers, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()["entries"]


@pytest.fixture
def sibling(central):
    return central.kiosk("Mill café")


@pytest.fixture
def pushed(kiosk, sibling):
    """A session that was opened without an actor and closed with one."""
    session = kiosk.open_session()
    kiosk.written.append(msgspec.structs.replace(kiosk.write(session, SessionClosed()), actor=HOST))
    del kiosk.written[-2]
    answer = kiosk.push()
    assert answer.json()["quarantined"] == 0
    return kiosk


def test_it_announces_the_fields_that_it_reads(kiosk):
    assert kiosk.identity["entry_fields"] == ["actor"]
    assert kiosk.beat().json()["entry_fields"] == ["actor"]


def test_the_actor_is_stored(pushed, central):
    with central.store.reading() as connection:
        lines = connection.exec_driver_sql("SELECT line FROM entry ORDER BY seq").scalars().all()
    assert [line for line in lines if HOST in line] == [write_entry(pushed.written[-1])]


def test_a_kiosk_that_does_not_announce_it_is_sent_no_actor(pushed, sibling):
    assert [entry.get("actor") for entry in feed(sibling)] == [None, None]
    assert [entry.get("actor") for entry in feed(sibling, entry_fields="mood")] == [None, None]
    assert [entry.get("actor") for entry in feed(pushed, own=True)] == [None, None]


def test_a_kiosk_that_announces_it_is_sent_the_actor(pushed, sibling):
    assert [entry.get("actor") for entry in feed(sibling, entry_fields="mood,actor")] == [None, HOST]
    assert [entry.get("actor") for entry in feed(pushed, own=True, entry_fields="actor")] == [None, HOST]


def test_an_actor_is_carried_from_kiosk_to_kiosk(central, open_ledger: Callable[[str], Ledger]):
    ledgers = [open_ledger(name) for name in ("one", "two")]
    replicators = [
        Replicator(ledger, enrolment.enrol(ledger, central.url, central.code("Mill café")), "0.1.0")
        for ledger in ledgers
    ]
    session, host = central.kiosk().open_session(), enrolment.load(ledgers[0]).kiosk
    ledgers[0].record((session, SessionClosed()), actor=host)

    for replicator in replicators:
        replicator.exchange()
        replicator.close()

    with ledgers[1].store.reading() as connection:
        [line] = connection.exec_driver_sql("SELECT line FROM entry WHERE kind = 'session.closed'").scalars()
    assert msgspec.json.decode(line)["actor"] == str(host)
    assert ledgers[1].session(session) == ledgers[0].session(session)
