"""What a page reads of venues, kiosks and terms: each once, however many of its parts need it."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from sync.server.reports import rollups
from sync.server.reports.registry import REPORTS

DAY = 24 * 60 * 60_000
MONTH = "from=2026-10-01&to=2026-10-31"
MOST_STATEMENTS = 31  # of a page; each is a round trip to PostgreSQL
PAGES = [
    *(f"/?report={report.identifier}&{MONTH}" for report in REPORTS),
    f"/report.json?report=attendance&{MONTH}",
    f"/report.json?report=phones&{MONTH}&rows=visits",
    "/report.csv?report=people&" + MONTH,
    f"/saved?report=attendance&{MONTH}",
    f"/shared-links/new?{MONTH}",
]


@pytest.fixture
def statements(central) -> Iterator[list[str]]:
    """The statements that the server executes, as they come."""
    texts: list[str] = []

    def note(*values: object) -> None:
        texts.append(str(values[2]))

    event.listen(central.store.engine, "before_cursor_execute", note)
    yield texts
    event.remove(central.store.engine, "before_cursor_execute", note)


def test_a_page_reads_venues_kiosks_and_terms_once(central, signed_in, kiosk, statements):
    others = [central.kiosk(venue) for venue in ("Library", "Pier")]
    for writer in (kiosk, *others):
        for day in (30, 60):
            writer.visit(central.now - day * DAY, 30)
        writer.push()
    rollups.refresh(central.store, central.inventory.venues, central.now, waits=True)
    for path in PAGES:
        statements.clear()
        assert signed_in.get(central.url + path, timeout=60).status_code == 200, path
        assert len(statements) <= MOST_STATEMENTS, path
        for pattern in (
            r"^SELECT venue\.id\b.*\bFROM venue\b",
            r"^SELECT kiosk\.id\b.*\bFROM kiosk\b",
            r"\bFROM term\b",
        ):
            reads = [statement for statement in statements if re.search(pattern, statement, re.DOTALL)]
            assert len(reads) <= 1, (path, reads)
