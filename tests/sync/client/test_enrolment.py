"""Pairing: what is stored, what is copied into the new journal, and the errors."""

from typing import Any
from uuid import uuid4

import pytest

from sync.allocation.kiosk_side import KioskAllocation
from sync.client import enrolment
from sync.client.replicator import Replicator
from sync.domain.events import VisitCheckedIn
from sync.errors import UserError
from sync.ledger.ledger import Ledger
from tests.support.canned_server import CannedAnswer, CannedServer, canned_server

ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2)


def answer(organisation: str | None = None) -> dict[str, Any]:
    place = {"id": str(uuid4()), "name": "The Reading Room"}
    return {
        "kiosk": str(uuid4()),
        "organisation": organisation or str(uuid4()),
        "venue": place,
        "zone": place,
        "time_zone": "Europe/Amsterdam",
        "token": "made by this test",
    }


def test_the_enrolment_is_stored(ledger: Ledger, server: CannedServer) -> None:
    assert enrolment.load(ledger) is None
    server.will("enrol", CannedAnswer(body=answer()))

    enrolled = enrolment.enrol(ledger, server.url + "/", "7KQM2WXA")

    assert enrolment.load(ledger) == enrolled
    assert enrolled.server == server.url
    body = {"code": "7KQM2WXA", "device": ledger.recall(enrolment.DEVICE), "reads": ["HS1", "HS2"]}
    assert server.got == [("enrol", body, None)]


def test_everything_recorded_before_pairing_waits_for_the_server(ledger: Ledger, server: CannedServer) -> None:
    ledger.record(*[(uuid4(), ARRIVED) for _ in range(3)])
    server.will("enrol", CannedAnswer(body=answer()))

    enrolment.enrol(ledger, server.url, "7KQM2WXA")

    assert ledger.waiting().count == 3


def test_the_same_server_gets_only_unacknowledged_facts_and_another_gets_all(
    ledger: Ledger, server: CannedServer
) -> None:
    organisation = str(uuid4())
    server.will("enrol", *(CannedAnswer(body=answer(id)) for id in (organisation, organisation, None)))
    ledger.record(*[(uuid4(), ARRIVED) for _ in range(3)])
    enrolment.enrol(ledger, server.url, "A")
    journal = ledger.waiting().journal
    assert journal is not None
    ledger.acknowledge(journal, 2)

    enrolment.enrol(ledger, server.url, "B")
    assert ledger.waiting().count == 1

    enrolment.enrol(ledger, server.url, "C")
    assert ledger.waiting().count == 3


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            CannedAnswer(403, {"detail": "that code was used already"}),
            "used already.*make a new one with hearth-server pair",
        ),
        (CannedAnswer(200, "<html>hotel</html>"), "not as a Hearth server"),
        (CannedAnswer(503, {"detail": "resting"}), "resting: check the address"),
    ],
)
def test_an_error_says_what_to_do(ledger: Ledger, server: CannedServer, answer: CannedAnswer, message: str) -> None:
    server.will("enrol", answer)

    with pytest.raises(UserError, match=message):
        enrolment.enrol(ledger, server.url, "7KQM2WXA")

    assert enrolment.load(ledger) is None


@pytest.mark.parametrize("address", ["hearth.example.org", "ftp://hearth.example.org", "", "http://"])
def test_an_address_must_look_like_one(ledger: Ledger, address: str) -> None:
    with pytest.raises(UserError, match="not a server's address"):
        enrolment.enrol(ledger, address, "7KQM2WXA")


def test_an_unreachable_server_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(UserError, match="does not answer"):
        enrolment.enrol(ledger, "http://127.0.0.1:9", "7KQM2WXA")


def test_only_the_same_server_gets_the_old_token(ledger: Ledger, server: CannedServer) -> None:
    server.will("enrol", *(CannedAnswer(body=answer()) for _ in range(2)))
    enrolment.enrol(ledger, server.url, "A")
    enrolment.enrol(ledger, server.url, "B")

    assert [authorization for _, _, authorization in server.got] == [None, "Bearer made by this test"]

    with canned_server() as another:
        another.will("enrol", CannedAnswer(body=answer()))
        enrolment.enrol(ledger, another.url, "C")
        assert another.got[0][2] is None


def test_a_new_token_is_stored_before_it_is_used(ledger: Ledger, server: CannedServer) -> None:
    server.will("enrol", CannedAnswer(body=answer()))
    enrolled = enrolment.enrol(ledger, server.url, "A")
    server.will("heartbeat", CannedAnswer(body={"server_time": server.server_time, "feed": 0, "token": "the next"}))
    replicator = Replicator(ledger, enrolled, "0.1.0")

    replicator.exchange()
    stored = enrolment.load(ledger)
    replicator.exchange()
    replicator.close()

    assert stored is not None and stored.token == "the next"
    used = [authorization for what, _, authorization in server.got if what == "heartbeat"]
    assert used == ["Bearer made by this test", "Bearer the next"]


def test_the_first_share_comes_with_the_pairing(ledger: Ledger, server: CannedServer) -> None:
    share = {"version": 1, "granted": {"pouches": [[3, 5]]}}
    server.will("enrol", CannedAnswer(body={**answer(), "share": share}))

    enrolment.enrol(ledger, server.url, "7KQM2WXA")

    assert KioskAllocation(ledger, pouches=4).pouches == (3, 4)


def test_without_a_share_from_the_server_the_kiosk_has_everything(ledger: Ledger, server: CannedServer) -> None:
    share = {"version": 1, "granted": {"pouches": [[3, 5]]}}
    server.will("enrol", CannedAnswer(body={**answer(), "share": share}), CannedAnswer(body=answer()))
    for code in ("A", "B"):
        enrolment.enrol(ledger, server.url, code)

    assert KioskAllocation(ledger, pouches=4).pouches == (1, 2, 3, 4)


def test_each_pairing_of_a_kiosk_sends_the_same_device(ledger: Ledger, server: CannedServer) -> None:
    server.will("enrol", CannedAnswer(503), CannedAnswer(body=answer()))
    with pytest.raises(UserError):
        enrolment.enrol(ledger, server.url, "A")
    enrolment.enrol(ledger, server.url, "A")

    first, second = (body["device"] for _, body, _ in server.got)
    assert first == second and len(first) == 32
