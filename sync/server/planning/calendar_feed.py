"""Publishes what is planned at a venue as an iCalendar feed (RFC 5545), at an address with a secret token."""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

from icalendar import Calendar, Event, Timezone
from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select

from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store
from sync.server import tables
from sync.server.auth.scope import Scope
from sync.server.auth.tokens import digest
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Venue
from sync.server.organisation import read_organisation
from sync.server.planning import week
from sync.server.planning.calendar_import import PUBLISHED_HOST
from sync.server.planning.service import check_permission
from sync.server.planning.week import PlannedItem

DAY_MS = 24 * 60 * 60 * 1000
BEHIND_MS, AHEAD_MS = 28 * DAY_MS, 180 * DAY_MS  # what is published
OPEN_MS = 60 * 60 * 1000  # how long a session lasts of which no end is known
REFRESH = "PT1H"

_published = tables.published_calendar.c


class PublishedCalendar(Struct, frozen=True):
    """The published calendar of a venue; ``made_at``: ms since 1970 UTC."""

    id: UUID
    venue: UUID
    made_at: int


def publish(ledger: Ledger, scope: Scope, venue: Venue) -> str:
    """The token of the venue's published calendar, which is made if there is none. Raises UserError, StorageError.

    It follows from the calendar's id and the organisation's secret, so that it can be shown again and is in no table.
    """
    check_permission(scope, venue)
    secret, now = read_organisation(ledger.store).secret, ledger.clock.read().at
    with ledger.store.writing() as connection:
        published = find(connection, venue.id)
        if published is None:
            published = PublishedCalendar(uuid7(now), venue.id, now)
            token_hash = digest(token_of(published.id, secret))
            values = {"id": published.id, "venue": venue.id, "token_hash": token_hash, "made_at": now}
            connection.execute(insert(tables.published_calendar).values(**values))
    return token_of(published.id, secret)


def unpublish(ledger: Ledger, scope: Scope, venue: Venue) -> None:
    """End the address; the next one is another. Raises UserError where there is none, StorageError."""
    check_permission(scope, venue)
    with ledger.store.writing() as connection:
        if find(connection, venue.id) is None:
            raise UserError(f"the plans of {venue.name} are not published")
        connection.execute(delete(tables.published_calendar).where(_published.venue == venue.id))


def find(connection: Connection, venue: UUID) -> PublishedCalendar | None:
    """The venue's published calendar."""
    query = select(_published.id, _published.venue, _published.made_at).where(_published.venue == venue)
    row = connection.execute(query).one_or_none()
    return None if row is None else PublishedCalendar(*row)


def token_of(published: UUID, secret: str) -> str:
    """The token in the address; ``secret``: the organisation's, in hex."""
    mac = hmac.new(bytes.fromhex(secret), b"published calendar " + published.bytes, hashlib.sha256)
    return base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def address(url: str, token: str) -> str:
    """Where the calendar is published; ``url``: the server's, without a trailing slash."""
    return f"{url}/calendar/{token}.ics"


def token_in(url: str) -> str:
    """The token in the address of a published calendar, on whatever server; empty: it is another address."""
    match = re.search(r"/calendar/([A-Za-z0-9_-]+)\.ics\Z", urlsplit(url).path)
    return "" if match is None else match[1]


def venue_of(store: Store, token: str) -> UUID | None:
    """The venue whose published calendar has this token."""
    with store.reading() as connection:
        query = select(_published.venue).where(_published.token_hash == digest(token))
        venue: UUID | None = connection.execute(query).scalar()
        return venue


def feed(store: Store, scope: Scope, venue_id: UUID, now: int) -> bytes | None:
    """The calendar of a venue in the scope, from some weeks ago to some months ahead; ``now``: ms since 1970 UTC."""
    with store.reading() as connection:
        venue = next((venue for venue in kiosk_repository.venues_in(connection, scope) if venue.id == venue_id), None)
        if venue is None:
            return None
        zones = {str(zone.id): zone.name for zone in kiosk_repository.zones_in(connection, venue.id)}
        items = week.read_items(connection, venue, now - BEHIND_MS, now + AHEAD_MS, now)
    return to_ical(venue, [item for item in items if not item.is_practice], zones, now)


def to_ical(venue: Venue, items: list[PlannedItem], zones: dict[str, str], now: int) -> bytes:
    """The sessions as a calendar; ``zones``: their names by id."""
    calendar = Calendar()
    calendar.add("prodid", "-//Hearth//Plans//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", venue.name)
    calendar.add("x-wr-timezone", venue.time_zone)
    calendar.add("x-published-ttl", REFRESH)
    first, last = _local(now - BEHIND_MS, venue), _local(now + AHEAD_MS + DAY_MS, venue)
    calendar.add_component(Timezone.from_tzinfo(venue.clock_zone, venue.time_zone, first.date(), last.date()))
    for item in items:
        calendar.add_component(_event(venue, item, zones.get(item.zone, ""), now))
    content: bytes = calendar.to_ical()
    return content


def _event(venue: Venue, item: PlannedItem, zone: str, now: int) -> Event:
    event = Event()
    event.add("uid", f"{item.id}@{PUBLISHED_HOST}")
    event.add("dtstamp", datetime.fromtimestamp(now // 1000, UTC))
    event.add("dtstart", _local(item.start, venue))
    event.add("dtend", _local(max(item.end or item.start + OPEN_MS, item.start + 60_000), venue))
    event.add("summary", item.title)
    event.add("location", f"{venue.name}, {zone}" if zone else venue.name)
    event.add("categories", [item.session_kind])
    is_cancelled = item.state in ("cancelled", "left_out")
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    return event


def _local(at: int, venue: Venue) -> datetime:
    return datetime.fromtimestamp(at // 1000, venue.clock_zone)
