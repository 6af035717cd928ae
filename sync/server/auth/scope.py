"""The principal (who asks) and the scope (what they may see and change), which every query of pages and commands takes.

Roles do not exist yet: an account's scope is its whole organisation. They will be added in :func:`scope_of`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Select

from sync.ledger.store import Store
from sync.server.organisation import read_organisation


class Permission(StrEnum):
    """What a principal may do within its venues."""

    VIEW = "view"
    MANAGE = "manage"  # pair kiosks and end pairings, configure venues, invite and remove accounts


@dataclass(frozen=True)
class Principal:
    """An account or a kiosk that sends a request; ``venue``: the only one that it belongs to, None: no single one."""

    kind: Literal["account", "kiosk"]
    id: UUID
    venue: UUID | None = None


@dataclass(frozen=True)
class Scope:
    """``venues`` None: every venue of the organisation, including those that are added later."""

    organisation: UUID
    venues: frozenset[UUID] | None
    permissions: frozenset[Permission]

    @classmethod
    def everything(cls, organisation: UUID) -> Self:
        """All venues and permissions."""
        return cls(organisation, None, frozenset(Permission))

    def limit(self, query: Select[Any], venue: ColumnElement[UUID]) -> Select[Any]:
        """The query without the rows of other venues; ``venue``: the column of the row's venue."""
        return query if self.venues is None else query.where(venue.in_(self.venues))

    def allows(self, permission: Permission, venue: UUID) -> bool:
        """Whether the principal has this permission at the venue."""
        return permission in self.permissions and (self.venues is None or venue in self.venues)

    def allows_everywhere(self, permission: Permission) -> bool:
        """Whether the principal has this permission in the whole organisation."""
        return permission in self.permissions and self.venues is None


def scope_of(principal: Principal, organisation: UUID) -> Scope:
    """An account may see and change everything; a kiosk may see its own venue."""
    if principal.venue is None:
        return Scope.everything(organisation)
    return Scope(organisation, frozenset({principal.venue}), frozenset({Permission.VIEW}))


def command_scope(store: Store) -> Scope:
    """The scope of the commands: everything, since their user can read the database itself. Raises StorageError."""
    return Scope.everything(read_organisation(store).id)
