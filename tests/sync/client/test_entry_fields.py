"""A kiosk sends an entry's optional fields only to a server that has announced that it reads them."""

from collections.abc import Callable
from uuid import uuid4

from sync.client import enrolment
from sync.client.replicator import Replicator
from sync.domain.events import SessionClosed, read_entry
from sync.ledger.ledger import Ledger
from tests.support.canned_server import CannedAnswer, CannedServer

HOST = uuid4()


def announce(server: CannedServer, *fields: str) -> None:
    server.will("heartbeat", CannedAnswer(body={"server_time": server.server_time, "entry_fields": fields}))


def close_session(ledger: Ledger) -> None:
    ledger.record((uuid4(), SessionClosed()), actor=HOST)


def sent_actors(server: CannedServer) -> list[object]:
    return [entry.get("actor") for entry in server.entries() if entry["kind"] == SessionClosed.kind]


def test_a_server_that_announces_nothing_is_sent_no_actor(
    ledger: Ledger, server: CannedServer, replicator: Callable[..., Replicator]
) -> None:
    close_session(ledger)
    journal = ledger.waiting().journal
    assert journal is not None
    kiosk = replicator()
    kiosk.exchange()
    close_session(ledger)
    kiosk.exchange()

    assert sent_actors(server) == [None, None]
    assert [read_entry(line).actor for line in ledger.lines(journal, 0, 1)] == [str(HOST)], "it stays in the journal"


def test_a_server_that_announces_it_is_sent_the_actor(
    ledger: Ledger, server: CannedServer, replicator: Callable[..., Replicator]
) -> None:
    announce(server, "actor")
    kiosk = replicator()
    kiosk.exchange()
    close_session(ledger)
    kiosk.exchange()

    assert sent_actors(server) == [str(HOST)]


def test_a_server_that_went_back_to_an_older_release_is_sent_no_actor_any_more(
    ledger: Ledger, server: CannedServer, replicator: Callable[..., Replicator]
) -> None:
    announce(server, "actor")
    kiosk = replicator()
    kiosk.exchange()
    kiosk.exchange()
    close_session(ledger)
    kiosk.exchange()

    assert sent_actors(server) == [None]


def test_the_announcement_holds_after_a_restart(
    ledger: Ledger, server: CannedServer, replicator: Callable[..., Replicator]
) -> None:
    announce(server, "actor", "mood")
    replicator().exchange()
    close_session(ledger)
    replicator().exchange()

    assert sent_actors(server) == [str(HOST)]


def test_a_server_announces_it_with_the_pairing(ledger: Ledger, server: CannedServer) -> None:
    place = {"id": str(uuid4()), "name": "The Reading Room"}
    enrolled = {name: str(uuid4()) for name in ("kiosk", "organisation", "token")}
    enrolled |= {"venue": place, "zone": place, "time_zone": "Europe/Amsterdam", "entry_fields": ["actor"]}
    server.will("enrol", CannedAnswer(body=enrolled))
    paired = enrolment.enrol(ledger, server.url, "7KQM2WXA")
    close_session(ledger)

    kiosk = Replicator(ledger, paired, "0.1.0")
    kiosk.exchange()
    kiosk.close()

    assert sent_actors(server) == [str(HOST)]


def test_the_feed_is_asked_for_with_the_fields_that_this_release_reads(
    server: CannedServer, replicator: Callable[..., Replicator]
) -> None:
    replicator().exchange()

    [query] = [query for what, query, _ in server.got if what == "feed"]
    assert "entry_fields=actor" in query
