"""HEAD is answered with the headers of a download, and nothing is made for it."""

from collections.abc import Iterator

import pytest

from sync.server.reports import pdf, visit_rows
from sync.server.reports.visit_rows import VisitRow

HOUR = 60 * 60_000
OCTOBER = "from=2026-10-01&to=2026-10-31"
OF_RESPONSE = {"date", "content-length", "transfer-encoding"}  # of one response, or of its body


@pytest.fixture
def engine() -> str:
    """One engine: nothing here is in the database."""
    return "sqlite"


def headers(answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.lower() not in OF_RESPONSE}


@pytest.mark.parametrize("ending", ["csv", "excel.csv", "xlsx", "parquet", "json"])
def test_no_row_of_a_download_is_read_for_its_headers(central, kiosk, signed_in, monkeypatch, ending):
    kiosk.visit(central.now - 5 * HOUR, minutes=60)
    kiosk.push()
    address = f"{central.url}/report.{ending}?rows=visits"
    whole = signed_in.get(address, timeout=60)
    read: list[str] = []

    def visits(*_: object) -> Iterator[VisitRow]:
        read.append("rows")
        yield from ()

    monkeypatch.setattr(visit_rows, "visit_rows", visits)
    alone = signed_in.head(address, timeout=60)

    assert (whole.status_code, alone.status_code) == (200, 200)
    assert headers(alone) == headers(whole) and not read
    assert signed_in.head(f"{address}&venue=Nowhere", timeout=60).status_code == 400


def test_no_pdf_is_made_for_its_headers(central, kiosk, signed_in, monkeypatch):
    for number in range(12):
        kiosk.visit(central.now - (40 * 24 + number) * HOUR, minutes=60)
    kiosk.push()
    kiosk.beat(reported_up_to=central.now)
    made: list[str] = []
    monkeypatch.setattr(pdf, "to_pdf", lambda *_: made.append("pdf") or b"%PDF-")
    address = f"{central.url}/report.pdf?{OCTOBER}"

    alone = signed_in.head(address, timeout=60)

    assert (alone.status_code, made) == (200, [])
    assert headers(alone) == headers(signed_in.get(address, timeout=60)) and made == ["pdf"]


def test_a_pdf_without_a_period_is_refused_on_the_page(central, kiosk, signed_in):
    kiosk.visit(central.now - 5 * HOUR, minutes=60)
    kiosk.push()

    answer = signed_in.get(f"{central.url}/report.pdf", timeout=60)

    assert answer.status_code == 400 and 'aria-invalid="true"' in answer.text
