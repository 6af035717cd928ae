"""How a kiosk becomes ours: a short code for its venue and zone, made here, typed there, good once and for a day."""

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid4

from msgspec import structs
from sqlalchemy import Connection, insert, select, update

from sync.domain.events import OPTIONAL_FIELDS
from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.ledger.store import Store
from sync.names import tidy
from sync.protocol import Enrolled, Grant, PlaceRef
from sync.server import tables
from sync.server.auth.tokens import digest, new_token
from sync.server.kiosks import (
    allocation,
    device_identity,
    lookup,
    slip_formats,
    token_rotation,
)
from sync.server.kiosks import (
    repository as kiosk_repository,
)
from sync.server.kiosks.repository import Venue
from sync.server.organisation import secret_in

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L, that a tired eye confuses
CODE_LENGTH = 8  # 31^8: guessing at 20 a minute takes 80,000 years on average
CODE_LIFE_MS = 24 * 60 * 60 * 1000
FIRST_ZONE = "Main room"
MAX_NAME = 80
PURPOSE = b"pairing codes"

T = TypeVar("T")


class BadName(ValueError):
    """Not a name for a venue or a zone."""


class CodeRefused(Exception):
    """The code pairs nothing; the text says why, for the host who typed it."""


@dataclass(frozen=True)
class Pairing:
    """A code, and the place a kiosk will have when it uses it."""

    code: str
    venue: str
    zone: str
    time_zone: str
    is_new: bool = False  # the venue was made with it
    is_new_zone: bool = False
    near: tuple[str, ...] = ()  # of a new venue: others with a name like it


def make_code(
    store: Store, venue: str, zone: str | None, time_zone: str, now: int, *, must_be_new: bool = False
) -> Pairing:
    """A new code for a kiosk at this venue and zone (None: its first zone). Makes both where no such name is there.

    ``time_zone`` is for a new venue. ``must_be_new``: make a venue although another's name differs in capitals alone.
    Raises BadName, lookup.Ambiguous, UserError, StorageTrouble.
    """
    venue, zone = clean_name(venue, "venue"), None if zone is None else clean_name(zone, "zone")
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    with store.writing() as connection:
        known = kiosk_repository.venues_in(connection)
        place = None if must_be_new else find_or_none("venue", known, lambda one: one.name, venue)
        if must_be_new and any(one.name == venue for one in known):
            raise UserError(f"a venue is called “{venue}” already; leave --new away to pair with it")
        is_new = place is None
        place = place or _make_venue(connection, venue, time_zone, now)
        zone_id, zone, is_new_zone = _zone(connection, place.id, zone, now)
        values = {"venue": place.id, "zone": zone_id, "expires_at": now + CODE_LIFE_MS}
        hashed = code_hash(secret_in(connection), code)
        connection.execute(insert(tables.pairing_code).values(id=uuid4(), code_hash=hashed, **values))
    close = tuple(lookup.near([one.name for one in known], venue)) if is_new else ()
    return Pairing(code, place.name, zone, place.time_zone, is_new, is_new_zone and not is_new, close)


def clean_name(name: str, of: str) -> str:
    """A name as it is kept, however it was typed. Raises BadName."""
    name = tidy(name)
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise BadName(f"a {of}'s name has 1 to {MAX_NAME} letters that can be printed")
    return name


def find_or_none(of: str, items: Sequence[T], name: Callable[[T], str], typed: str) -> T | None:
    """The one that was meant; None where no name is like it. Raises lookup.Ambiguous."""
    try:
        return lookup.find(of, items, name, typed)
    except lookup.Ambiguous:
        raise
    except lookup.NotFound:
        return None


def _make_venue(connection: Connection, name: str, time_zone: str, now: int) -> Venue:
    made = Venue(uuid7(now), name, time_zone)
    connection.execute(insert(tables.venue).values(id=made.id, name=name, time_zone=time_zone))
    return made


def _zone(connection: Connection, venue: UUID, name: str | None, now: int) -> tuple[UUID, str, bool]:
    known = sorted(kiosk_repository.zones_in(connection, venue), key=lambda zone: zone.id)
    zone = next(iter(known), None) if name is None else find_or_none("zone", known, lambda one: one.name, name)
    if zone is not None:
        return zone.id, zone.name, False
    made, name = uuid7(now), name or FIRST_ZONE
    connection.execute(insert(tables.zone).values(id=made, venue=venue, name=name))
    return made, name, True


def enrol(
    store: Store,
    code: str,
    now: int,
    old_token: str | None = None,
    secret: str | None = None,
    *,
    device: str | None = None,
    reads: list[str] | None = None,
) -> Enrolled:
    """Turn a code into a kiosk, in one transaction: of two that try the same code, one wins. Raises CodeRefused.

    Whoever has a kiosk's ``old_token`` is that kiosk: at the same venue it stays it, with another token; at another
    venue it becomes a new one, and the old one is ended, so that nobody waits for its reports.
    ``secret``: sent by the same kiosk at each pairing, even after an answer that was lost; ``reads``: the formats of
    slips that it reads.
    ``device``: a keyed hash of the device. Where another one serves as the kiosk of that token or secret, the data
    folder was copied or has moved: this becomes a kiosk of its own, and the other one loses nothing.
    """
    before = kiosk_repository.kiosk_with(store, old_token) if old_token else None
    with store.writing() as connection:
        venue, zone = _use(connection, code_hash(secret_in(connection), code), now)
        is_apart = before is not None and None not in (before.device, device) and before.device != device
        if before and old_token and not before.is_revoked and not is_apart:
            if before.venue.id == venue:
                values = {"zone": zone, "reads": slip_formats.stored(reads)}
                connection.execute(update(tables.kiosk).where(tables.kiosk.c.id == before.id).values(values))
                token = token_rotation.renew(connection, before.id, old_token, now)
                if device and before.device is None:
                    device_identity.take_over(connection, before.id, venue, device)
                return _enrolled(
                    connection, before.id, token, allocation.begin_share(connection, before.id, venue), reads
                )
            kiosk_repository.end(connection, before.id, now)
        kiosk, token = uuid7(now), new_token()
        device_hash = _device_hash(connection, secret, device)
        identity = {"id": kiosk, "venue": venue, "zone": zone, "token_hash": digest(token), "enrolled_at": now}
        told = {"device_hash": device_hash, "reads": slip_formats.stored(reads)}
        connection.execute(insert(tables.kiosk).values(**identity, **told))
        if device:
            device_identity.paired(connection, device)
            device_identity.take_over(connection, kiosk, venue, device)
        enrolled = _enrolled(
            connection, kiosk, token, allocation.begin_share(connection, kiosk, venue, device_hash), reads
        )
        return structs.replace(enrolled, copied=before is not None and not before.is_revoked and is_apart)


def _device_hash(connection: Connection, secret: str | None, device: str | None) -> str | None:
    """What is kept of a kiosk's secret. With a data folder it was copied too: then each device has its own."""
    if secret is None:
        return None
    kiosk = tables.kiosk.c
    others = select(kiosk.id).where(kiosk.device_hash == digest(secret), kiosk.device != device)
    is_copied = device is not None and connection.execute(others.limit(1)).first() is not None
    return digest(f"{secret} {device}" if is_copied else secret)


def code_hash(secret: str, code: str) -> str:
    """How a code is stored, however loosely it was typed: an HMAC, since all codes could be tried in a minute.

    Of its SHA-256, which is what earlier releases stored: so their codes stayed good (migration r0008).
    """
    key = hmac.digest(bytes.fromhex(secret), PURPOSE, "sha256")
    return hmac.digest(key, digest("".join(code.split()).replace("-", "").upper()).encode(), "sha256").hex()


def find_code(store: Store, code: str) -> UUID | None:
    """The id of the code that was typed."""
    table = tables.pairing_code
    with store.reading() as connection:
        mine = table.c.code_hash == code_hash(secret_in(connection), code)
        found: UUID | None = connection.execute(select(table.c.id).where(mine)).scalar()
        return found


def _use(connection: Connection, hashed: str, now: int) -> tuple[UUID, UUID]:
    table = tables.pairing_code
    found = connection.execute(select(table).where(table.c.code_hash == hashed)).one_or_none()
    if found is None:
        raise CodeRefused("This code is wrong. Check it against what `hearth-server pair` printed.")
    if found.used_at is not None:
        raise CodeRefused("This code is already used. Make another with `hearth-server pair`.")
    if found.expires_at <= now:
        raise CodeRefused("This code has expired. Make another with `hearth-server pair`.")
    connection.execute(update(table).where(table.c.code_hash == hashed).values(used_at=now))
    return found.venue, found.zone


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
    )
