"""Which visits and sessions the reports count: those that were neither voided nor practised."""

from sqlalchemy import ColumnElement, exists

from sync.ledger import tables as ledger_tables

_visit, _session = ledger_tables.visit.c, ledger_tables.session.c

# Of a query that has joined each visit with its session: a visit whose session is not known is counted.
COUNTED_VISIT: ColumnElement[bool] = _visit.voided.is_(False) & _session.practice.is_not(True)
COUNTED_SESSION: ColumnElement[bool] = _session.practice.is_(False)
PRACTICE_SESSION: ColumnElement[bool] = _session.practice.is_(True)


def counted_visit() -> ColumnElement[bool]:
    """The same of a query of visits alone."""
    is_practice = (_session.id == _visit.session) & (_session.venue == _visit.venue) & _session.practice.is_(True)
    return _visit.voided.is_(False) & ~exists().where(is_practice).correlate(ledger_tables.visit)
