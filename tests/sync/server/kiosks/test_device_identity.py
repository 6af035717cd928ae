"""A data folder that was copied to another device is detected; one that was moved is not treated as a copy."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import requests
from sqlalchemy import select

from kiosk.services import occupancy
from kiosk.services.context import KioskContext, VenueProfile
from sync.allocation import intervals
from sync.client import device_identity as client_device_identity
from sync.client.api import EnrolAgain, KioskCopied
from sync.ledger import local_keys, tables
from sync.manual_clock import ManualClock
from sync.server.kiosks import cli as kiosk_cli
from sync.server.kiosks import device_identity
from sync.server.kiosks import repository as kiosk_repository
from sync.server.settings import ServerSettings
from tests.support.paired_kiosk import POUCHES, PairedKiosk

Make = Callable[..., PairedKiosk]
HOUSE = VenueProfile("Mill café", "main", ZoneInfo("UTC"), POUCHES, "", None, paired=True, templates=())


@pytest.fixture
def make(central, tmp_path: Path, clock: ManualClock) -> Iterator[Make]:
    """A paired kiosk, or a copy of one; each on different hardware."""
    made: list[PairedKiosk] = []

    def make_(name: str, of: PairedKiosk | None = None, venue: str = "Mill café") -> PairedKiosk:
        file = tmp_path / f"{name}.db"
        made.append(of.copy(file, name) if of else PairedKiosk(file, clock, name))
        if of is None:
            made[-1].pair(central.url, central.code(venue))
            made[-1].exchange()
        return made[-1]

    yield make_
    for kiosk in made:
        kiosk.close()


def speaks(kiosk: PairedKiosk) -> bool:
    """Whether the server accepts a kiosk's requests."""
    try:
        kiosk.exchange()
    except KioskCopied:
        return False
    return True


def stored(central) -> set[UUID]:
    with central.store.reading() as connection:
        return set(connection.execute(select(tables.entry.c.id)).scalars())


def copies_of(central, kiosk: PairedKiosk) -> int:
    copied = device_identity.copies(central.store).get(kiosk.enrolment.kiosk)
    return copied.count if copied else 0


def test_the_original_continues_and_its_copy_has_to_pair(central, make: Make) -> None:
    original = make("original")
    copy = make("copy", of=original)

    assert [speaks(copy), speaks(original)] == [True, True]

    assert not speaks(copy)
    assert speaks(original)
    assert copies_of(central, original) == 1


@pytest.mark.parametrize("order", ["ccoc", "oocoocc", "cococ", "occcoc", "ococ"])
def test_it_is_noticed_in_any_order_of_exchanges(central, make: Make, order: str) -> None:
    original = make("original")
    kiosks = {"o": original, "c": make("copy", of=original)}
    results = []
    for who in order:
        if who == "c" or not results:
            kiosks[who].open_session()
        results.append((who, speaks(kiosks[who])))

    assert all(taken for who, taken in results if who == "o")
    assert results[-1] == ("c", False)


def test_of_three_the_first_continues_in_any_order_of_requests(central, make: Make) -> None:
    original = make("original")
    first, other = make("first", of=original), make("other", of=original)

    assert [speaks(first), speaks(other), speaks(original)] == [True, True, True]

    assert [speaks(first), speaks(other), speaks(original)] == [False, False, True]
    assert copies_of(central, original) == 2


def test_of_two_copies_without_an_original_the_first_continues(central, make: Make) -> None:
    original = make("original")
    first, other = make("first", of=original), make("other", of=original)

    assert [speaks(first), speaks(other), speaks(first), speaks(other)] == [True, True, True, False]


def test_a_copy_on_the_same_device_is_noticed_too(central, make: Make, tmp_path: Path, clock: ManualClock) -> None:
    original = make("original")
    copy = original.copy(tmp_path / "beside.db", "original")

    assert [speaks(copy), speaks(original), speaks(copy)] == [True, True, False]
    copy.close()


def test_a_moved_folder_stays_the_same_kiosk_without_pairing(central, make: Make) -> None:
    broken = make("broken")
    session = broken.open_session()
    moved = make("moved", of=broken)
    broken.close()

    moved.check_in(session)
    assert [speaks(moved) for _ in range(3)] == [True] * 3
    moved.restart()
    assert speaks(moved)

    assert moved.facts() <= stored(central)
    assert len(kiosk_repository.kiosks(central.store, central.scope)) == 1
    assert copies_of(central, moved) == 0


def test_a_late_or_doubled_request_of_the_broken_device_makes_no_copy_of_the_new_one(central, make: Make) -> None:
    broken = make("broken")
    moved = make("moved", of=broken)
    device = client_device_identity.identify(broken.ledger, lambda: frozenset({"broken"}))
    late = {"Authorization": f"Bearer {broken.enrolment.token}", "Hearth-Device": device}
    assert speaks(moved)

    for turn in ({}, {"Hearth-Turn": "of another time"}):
        answer = requests.post(
            f"{central.url}/v1/heartbeat", json={"version": "1", "waiting": 0}, headers=late | turn, timeout=60
        )
        assert answer.status_code == 200

    assert speaks(moved)
    assert copies_of(central, moved) == 0


def test_a_restart_and_a_new_adapter_make_no_other_device_of_a_kiosk(central, make: Make) -> None:
    kiosk = make("kiosk")
    for sources in ({"kiosk", "an adapter"}, {"an adapter"}, set(), {"kiosk"}):
        kiosk.restart()
        kiosk.replicator._sources = lambda sources=sources: frozenset(sources)  # type: ignore[union-attr]
        assert speaks(kiosk)

    with central.store.reading() as connection:
        assert len(connection.exec_driver_sql("SELECT device FROM kiosk_device").all()) == 1


def test_a_kiosk_that_sends_no_device_is_never_treated_as_a_copy(central, kiosk) -> None:
    named = {**kiosk.headers, "Hearth-Device": "a-device-of-this-test"}
    for headers in (kiosk.headers, named, kiosk.headers, named, kiosk.headers):
        answer = requests.post(
            f"{central.url}/v1/heartbeat", json={"version": "1", "waiting": 0}, headers=headers, timeout=60
        )
        assert (answer.status_code, "turn" in answer.json()) == (200, False)


@pytest.mark.parametrize("device", ["short", "x" * 65, "no spaces in a name", "é" * 20])
def test_a_malformed_device_name_is_refused(central, kiosk, problem, device: str) -> None:
    headers = {**kiosk.headers, "Hearth-Device": device.encode()}

    answer = requests.post(
        f"{central.url}/v1/heartbeat", json={"version": "1", "waiting": 0}, headers=headers, timeout=60
    )

    assert "Hearth-Device" in problem(answer)["detail"]


def test_a_copy_allocates_nothing_also_after_a_restart(central, make: Make) -> None:
    original = make("original")
    session = original.open_session(capacity=10)
    original.exchange()
    copy = make("copy", of=original)
    speaks(copy)
    speaks(original)

    assert not speaks(copy)

    for _ in range(2):
        assert occupancy.read_board(KioskContext(copy.ledger, HOUSE, copy.allocation)).health.trouble == "copied"
        assert copy.allocation.pouches == ()
        assert copy.allocation.seats_left(copy.ledger.session(session), []) == 0  # type: ignore[arg-type]
        with pytest.raises(KioskCopied):
            copy.exchange()
        copy.restart()
    own = copy.open_session(capacity=5)
    assert copy.allocation.seats_left(copy.ledger.session(own), []) == 5  # type: ignore[arg-type]


def test_the_original_receives_the_visits_that_the_copy_recorded(central, make: Make) -> None:
    original = make("original")
    session = original.open_session()
    original.exchange()
    copy = make("copy", of=original)
    visit = copy.check_in(session)
    copy.exchange()

    original.exchange()

    assert original.ledger.visit(visit) is not None
    numbers = original.ledger.visit(original.check_in(session)).numbers  # type: ignore[union-attr]
    assert set(numbers).isdisjoint(copy.ledger.visit(visit).numbers)  # type: ignore[union-attr]


def test_a_copy_that_is_paired_is_a_kiosk_of_its_own_and_nothing_is_lost_or_promised_twice(central, make: Make) -> None:
    original = make("original")
    session = original.open_session(capacity=10)
    original.check_in(session)
    original.exchange()
    copy = make("copy", of=original)
    copy.check_in(session)
    speaks(copy)
    original.check_in(session)
    speaks(original)
    copy.check_in(session)
    assert not speaks(copy)
    copy.check_in(session)

    copy.pair(central.url, central.code("Mill café"))

    for _ in range(3):
        copy.exchange()
        original.exchange()
    assert copy.enrolment.kiosk != original.enrolment.kiosk  # type: ignore[union-attr]
    assert copy.facts() | original.facts() <= stored(central)
    assert copy.facts() == original.facts()
    both = intervals.intersection(
        intervals.from_numbers(copy.allocation.pouches), intervals.from_numbers(original.allocation.pouches)
    )
    assert (both, bool(copy.allocation.pouches)) == ((), True)
    places = [
        kiosk.allocation.seats_left(kiosk.ledger.session(session), kiosk.ledger.visits()) for kiosk in (copy, original)
    ]
    assert sum(places) <= 10 - 5  # type: ignore[arg-type]
    assert copies_of(central, original) == 0
    assert not copy.ledger.recall(local_keys.COPY)


def test_a_copy_that_is_paired_before_its_detection_leaves_the_original_unchanged(central, make: Make) -> None:
    original = make("original")
    session = original.open_session(capacity=10)
    original.exchange()
    copy = make("copy", of=original)

    copy.pair(central.url, central.code("Mill café"))
    copy.exchange()

    assert speaks(original)
    assert copy.enrolment.kiosk != original.enrolment.kiosk  # type: ignore[union-attr]
    assert original.allocation.pouches and not copy.allocation.pouches
    assert copy.allocation.seats_left(copy.ledger.session(session), []) == 0  # type: ignore[arg-type]
    assert copies_of(central, original) == 0


@pytest.fixture
def settings(engine: str, place, tmp_path: Path) -> ServerSettings:
    """Settings for a command on the running server's database."""
    return (
        ServerSettings(data=str(tmp_path / "data")) if engine == "sqlite" else ServerSettings(database=place("server"))
    )


def test_the_page_and_the_command_show_a_copy(central, make: Make, browser, settings: ServerSettings, capsys) -> None:
    original = make("original")
    copy = make("copy", of=original)
    for kiosk in (copy, original):
        kiosk.exchange()
    browser.post(central.link(), data={"login": "ada", "password": "a long enough passphrase"})

    kiosk_cli.list_kiosks(settings, argparse.Namespace())
    assert "its data was copied to another device" in capsys.readouterr().out
    assert "its data was copied to another device" in browser.get(f"{central.url}/kiosks").text

    with pytest.raises(EnrolAgain):
        copy.exchange()
    copy.pair(central.url, central.code("Mill café"))
    assert "was copied" not in browser.get(f"{central.url}/kiosks").text
