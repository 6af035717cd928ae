"""Two real kiosks and a real server: the last pouch and the last seat go to one party, online and offline."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from kiosk import bootstrap
from kiosk.bootstrap import KioskRuntime
from kiosk.services import occupancy, sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.visitor_records import CheckedIn, CheckedOut, CheckInRequest, NoPouch, SessionFull
from kiosk.settings import KioskSettings, StowSettings
from sync.allocation import kiosk_side
from sync.allocation.model import stripe_of
from sync.client.api import TryLater
from sync.client.enrolment import enrol
from sync.manual_clock import ManualClock
from tests.support.server_process import ServerProcess, server_process
from tests.support.soak import figure, times

POUCHES, PLACES = 8, 10
SETTINGS = KioskSettings(stow=StowSettings(pouches=POUCHES))
EVENING = Template("Open hours", "open_hours", None, PLACES)
HOST = HostSession(UUID(int=7))
PARTY = CheckInRequest(party_size=1, phones=1, kept=0)
KEEPS_ITS_PHONE = CheckInRequest(party_size=1, phones=0, kept=1)
RACES = times(6, 500)
venues = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with server_process(tmp_path_factory.mktemp("races")) as server:
        yield server


@dataclass
class Door:
    """A kiosk of the venue, and the parties that its screens have confirmed to be in."""

    folder: Path
    clock: ManualClock = field(default_factory=ManualClock)
    inside: list[CheckedIn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runtime: KioskRuntime = bootstrap.build(SETTINGS, self.folder, self.clock)

    @property
    def context(self) -> KioskContext:
        return self.runtime.context

    def come_in(self, party: CheckInRequest = PARTY) -> bool:
        answer = visits.check_in(self.context, party)
        if isinstance(answer, CheckedIn):
            self.inside.append(answer)
        return isinstance(answer, CheckedIn)

    def leave(self) -> None:
        assert isinstance(visits.check_out(self.context, self.inside.pop().code), CheckedOut)

    def exchange(self) -> None:
        assert self.runtime.replicator is not None
        self.runtime.replicator.exchange()

    def restart(self) -> None:
        """Restart as after a power cut: only what is on the disk remains."""
        self.close()
        self.runtime = bootstrap.build(SETTINGS, self.folder, self.clock)

    def close(self) -> None:
        assert self.runtime.replicator is not None
        self.runtime.replicator.close()
        self.context.ledger.close()


Pair = tuple[Door, Door]


@pytest.fixture
def doors(server: ServerProcess, tmp_path: Path) -> Iterator[Callable[[], Pair]]:
    """Makes two kiosks of a new venue; the first has opened a session with so many places."""
    made: list[Door] = []

    def make() -> Pair:
        venue = f"Venue {next(venues)}"
        for number in range(2):
            folder = tmp_path / f"{venue} {number}"
            folder.mkdir()
            ledger = bootstrap.open_ledger(folder, ManualClock())
            enrol(ledger, server.url, server.code(venue))
            ledger.close()
            made.append(Door(folder))
        sessions.open_session(made[-2].context, EVENING, HOST)
        return made[-2], made[-1]

    yield make
    for door in made:
        door.close()


def meet(doors: Pair) -> None:
    """Exchange often enough that everything is allocated."""
    for _ in range(3):
        for door in doors:
            door.exchange()


def assert_nothing_twice(doors: Pair) -> None:
    inside = [party for door in doors for party in door.inside]
    assert len(inside) <= PLACES
    numbers = [number for party in inside for number in party.numbers]
    assert len(numbers) == len(set(numbers))
    assert len({party.code for party in inside}) == len(inside)


def fill(door: Door, party: CheckInRequest = PARTY) -> None:
    while door.come_in(party):
        pass


def test_a_kiosk_that_was_just_paired_works_without_a_network(doors: Callable[[], Pair]) -> None:
    first, _ = doors()

    fill(first)

    assert len(first.inside) == POUCHES
    assert visits.check_in(first.context, PARTY) == NoPouch(free=0)
    assert isinstance(visits.check_in(first.context, CheckInRequest(1, 1, 0, stow="none")), CheckedIn)


def test_the_first_kiosks_share_is_divided_with_the_second(doors: Callable[[], Pair]) -> None:
    first, second = doors()
    assert second.context.allocation.pouches == ()

    meet((first, second))

    assert (first.context.allocation.pouches, second.context.allocation.pouches) == ((1, 2, 3, 4), (5, 6, 7, 8))
    assert [occupancy.read_door(door.context).live[0].places_left for door in (first, second)] == [5, 5]
    assert len(first.context.allocation.stripes) == len(second.context.allocation.stripes) == 50
    assert not first.context.allocation.stripes & second.context.allocation.stripes


def test_offline_the_last_seat_goes_to_one_kiosk(doors: Callable[[], Pair]) -> None:
    pair = doors()
    meet(pair)

    for door in pair:
        fill(door)
        fill(door, KEEPS_ITS_PHONE)

    assert sum(len(door.inside) for door in pair) == PLACES
    assert all(isinstance(visits.check_in(door.context, KEEPS_ITS_PHONE), SessionFull) for door in pair)
    assert_nothing_twice(pair)


def test_a_kiosk_without_free_numbers_gets_those_of_the_other(doors: Callable[[], Pair]) -> None:
    first, second = doors()
    meet((first, second))
    fill(first)
    assert len(first.inside) == 4

    meet((first, second))
    fill(first)

    assert len(first.inside) == 6
    assert_nothing_twice((first, second))


def test_a_kiosk_killed_between_giving_back_and_reporting_reports_later(
    doors: Callable[[], Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = doors()
    first.exchange()
    second.exchange()
    ledger, remember = first.context.ledger, first.context.ledger.remember

    def remember_and_die(key: str, value: object) -> None:
        remember(key, value)
        if key == kiosk_side.KEY:
            raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(ledger, "remember", remember_and_die)
        with pytest.raises(KeyboardInterrupt):
            first.exchange()
    first.restart()

    assert first.context.allocation.pouches == (1, 2, 3, 4)
    meet((first, second))
    assert second.context.allocation.pouches == (5, 6, 7, 8)


def test_codes_are_of_the_granted_stripes(doors: Callable[[], Pair]) -> None:
    pair = doors()
    meet(pair)
    for door in pair:
        fill(door)
        assert {stripe_of(party.code) for party in door.inside} <= door.context.allocation.stripes


def test_concurrent_check_ins_and_a_server_kill_promise_nothing_twice(
    server: ServerProcess, doors: Callable[[], Pair]
) -> None:
    """Parties check in and out at both kiosks while both synchronise and the server is killed and restarted."""
    admitted = 0
    for race in range(RACES):
        pair = doors()
        meet(pair)
        threads = [threading.Thread(target=act, args=(door, race)) for door in pair for act in (people, network)]
        for thread in threads:
            thread.start()
        if race % 3 == 2:
            server.kill()
            server.start()
        for thread in threads:
            thread.join()
        assert_nothing_twice(pair)
        admitted += sum(len(door.inside) for door in pair)
        meet(pair)
        assert_nothing_twice(pair)
        assert not {*pair[0].context.allocation.pouches} & {*pair[1].context.allocation.pouches}
    figure(f"races: {RACES:,} pairs of kiosks at the last pouches and places, {admitted:,} parties in: nothing twice")


def people(door: Door, seed: int) -> None:
    chance = random.Random(f"{door.folder} {seed}")
    for _ in range(30):
        if door.inside and chance.random() < 0.3:
            door.leave()
        else:
            door.come_in()


def network(door: Door, _: int) -> None:
    for _ in range(8):
        with suppress(TryLater):
            door.exchange()
