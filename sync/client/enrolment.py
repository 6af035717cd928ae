"""Pairs this kiosk with a server, and stores the enrolment."""

import secrets
from uuid import UUID

import msgspec
from msgspec import structs

from sync.allocation import kiosk_side
from sync.client import copies, device_identity, entry_fields, resend
from sync.client.api import Api, Refused, TryLater
from sync.client.device_identity import Sources
from sync.errors import UserError
from sync.ledger import slip_formats
from sync.ledger.ledger import JSON, Ledger
from sync.protocol import Enrolled, PlaceRef
from sync.urls import is_http_url

KEY = "enrolment"
DEVICE = "device"
FORMER_TOKENS = 4  # as many as a year has, at one in ninety days


class CodeNotTaken(UserError):
    """The pairing code is wrong, used or expired."""


class Enrolment(msgspec.Struct, frozen=True):
    """What is stored of the server's answer; it is never sent or printed."""

    server: str
    kiosk: UUID
    organisation: UUID
    venue: PlaceRef
    zone: PlaceRef
    time_zone: str
    token: str
    former: tuple[str, ...] = ()  # earlier tokens, the newest first: a restored server may know one of them


def load(ledger: Ledger) -> Enrolment | None:
    """The enrolment of this data folder; None without a server."""
    return read(ledger.recall(KEY))


def read(value: JSON) -> Enrolment | None:
    """The same from the value remembered under KEY."""
    return msgspec.convert(value, Enrolment) if value else None


def enrol(ledger: Ledger, server: str, code: str, *, sources: Sources = device_identity.read_sources) -> Enrolment:
    """Pair with a server, and start a new journal with everything that it has not acknowledged.

    Raises UserError with what to do when the address or the code is wrong or the server is out of reach.
    """
    before = load(ledger)
    is_copy = copies.is_copy(ledger)
    token = before.token if before and before.server == _address(server) and not is_copy else None
    device = device_identity.identify(ledger, sources)
    answer = _ask(Api(_address(server), token), device, code, _secret(ledger))  # a token is sent only to its own server
    is_same_server = before is not None and before.organisation == answer.organisation
    is_same_kiosk = before is not None and before.kiosk == answer.kiosk
    enrolment = Enrolment(
        server=_address(server),
        kiosk=answer.kiosk,
        organisation=answer.organisation,
        venue=answer.venue,
        zone=answer.zone,
        time_zone=answer.time_zone,
        token=answer.token,
        former=_former(before) if before and is_same_kiosk else (),
    )
    carry_after = ledger.waiting().acknowledged if is_same_server else None
    grant = copies.first_grant(ledger, answer.share) if is_copy or answer.copied else answer.share
    values = {
        KEY: msgspec.to_builtins(enrolment),
        kiosk_side.KEY: kiosk_side.stored_share(
            grant, answer.ahead, {} if before else kiosk_side.claimed_series(ledger)
        ),
        slip_formats.KEY: slip_formats.stored_value(answer.slips),
        entry_fields.KEY: entry_fields.stored(answer.entry_fields),
    }
    ledger.start_journal(carry_after, values | copies.cleared() | (resend.request() if is_same_server else {}))
    return enrolment


def renew(ledger: Ledger, token: str) -> None:
    """Store another token from the server, before it is used. Raises StorageError."""
    if (before := load(ledger)) and before.token != token:
        renewed = structs.replace(before, token=token, former=_former(before))
        ledger.remember(KEY, msgspec.to_builtins(renewed))


def return_to(ledger: Ledger, token: str) -> None:
    """Use a former token again: a restored server knows none that came after it. Raises StorageError."""
    if before := load(ledger):
        others = tuple(former for former in _former(before) if former != token)
        ledger.remember(KEY, msgspec.to_builtins(structs.replace(before, token=token, former=others)))


def _former(enrolment: Enrolment) -> tuple[str, ...]:
    return (enrolment.token, *enrolment.former)[:FORMER_TOKENS]


def _secret(ledger: Ledger) -> str:
    """A secret of this data folder, stored before it is sent: after a lost answer the next pairing gets its share."""
    if ledger.recall(DEVICE) is None:
        ledger.remember(DEVICE, secrets.token_hex(16))
    return str(ledger.recall(DEVICE))


def _address(server: str) -> str:
    if not is_http_url(server):
        raise UserError(f"{server!r} is not a server's address: it looks like https://hearth.example.org")
    return server.rstrip("/")


def _ask(api: Api, device: str, code: str, secret: str) -> Enrolled:
    api.identify(device)
    try:
        return api.enrol(code, secret)
    except Refused as error:
        raise CodeNotTaken(
            f"the server did not take the code ({error}): make a new one with hearth-server pair"
        ) from error
    except TryLater as error:
        raise UserError(f"{error}: check the address and the network, then try again") from error
    finally:
        api.close()
