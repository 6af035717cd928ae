"""A kiosk context on a real ledger, a host and an open session."""

from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from kiosk.services import hosts, sessions
from kiosk.services.context import KioskContext, VenueProfile
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.shared_records import OpenedSession
from sync.allocation.kiosk_side import KioskAllocation
from sync.ledger.ledger import Ledger

OPEN_HOURS = Template("Open hours", "open_hours", minutes=240, capacity=10)


@pytest.fixture
def context(ledger: Ledger) -> KioskContext:
    """A venue in Amsterdam with ten places and six pouches."""
    profile = VenueProfile(
        venue="The Reading Room",
        zone="main",
        time_zone=ZoneInfo("Europe/Amsterdam"),
        pouches=6,
        shelf="from the shelf on the left",
        reach="+31 20 555 0123",
        paired=False,
        templates=(OPEN_HOURS,),
    )
    return KioskContext(ledger, profile, KioskAllocation(ledger, profile.pouches))


@pytest.fixture
def host(context: KioskContext) -> HostSession:
    """The first host."""
    return hosts.set_first_pin(context, "482913")


@pytest.fixture
def opened(context: KioskContext, host: HostSession) -> OpenedSession:
    """An open session."""
    return sessions.open_session(context, OPEN_HOURS, host)


@pytest.fixture
def session(opened: OpenedSession) -> UUID:
    """Its id."""
    return opened.id
