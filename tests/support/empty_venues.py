"""Makes venues where nothing has happened, for property tests that use one database for all of their examples."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, insert

from sync.ledger import tables as ledger_tables
from sync.ledger.ledger import Ledger
from sync.server import tables

FACTS = (ledger_tables.visit, ledger_tables.session, ledger_tables.pass_state)
ROLLUPS = (tables.day_rollup, tables.day_count, tables.session_use, tables.pass_day, tables.return_count)


def make_empty_venues(ledger: Ledger, ids: Iterable[UUID], time_zone: str) -> None:
    """Remove every venue with its visits, sessions and roll-ups, and make these, “Venue 1” of the id 1 and so on."""
    with ledger.store.writing() as connection:
        for table in (
            *FACTS,
            tables.venue,
            *ROLLUPS,
            tables.rollup_change,
        ):  # triggers write into the last
            connection.execute(delete(table))
        rows = [{"id": id, "name": f"Venue {id.int}", "time_zone": time_zone} for id in ids]
        connection.execute(insert(tables.venue), rows)
