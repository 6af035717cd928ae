"""Checks what an account may do, for the pages."""

from uuid import UUID

from sync.server.auth.scope import Permission, Scope
from sync.server.web.i18n import later, say
from sync.server.web.problems import Problem

REFUSED = later("Your account may look at this, and not change it.")


def require(scope: Scope, permission: Permission, venue: UUID) -> None:
    """Raises Problem 403 where the scope lacks this permission at the venue."""
    if not scope.allows(permission, venue):
        raise Problem(403, say(REFUSED))


def require_everywhere(scope: Scope, permission: Permission) -> None:
    """The same for what concerns the whole organisation: its accounts, a new venue."""
    if not scope.allows_everywhere(permission):
        raise Problem(403, say(REFUSED))
