"""The use cases of passes: revoke one, and revoke what a kiosk has not issued."""

from uuid import UUID

from sync.domain.events import PassRevoked
from sync.errors import UserError
from sync.ledger.ledger import Ledger
from sync.pass_tokens import PREFIX
from sync.server.auth.scope import Permission, Scope
from sync.server.kiosks import pass_dealing
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Kiosk
from sync.server.pass_keys import PassKeys
from sync.server.passes import spreading


def revoke(ledger: Ledger, scope: Scope, pass_id: UUID) -> None:
    """Revoke a pass at every venue; repeating it is harmless. Raises UserError, StorageError."""
    venues = [
        venue for venue in kiosk_repository.venues(ledger.store, scope) if scope.allows(Permission.MANAGE, venue.id)
    ]
    if not venues:
        raise UserError("there is no venue yet, so no pass was issued")
    ledger.record((pass_id, PassRevoked()), stream=venues[0].id)
    spreading.spread(ledger)


def revoke_unused(ledger: Ledger, scope: Scope, kiosk: Kiosk) -> int:
    """Revoke what a kiosk was dealt and has not reported as issued; returns how many. Raises StorageError."""
    if not scope.allows(Permission.MANAGE, kiosk.venue.id):
        return 0
    with ledger.store.writing() as connection:
        count = pass_dealing.revoke_unused(ledger, connection, kiosk.id, kiosk.venue.id)
    spreading.spread(ledger)
    return count


def read_pass(text: str, keys: PassKeys | None) -> UUID:
    """The id of a pass, from its text as a scanner reads it or from the id itself. Raises UserError."""
    typed = "".join(text.split()).upper()
    if typed.startswith(PREFIX):
        pass_id = None if keys is None else pass_dealing.pass_id(typed, keys)
        if pass_id is None:
            raise UserError("this is no pass of this organisation, or it was not read completely; scan it once more")
        return pass_id
    try:
        return UUID(typed)
    except ValueError as error:
        raise UserError(f"{text[:40]!r} is no pass: scan one, its text begins with {PREFIX}") from error
