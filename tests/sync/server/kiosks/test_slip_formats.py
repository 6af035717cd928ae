"""A venue's kiosks print slips only in a format that all of them read; an older kiosk reads the first only."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
import requests

from sync.allocation.kiosk_side import KioskAllocation
from sync.client import enrolment
from sync.client.replicator import Replicator
from sync.domain.visit import SLIP_FORMATS
from sync.ledger import slip_formats
from sync.ledger.ledger import Ledger
from sync.server.kiosks import service as kiosk_service

BOTH = ["HS1", "HS2"]


def beat(kiosk, **fields):
    return kiosk.beat(**fields).json().get("slips")


def test_a_kiosk_gets_the_formats_that_all_kiosks_of_the_venue_read(central):
    first, second = central.kiosk(), central.kiosk()

    assert beat(first, reads=BOTH) == ["HS1"], "the other one has not reported it"
    assert beat(second, reads=BOTH) == BOTH
    assert beat(first, reads=BOTH) == BOTH


def test_an_older_kiosk_sends_and_gets_no_formats_and_limits_the_venue_to_the_first(central):
    new, old = central.kiosk(), central.kiosk()
    beat(new, reads=BOTH)

    assert beat(old) is None
    assert beat(new, reads=BOTH) == ["HS1"]
    beat(old, reads=BOTH)
    assert beat(new, reads=BOTH) == BOTH
    beat(old)
    assert beat(new, reads=BOTH) == ["HS1"], "it went back to the release before"


def test_a_kiosk_whose_pairing_has_ended_and_one_of_another_venue_do_not_count(central):
    new, old, elsewhere = central.kiosk(), central.kiosk(), central.kiosk("Library")
    beat(old)
    beat(elsewhere)
    kiosk_service.revoke(central.ledger, central.scope, UUID(old.identity["kiosk"]), central.now)

    assert beat(new, reads=BOTH) == BOTH


def test_formats_of_a_later_release_are_kept_for_it(central):
    assert beat(central.kiosk(), reads=["HS3", "HS1", "HS2", "HS2"]) == ["HS1", "HS2", "HS3"]


@pytest.mark.parametrize("reads", ["HS1", [1], ["HS1\0"], ["x" * 9], [""], ["HS1"] * 17, {}])
def test_an_invalid_format_is_refused(kiosk, problem, reads):
    assert problem(kiosk.beat(reads=reads))["status"] == 400


def test_a_kiosk_receives_the_formats_with_its_pairing(central):
    def pair(**fields):
        body = {"code": central.code("Mill café"), **fields}
        return requests.post(f"{central.url}/v1/enrol", json=body, timeout=60).json().get("slips")

    assert pair(reads=BOTH) == BOTH
    assert pair() is None
    assert pair(reads=BOTH) == ["HS1"]


@pytest.fixture
def paired(central, open_ledger: Callable[[str], Ledger]):
    """Pairs a real kiosk's ledger, and sends its heartbeats."""
    made = []

    def pair(name: str) -> tuple[Ledger, Replicator]:
        ledger = open_ledger(name)
        enrolled = enrolment.enrol(ledger, central.url, central.code("Mill café"))
        made.append(Replicator(ledger, enrolled, "0.1.0", allocation=KioskAllocation(ledger, 6)))
        return ledger, made[-1]

    yield pair
    for kiosk in made:
        kiosk.close()


def test_real_kiosks_go_over_to_the_checked_format_back_and_over_again(central, paired, tmp_path: Path):
    ledger, replicator = paired("one")
    assert slip_formats.readable_everywhere(ledger) == set(SLIP_FORMATS), "it is the first of its venue"

    old = central.kiosk()
    replicator.exchange()
    assert slip_formats.readable_everywhere(ledger) == {"HS1"}

    old.beat(reads=BOTH)
    replicator.exchange()
    assert slip_formats.readable_everywhere(ledger) == set(SLIP_FORMATS)

    other, _ = paired("two")
    assert slip_formats.readable_everywhere(other) == set(SLIP_FORMATS), "no kiosk has to wait for a heartbeat"
