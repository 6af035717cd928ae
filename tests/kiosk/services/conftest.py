"""A desk on a real ledger, and a host who has opened it."""

from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from kiosk.services import hosts, sessions
from kiosk.services.context import Desk, House
from kiosk.services.records import HostIn, Opened, Template
from sync.allocation.kiosk_side import Holding
from sync.ledger.ledger import Ledger

OPEN_HOURS = Template("Open hours", "open_hours", minutes=240, capacity=10)


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    """A venue in Amsterdam with ten places and six pouches."""
    house = House(
        venue="The Reading Room",
        zone="main",
        time_zone=ZoneInfo("Europe/Amsterdam"),
        pouches=6,
        shelf="from the shelf on the left",
        reach="+31 20 555 0123",
        paired=False,
        templates=(OPEN_HOURS,),
    )
    return Desk(ledger, house, Holding(ledger, house.pouches))


@pytest.fixture
def host(desk: Desk) -> HostIn:
    """The first host."""
    return hosts.set_first_pin(desk, "482913")


@pytest.fixture
def opened(desk: Desk, host: HostIn) -> Opened:
    """An open session."""
    return sessions.open_session(desk, OPEN_HOURS, host.host)


@pytest.fixture
def session(opened: Opened) -> UUID:
    """Its id."""
    return opened.id
