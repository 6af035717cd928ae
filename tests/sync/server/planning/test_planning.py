"""Plans, configurations and revoked passes reach the venue's kiosks; a plan is in no report until it is opened."""

from datetime import date
from uuid import uuid4

import pytest
import requests

from sync.domain.events import SessionCancelled, SessionClosed, SessionOpened, SessionPlanned, VenueConfigured
from sync.errors import UserError
from sync.ledger import plans
from sync.ledger.ledger import Ledger
from sync.server.kiosks import missing, naming, venues
from sync.server.kiosks import repository as kiosk_repository
from sync.server.planning import service as planning_service

HOUR = 60 * 60_000


@pytest.fixture
def ledger(central):
    return Ledger(central.store, central.clock)


@pytest.fixture
def venue(central, kiosk):
    return naming.find_venue(kiosk_repository.venues(central.store, central.scope), "Mill café")


@pytest.fixture
def planned(central):
    return SessionPlanned("hall", "Quiet evening", "event", central.now + HOUR, central.now + 3 * HOUR, capacity=24)


def feed_entries(kiosk):
    answer = requests.get(f"{kiosk.central.url}/v1/feed", headers=kiosk.headers, timeout=60).json()
    return [(entry["kind"], entry["subject"]) for entry in answer["entries"]]


def counted(central):
    return [row.sessions for row in central.attendance(date(2026, 11, 1), date(2026, 11, 30), "Mill café")]


def test_a_plan_and_its_cancellation_reach_the_venues_kiosks(central, kiosk, ledger, venue, planned):
    session = planning_service.plan(ledger, venue.id, planned)
    planning_service.cancel(ledger, central.scope, session)

    assert feed_entries(kiosk) == [("session.planned", str(session)), ("session.cancelled", str(session))]
    assert feed_entries(central.kiosk("Library East")) == []
    assert ledger.session(session, venue.id).cancelled


def test_a_plan_counts_when_it_is_opened(central, kiosk, ledger, venue, planned):
    session = planning_service.plan(ledger, venue.id, planned)
    assert (counted(central), ledger.open_sessions()) == ([], [])

    kiosk.write(session, SessionOpened("hall", "Quiet evening", "event"))
    kiosk.push()
    assert counted(central) == [1]

    kiosk.write(session, SessionClosed())
    kiosk.push()
    assert counted(central) == [1]


def test_an_open_session_is_not_cancelled(central, kiosk, ledger, venue, planned):
    session = planning_service.plan(ledger, venue.id, planned)
    kiosk.write(session, SessionOpened("hall", "Quiet evening", "event"))
    kiosk.push()

    with pytest.raises(UserError, match="opened already"):
        planning_service.cancel(ledger, central.scope, session)


def test_a_plan_is_cancelled_once(central, ledger, venue, planned):
    session = planning_service.plan(ledger, venue.id, planned)
    planning_service.cancel(ledger, central.scope, session, "illness")

    with pytest.raises(UserError, match="cancelled before"):
        planning_service.cancel(ledger, central.scope, session)


def test_a_session_that_only_a_kiosk_has_planned_is_not_cancelled(central, kiosk, ledger, planned):
    session = uuid4()
    kiosk.write(session, planned)
    kiosk.push()

    for unknown in (session, uuid4()):
        with pytest.raises(UserError, match="no session"):
            planning_service.cancel(ledger, central.scope, unknown)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"planned_start": 5_000, "planned_end": 5_000}, "before it begins"),
        ({"planned_start": 5_000, "planned_end": 6_000}, "over already"),
        ({"capacity": 0}, "capacity"),
        ({"title": "x" * 81}, "title"),
    ],
)
def test_an_impossible_plan_is_refused(ledger, venue, planned, changes, message):
    wrong = {name: getattr(planned, name) for name in planned.__struct_fields__} | changes

    with pytest.raises(UserError, match=message):
        planning_service.plan(ledger, venue.id, SessionPlanned(**wrong))

    assert ledger.waiting().last == 0


def test_a_venue_is_configured_for_its_kiosks_and_for_the_server(central, kiosk, ledger, venue):
    venues.configure(ledger, venue.id, VenueConfigured(name="Mill house", time_zone="Asia/Tokyo", pouches=30))
    venues.configure(ledger, venue.id, VenueConfigured(reach="+81 3 5555 0123"))

    assert feed_entries(kiosk) == [("venue.configured", str(venue.id))] * 2
    configured = plans.configuration(central.store, venue.id)
    assert (configured.name, configured.pouches, configured.lockers, configured.reach) == (
        "Mill house",
        30,
        None,
        "+81 3 5555 0123",
    )
    assert naming.find_venue(
        kiosk_repository.venues(central.store, central.scope), "Mill house"
    ) == kiosk_repository.Venue(venue.id, "Mill house", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (VenueConfigured(), "nothing to change"),
        (VenueConfigured(time_zone="Mars/Base"), "no time zone"),
        (VenueConfigured(time_zone="../etc/passwd"), "time_zone"),
        (VenueConfigured(pouches=1000), "pouches"),
        (VenueConfigured(lockers=-1), "lockers"),
        (VenueConfigured(reach="0" * 81), "reach"),
        (VenueConfigured(name="Library East"), "another venue"),
    ],
)
def test_an_impossible_configuration_is_refused(central, ledger, venue, changes, why):
    central.code("Library East")

    with pytest.raises(UserError, match=why):
        venues.configure(ledger, venue.id, changes)

    assert ledger.waiting().last == 0


def test_a_kiosk_renames_no_venue(central, kiosk, venue):
    kiosk.write(venue.id, VenueConfigured(name="Mine", time_zone="Asia/Tokyo"))
    kiosk.push()

    assert naming.find_venue(kiosk_repository.venues(central.store, central.scope), "Mill café") == venue


def test_a_kiosk_can_not_state_the_servers_facts(central, kiosk, ledger, venue, planned):
    sibling = central.kiosk()
    session = planning_service.plan(ledger, venue.id, planned)
    kiosk.write(venue.id, VenueConfigured(pouches=1))
    kiosk.write(session, SessionCancelled())
    kiosk.write(uuid4(), planned)

    answer = kiosk.push().json()

    assert (answer["acknowledged"], answer["quarantined"]) == (3, 3)
    assert feed_entries(sibling) == [("session.planned", str(session))]
    assert not ledger.session(session, venue.id).cancelled
    page = requests.get(f"{central.url}/v1/feed", headers=sibling.headers, timeout=60).json()
    assert page["server"] == [str(ledger.waiting().journal)]
    assert "is for the server alone to say" in missing.sentences(missing.missing(central.store, central.inventory))[0]
