"""Pairs kiosks: a code for a venue and zone, valid once and for a day, is exchanged for a kiosk's identity."""

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid4

from msgspec import structs
from sqlalchemy import Connection, insert, select, update

from sync.allocation.model import Grant
from sync.domain.events import OPTIONAL_FIELDS
from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store
from sync.names import tidy
from sync.protocol import Enrolled, PlaceRef
from sync.server import tables
from sync.server.auth.tokens import digest, new_token
from sync.server.kiosks import allocation, dealt_sessions, device_identity, lookup, slip_formats, token_rotation
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.kiosks.repository import Kiosk, Venue, Zone
from sync.server.organisation import secret_in
from sync.server.web.i18n import later, say

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L, which are easily confused
CODE_LENGTH = 8  # 31^8: guessing at 20 a minute takes 80,000 years on average
CODE_LIFE_MS = 24 * 60 * 60 * 1000
FIRST_ZONE = "Main room"
MAX_NAME = 80
PURPOSE = b"pairing codes"
NAME_RULES = {
    "venue": later("a venue's name has 1 to {count} letters that can be printed"),
    "zone": later("a zone's name has 1 to {count} letters that can be printed"),
    "session": later("a session's name has 1 to {count} letters that can be printed"),
    "calendar": later("a calendar's name has 1 to {count} letters that can be printed"),
}

T = TypeVar("T")


class BadName(ValueError):
    """The name of a venue or zone is empty, too long or not printable."""


class CodeRefused(Exception):
    """The code is wrong, used or expired; the text says which."""


@dataclass(frozen=True)
class Pairing:
    """A new code, with the venue and zone that it pairs a kiosk with."""

    code: str
    venue: str
    zone: str
    time_zone: str
    is_new: bool = False  # the venue was made with it
    is_new_zone: bool = False
    near: tuple[str, ...] = ()  # of a new venue: others with a name like it


def make_code(
    store: Store, venue_name: str, zone_name: str | None, time_zone: str, now: int, *, must_be_new: bool = False
) -> Pairing:
    """Make a code for a kiosk at this venue and zone (None: its first zone). Makes both where they do not exist.

    ``time_zone`` is for a new venue. ``must_be_new``: make a venue although another's name differs in case alone.
    ``now``: ms since 1970 UTC. Raises BadName, lookup.Ambiguous, UserError, StorageError.
    """
    venue_name = clean_name(venue_name, "venue")
    zone_name = None if zone_name is None else clean_name(zone_name, "zone")
    code = _new_code()
    with store.writing() as connection:
        venues = kiosk_repository.all_venues(connection)
        existing = None if must_be_new else find_or_none("venue", venues, lambda venue: venue.name, venue_name)
        if must_be_new and any(venue.name == venue_name for venue in venues):
            raise UserError(f"a venue is called “{venue_name}” already; leave --new away to pair with it")
        is_new = existing is None
        venue = existing or _make_venue(connection, venue_name, time_zone, now)
        zone, is_new_zone = _find_or_make_zone(connection, venue.id, zone_name, now)
        _insert_code(connection, code, venue.id, zone.id, now)
    near = tuple(lookup.near([venue.name for venue in venues], venue_name)) if is_new else ()
    return Pairing(code, venue.name, zone.name, venue.time_zone, is_new, is_new_zone and not is_new, near)


def make_code_for_zone(store: Store, venue: UUID, zone: UUID, now: int) -> tuple[UUID, str]:
    """Make a code for a kiosk in this zone; returns its id, and the code. ``now``: ms since 1970 UTC.

    Raises UserError where the zone is not at the venue, StorageError.
    """
    code = _new_code()
    with store.writing() as connection:
        if all(candidate.id != zone for candidate in kiosk_repository.zones_in(connection, venue)):
            raise UserError(say("this zone is not at this venue any more"))
        return _insert_code(connection, code, venue, zone, now), code


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _insert_code(connection: Connection, code: str, venue: UUID, zone: UUID, now: int) -> UUID:
    code_id, hashed = uuid4(), code_hash(secret_in(connection), code)
    values = {"id": code_id, "venue": venue, "zone": zone, "expires_at": now + CODE_LIFE_MS}
    connection.execute(insert(tables.pairing_code).values(code_hash=hashed, **values))
    return code_id


def clean_name(name: str, of: str) -> str:
    """A name in the form in which it is stored; ``of``: what it names, a key of NAME_RULES. Raises BadName."""
    name = tidy(name)
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise BadName(say(NAME_RULES[of], count=MAX_NAME))
    return name


def find_or_none(of: str, items: Sequence[T], name: Callable[[T], str], typed: str) -> T | None:
    """As lookup.find, but None where nothing has this name. Raises lookup.Ambiguous."""
    try:
        return lookup.find(of, items, name, typed)
    except lookup.Ambiguous:
        raise
    except lookup.NotFound:
        return None


def _make_venue(connection: Connection, name: str, time_zone: str, now: int) -> Venue:
    venue = Venue(uuid7(now), name, time_zone)
    connection.execute(insert(tables.venue).values(id=venue.id, name=name, time_zone=time_zone))
    return venue


def _find_or_make_zone(connection: Connection, venue: UUID, name: str | None, now: int) -> tuple[Zone, bool]:
    """The zone, and whether it was made."""
    zones = sorted(kiosk_repository.zones_in(connection, venue), key=lambda zone: zone.id)
    existing = next(iter(zones), None) if name is None else find_or_none("zone", zones, lambda zone: zone.name, name)
    if existing is not None:
        return existing, False
    zone = Zone(uuid7(now), name or FIRST_ZONE)
    connection.execute(insert(tables.zone).values(id=zone.id, venue=venue, name=zone.name))
    return zone, True


def enrol(
    ledger: Ledger,
    code: str,
    now: int,
    old_token: str | None = None,
    secret: str | None = None,
    *,
    device: str | None = None,
    reads: list[str] | None = None,
) -> Enrolled:
    """Exchange a code for a kiosk's identity, in one transaction: of two concurrent uses of a code, one succeeds.

    ``old_token``: of an earlier pairing of this kiosk. At the same venue it stays that kiosk, with a new token; at
    another venue it becomes a new kiosk and the old one is ended, so that no report waits for it.
    ``secret``: sent by the same kiosk at each pairing, even after an answer that was lost; ``reads``: the formats of
    slips that it reads.
    ``device``: a keyed hash of the device. Where another device serves as the kiosk of that token or secret, the data
    folder was copied or moved: this becomes a separate kiosk, and the other one is unchanged.
    ``now``: ms since 1970 UTC. Raises CodeRefused, StorageError.
    """
    former = kiosk_repository.kiosk_of_token(ledger.store, old_token) if old_token else None
    with ledger.store.writing() as connection:
        venue, zone = _use_code(connection, code_hash(secret_in(connection), code), now)
        is_copy = former is not None and None not in (former.device, device) and former.device != device
        if former and old_token and not former.is_revoked and not is_copy:
            if former.venue.id == venue:
                return _enrol_again(connection, former, old_token, zone, now, device=device, reads=reads)
            kiosk_service.end_pairing(ledger, connection, former.id, former.venue.id, now)
        kiosk, token = uuid7(now), new_token()
        device_hash = _device_hash(connection, secret, device)
        identity = {"id": kiosk, "venue": venue, "zone": zone, "token_hash": digest(token), "enrolled_at": now}
        details = {"device_hash": device_hash, "reads": slip_formats.stored(reads)}
        connection.execute(insert(tables.kiosk).values(**identity, **details))
        if device:
            device_identity.paired(connection, device)
            device_identity.take_over(connection, kiosk, venue, device)
        share = allocation.begin_share(connection, kiosk, venue, device_hash)
        enrolled = _enrolled(connection, kiosk, token, share, reads)
        return structs.replace(enrolled, copied=former is not None and not former.is_revoked and is_copy)


def _enrol_again(
    connection: Connection,
    kiosk: Kiosk,
    old_token: str,
    zone: UUID,
    now: int,
    *,
    device: str | None,
    reads: list[str] | None,
) -> Enrolled:
    """Pair a kiosk again with its own venue: it keeps its identity."""
    values = {"zone": zone, "reads": slip_formats.stored(reads)}
    connection.execute(update(tables.kiosk).where(tables.kiosk.c.id == kiosk.id).values(values))
    token = token_rotation.renew(connection, kiosk.id, old_token, now)
    if device and kiosk.device is None:
        device_identity.take_over(connection, kiosk.id, kiosk.venue.id, device)
    share = allocation.begin_share(connection, kiosk.id, kiosk.venue.id)
    return _enrolled(connection, kiosk.id, token, share, reads)


def _device_hash(connection: Connection, secret: str | None, device: str | None) -> str | None:
    """The hash of a kiosk's secret. A data folder is copied with its secret: then the device's name is added to it."""
    if secret is None:
        return None
    kiosk = tables.kiosk.c
    others = select(kiosk.id).where(kiosk.device_hash == digest(secret), kiosk.device != device)
    is_copied = device is not None and connection.execute(others.limit(1)).first() is not None
    return digest(f"{secret} {device}" if is_copied else secret)


def code_hash(secret: str, code: str) -> str:
    """The stored form of a code, however it was typed: an HMAC, since all codes could be tried in a minute.

    The HMAC is of the SHA-256 that earlier releases stored, so that their codes stay valid (migration r0008).
    """
    key = hmac.digest(bytes.fromhex(secret), PURPOSE, "sha256")
    return hmac.digest(key, digest("".join(code.split()).replace("-", "").upper()).encode(), "sha256").hex()


def find_code(store: Store, code: str) -> UUID | None:
    """The id of this code, used or not; None: it does not exist."""
    table = tables.pairing_code
    with store.reading() as connection:
        query = select(table.c.id).where(table.c.code_hash == code_hash(secret_in(connection), code))
        code_id: UUID | None = connection.execute(query).scalar()
        return code_id


def _use_code(connection: Connection, hashed: str, now: int) -> tuple[UUID, UUID]:
    """Mark a code as used; returns its venue and zone. Raises CodeRefused."""
    table = tables.pairing_code
    row = connection.execute(select(table).where(table.c.code_hash == hashed)).one_or_none()
    if row is None:
        raise CodeRefused("This code is wrong. Check it against what `hearth-server pair` printed.")
    if row.used_at is not None:
        raise CodeRefused("This code is already used. Make another with `hearth-server pair`.")
    if row.expires_at <= now:
        raise CodeRefused("This code has expired. Make another with `hearth-server pair`.")
    connection.execute(update(table).where(table.c.code_hash == hashed).values(used_at=now))
    return row.venue, row.zone


def _enrolled(connection: Connection, kiosk: UUID, token: str, share: Grant, reads: list[str] | None) -> Enrolled:
    venue, zone = tables.venue.c, tables.zone.c
    query = select(venue.id, venue.name, venue.time_zone, zone.id.label("zone"), zone.name.label("zone_name"))
    query = query.join_from(tables.kiosk, tables.venue).join(tables.zone, zone.id == tables.kiosk.c.zone)
    row = connection.execute(query.where(tables.kiosk.c.id == kiosk)).one()
    return Enrolled(
        kiosk=kiosk,
        organisation=connection.execute(select(tables.organisation.c.id)).scalar_one(),
        venue=PlaceRef(row.id, row.name),
        zone=PlaceRef(row.zone, row.zone_name),
        time_zone=row.time_zone,
        token=token,
        share=share,
        slips=slip_formats.answer(connection, row.id, reads),
        entry_fields=list(OPTIONAL_FIELDS),
        ahead=list(dealt_sessions.AHEAD),
    )
