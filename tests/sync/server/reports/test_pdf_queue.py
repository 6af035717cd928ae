"""A burst of PDFs: one is made at a time, some wait, the others are sent away, and no other page waits for any."""

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from uuid import uuid4

import pytest

from sync.domain.events import VisitCheckedIn
from sync.server.kiosks import service as kiosk_service
from sync.server.reports import pdf
from sync.server.reports.export_pages import MOST_WAITING
from sync.server.web.overload import SLOTS

DAY = 24 * 60 * 60_000
BURST = 3 * SLOTS


@pytest.fixture
def engine() -> str:
    """One engine: no database is slow here."""
    return "sqlite"


@pytest.fixture
def slow_pdfs(monkeypatch):
    """Each PDF is made once the event is set, one at a time."""
    go_on, making = threading.Event(), threading.Semaphore(1)

    def make_slowly(*_):
        assert making.acquire(blocking=False), "two PDFs are being made at once"
        assert go_on.wait(60)
        making.release()
        return b"%PDF"

    monkeypatch.setattr(pdf, "to_pdf", make_slowly)
    yield go_on
    go_on.set()


def test_a_burst_of_pdfs_delays_no_other_page(central, kiosk, signed_in, slow_pdfs, monkeypatch):
    kiosk.write(uuid4(), VisitCheckedIn(session=uuid4(), party_size=3, phones=3), central.now - 40 * DAY)
    kiosk.push()
    kiosk.beat()
    together, apply = threading.Barrier(SLOTS), kiosk_service.apply_heartbeat

    def apply_together(*words, **named):
        together.wait(60)  # as many requests as there are slots are worked on at this moment
        return apply(*words, **named)

    monkeypatch.setattr(kiosk_service, "apply_heartbeat", apply_together)
    address = f"{central.url}/report.pdf?from=2026-10-01&to=2026-10-31"
    with ThreadPoolExecutor(BURST) as browsers, ThreadPoolExecutor(SLOTS) as kiosks:
        pdfs = [browsers.submit(signed_in.get, address, timeout=60) for _ in range(BURST)]
        sent_away = [future.result() for future in islice(as_completed(pdfs), BURST // 3)]
        beats = [kiosks.submit(kiosk.beat) for _ in range(SLOTS)]
        assert {beat.result().status_code for beat in beats} == {200}
        assert signed_in.get(f"{central.url}/today", timeout=60).status_code == 200
        slow_pdfs.set()
        answers = [future.result() for future in pdfs]

    assert {answer.status_code for answer in sent_away} == {503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in sent_away)
    made = [answer for answer in answers if answer.status_code == 200]
    assert len(made) > MOST_WAITING and {answer.content for answer in made} == {b"%PDF"}
    assert {answer.status_code for answer in answers} == {200, 503}
