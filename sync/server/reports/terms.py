"""Terms: periods that an organisation has named, such as a school's terms; reports are grouped by them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.ledger.store import Store
from sync.names import compared, tidy
from sync.printable import is_printable
from sync.server import tables
from sync.server.web.i18n import say
from sync.server.web.words import period_words

MAX_NAME = 40
MOST = 100  # terms of an organisation

_term = tables.term.c


@dataclass(frozen=True)
class Term:
    """Both days and all between."""

    id: UUID
    name: str
    first: date
    last: date

    @property
    def words(self) -> str:
        """Its days."""
        return period_words(self.first, self.last)

    def includes(self, day: date) -> bool:
        """Whether a day is one of it."""
        return self.first <= day <= self.last


class TermRefused(UserError):
    """There can't be such a term; the text says why. ``errors``: the same by the form's field."""

    def __init__(self, field: Literal["name", "first", "last"], text: str) -> None:
        super().__init__(text)
        self.errors = {str(field): text}


def read_terms(store: Store) -> list[Term]:
    """All terms, the earliest first. Raises StorageError."""
    with store.reading() as connection:
        return terms_in(connection)


def terms_in(connection: Connection) -> list[Term]:
    """The same within a transaction."""
    query = select(_term.id, _term.name, _term.first, _term.last).order_by(_term.first)
    return [Term(*row) for row in connection.execute(query)]


def add_term(store: Store, name: str, first: date, last: date, now: int) -> Term:
    """Store a term that overlaps no other. ``now``: ms since 1970 UTC. Raises TermRefused, StorageError."""
    term = Term(uuid7(now), tidy(name), first, last)
    with store.writing() as connection:
        _check(term, terms_in(connection))
        connection.execute(insert(tables.term).values(vars(term)))
    return term


def change_term(store: Store, changed: Term) -> None:
    """Give a term another name or other days. Raises LookupError for a deleted one, TermRefused, StorageError."""
    term = replace(changed, name=tidy(changed.name))
    with store.writing() as connection:
        terms = terms_in(connection)
        if term.id not in {other.id for other in terms}:
            raise LookupError(f"there is no term {term.id}")
        _check(term, [other for other in terms if other.id != term.id])
        connection.execute(update(tables.term).where(_term.id == term.id).values(vars(term)))


def _check(term: Term, others: Sequence[Term]) -> None:
    if not term.name or len(term.name) > MAX_NAME or not is_printable(term.name):
        raise TermRefused("name", say("Choose a name of 1 to {most} letters.", most=MAX_NAME))
    if len(others) >= MOST:
        raise TermRefused("name", say("There are {most} terms: delete one first.", most=MOST))
    if term.first > term.last:
        raise TermRefused("last", say("The term would end before it begins."))
    for other in others:
        if compared(other.name) == compared(term.name):
            raise TermRefused("name", say("A term is called “{name}” already.", name=other.name))
        if other.first <= term.last and term.first <= other.last:
            text = say("It overlaps “{name}”, {days}.", name=other.name, days=other.words)
            raise TermRefused("first" if other.includes(term.first) else "last", text)


def remove_term(store: Store, term: UUID) -> None:
    """Forget a term; figures stay as they are. Raises StorageError."""
    with store.writing() as connection:
        connection.execute(delete(tables.term).where(_term.id == term))


def current_term(terms: Sequence[Term], today: date) -> Term | None:
    """The term of today, or else the last one that has begun."""
    begun = [term for term in terms if term.first <= today]
    return begun[-1] if begun else None


def term_before(terms: Sequence[Term], today: date) -> Term | None:
    """The term before that one."""
    begun = [term for term in terms if term.first <= today]
    return begun[-2] if len(begun) > 1 else None
