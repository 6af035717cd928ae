"""Which sessions' figures a report counts: a zone, a kind, a title."""

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from sync.domain.events import SessionKind


class OfSession(Protocol):
    """A figure of sessions; empty: the session is not known."""

    @property
    def zone(self) -> str:
        """As facts name it."""

    @property
    def session_kind(self) -> str:
        """A SessionKind."""

    @property
    def title(self) -> str:
        """The session's title as it is now."""


@dataclass(frozen=True)
class SessionFilter:
    """``zone``: as facts name it; ``title``: of the session, which those of a series have in common; None: all."""

    zone: str | None = None
    kind: SessionKind | None = None
    title: str | None = None

    def includes(self, figure: OfSession) -> bool:
        """Whether the figure is of such sessions."""
        return (
            self.zone in (None, figure.zone)
            and self.kind in (None, figure.session_kind)
            and self.title in (None, figure.title)
        )

    def conditions(self, columns: ReadOnlyColumnCollection[str, Any]) -> list[ColumnElement[bool]]:
        """The same for a table's columns ``zone``, ``session_kind`` and ``title``."""
        wanted = {"zone": self.zone, "session_kind": self.kind, "title": self.title}
        return [columns[name] == value for name, value in wanted.items() if value is not None]


EVERY_SESSION = SessionFilter()
