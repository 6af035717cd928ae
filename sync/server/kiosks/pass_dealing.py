"""Deals each kiosk some signed passes, so that it can issue them offline; a stolen kiosk can issue no others."""

import logging
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select

from sync import pass_tokens
from sync.domain.events import PassRevoked
from sync.domain.ids import pass_subject
from sync.errors import UserError
from sync.ledger import tables as ledger_tables
from sync.ledger.chunks import chunks
from sync.ledger.ledger import Ledger
from sync.pass_tokens import GenuinePass
from sync.protocol import PassDeal, PassReport
from sync.server import tables
from sync.server.pass_keys import PassKeyring, PassKeys

STOCK = 20  # unused passes that a kiosk has at most
FEW = 10  # with fewer it is dealt more
DAY_MS = 24 * 60 * 60 * 1000
MOST_A_DAY = 400  # that one kiosk is dealt: what a copy of its token could collect
FACTS = 500  # in one transaction

_dealt, _pass = tables.dealt_pass.c, ledger_tables.pass_state.c
log = logging.getLogger(__name__)


def read_keys(keyring: PassKeyring) -> PassKeys | None:
    """The keys; None where there are none, or the file can't be read: kiosks go on with what they have."""
    try:
        return keyring.read()
    except UserError as error:
        log.error("no passes are dealt: %s", error)
        return None


def deal(connection: Connection, kiosk: UUID, report: PassReport, keys: PassKeys, now: int) -> PassDeal | None:
    """What the kiosk lacks: keys that it does not know, and passes; None: nothing. ``now``: ms since 1970 UTC."""
    count = _count_to_deal(connection, kiosk, report, keys, now)
    if not count and report.fingerprint == keys.fingerprint:
        return None
    passes = [pass_tokens.new_pass(keys.seed) for _ in range(count)] if keys.seed else []
    rows = [{"id": pass_id(text, keys), "kiosk": kiosk, "dealt_at": now} for text in passes]
    if rows:
        connection.execute(insert(tables.dealt_pass), rows)
    return PassDeal(keys.fingerprint, keys.hash_key.hex(), [public.hex() for public in keys.public_keys], passes)


def pass_id(text: str, keys: PassKeys) -> UUID | None:
    """The subject of facts about the pass with this text; None: it is none of this organisation's."""
    checked = pass_tokens.check(text, keys.by_id)
    if not isinstance(checked, GenuinePass):
        return None
    return pass_subject(pass_tokens.pass_hash(keys.hash_key, checked.id))


def _count_to_deal(connection: Connection, kiosk: UUID, report: PassReport, keys: PassKeys, now: int) -> int:
    if keys.seed is None or report.unused >= FEW:
        return 0
    query = select(func.count()).where(_dealt.kiosk == kiosk, _dealt.dealt_at > now - DAY_MS)
    dealt_today = connection.execute(query).scalar_one()
    return max(0, min(STOCK - report.unused, MOST_A_DAY - dealt_today))


def revoke_unused(ledger: Ledger, connection: Connection, kiosk: UUID, venue: UUID) -> int:
    """Revoke what a kiosk was dealt and has not reported as issued; returns how many passes that are.

    The facts are in its venue's feed; sync/server/passes/spreading.py states them at the other venues.
    """
    issued = select(_pass.id).where(_pass.id == _dealt.id, _pass.issued | _pass.revoked | _pass.forgotten)
    unused = select(_dealt.id).where(_dealt.kiosk == kiosk, ~issued.exists())
    ids = list(connection.execute(unused).scalars())
    for some in chunks(ids, FACTS):
        ledger.record_within(connection, *((id, PassRevoked()) for id in some), stream=venue)
    connection.execute(delete(tables.dealt_pass).where(_dealt.kiosk == kiosk))
    return len(ids)
