"""Which server this kiosk belongs to, and how it came to."""

import secrets
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from sync.client.api import Api, Refused, TryLater
from sync.folder import Mistake
from sync.ledger import holding
from sync.ledger.ledger import JSON, Ledger
from sync.protocol import Enrolled, Place

KEY = "enrolment"
DEVICE = "device"


class Enrolment(msgspec.Struct, frozen=True):
    """What is kept of the server's answer; never travels, never printed."""

    server: str
    kiosk: UUID
    organisation: UUID
    venue: Place
    zone: Place
    time_zone: str
    token: str


def load(ledger: Ledger) -> Enrolment | None:
    """The enrolment of this data folder; None while the kiosk stands alone."""
    return read(ledger.recall(KEY))


def read(kept: JSON) -> Enrolment | None:
    """The same of what was remembered under KEY."""
    return msgspec.convert(kept, Enrolment) if kept else None


def enrol(ledger: Ledger, server: str, code: str) -> Enrolment:
    """Pair with a server, and go on in a new journal so that everything it has not heard of arrives there.

    Raises Mistake with what to do when the address or the code is wrong or the server is out of reach.
    """
    before = load(ledger)
    known = before.token if before and before.server == _address(server) else None  # a token goes where it came from
    answer = _ask(_address(server), code, _device(ledger), known)
    same = before is not None and before.organisation == answer.organisation
    enrolment = Enrolment(
        server=_address(server),
        kiosk=answer.kiosk,
        organisation=answer.organisation,
        venue=answer.venue,
        zone=answer.zone,
        time_zone=answer.time_zone,
        token=answer.token,
    )
    carry_after = ledger.waiting().acknowledged if same else None
    kept = {KEY: msgspec.to_builtins(enrolment), holding.KEY: holding.kept(answer.share)}
    ledger.start_journal(carry_after, kept)
    return enrolment


def renew(ledger: Ledger, token: str) -> None:
    """The server has given another token: keep it, durably, before it is used. Raises StorageTrouble."""
    kept = ledger.recall(KEY)
    ledger.remember(KEY, kept | {"token": token})


def _device(ledger: Ledger) -> str:
    """A secret of this data folder, kept before it is told: if the answer is lost, the next pairing has its share."""
    if ledger.recall(DEVICE) is None:
        ledger.remember(DEVICE, secrets.token_hex(16))
    return str(ledger.recall(DEVICE))


def _address(server: str) -> str:
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Mistake(f"{server!r} is not a server's address: it looks like https://hearth.example.org")
    return server.rstrip("/")


def _ask(server: str, code: str, device: str, token: str | None) -> Enrolled:
    api = Api(server, token)
    try:
        return api.enrol(code, device)
    except Refused as error:
        raise Mistake(f"the server did not take the code ({error}): make a new one with hearth-server pair") from error
    except TryLater as error:
        raise Mistake(f"{error}: check the address and the network, then try again") from error
    finally:
        api.close()
