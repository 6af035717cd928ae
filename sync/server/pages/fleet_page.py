"""The kiosks: where each stands, and when it was last heard of."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from sync.server import fleet
from sync.server.fleet import Kiosk
from sync.server.pages.reader import Reader
from sync.server.pages.rendering import page
from sync.server.pages.words import moment_words
from sync.server.parts import Here
from sync.server.reports.completeness import SILENT_AFTER_MS

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Line:
    """A kiosk as the table shows it."""

    kiosk: Kiosk
    state: str
    is_late: bool
    seen: str
    reported: str


@router.get("/kiosks")
def kiosks(parts: Here, reader: Reader) -> Response:
    found, now = fleet.kiosks(parts.store), parts.now
    lines = [_line(kiosk, now) for kiosk in found]
    return page(
        "kiosks.html", account=reader, here="kiosks", kiosks=found, venues=fleet.venues(parts.store), lines=lines
    )


def _line(kiosk: Kiosk, now: int) -> Line:
    state = _state(kiosk, now)
    is_late = state in ("silent", "behind", "never heard of")
    return Line(
        kiosk, state, is_late, _moment(kiosk, kiosk.last_seen_at, now), _moment(kiosk, kiosk.reported_up_to, now)
    )


def _moment(kiosk: Kiosk, at: int | None, now: int) -> str:
    return "never" if at is None else moment_words(at, kiosk.venue.clock_zone, now)


def _state(kiosk: Kiosk, now: int) -> str:
    if kiosk.is_revoked:
        return "ended"
    if kiosk.last_seen_at is None:
        return "never heard of"
    if kiosk.last_seen_at < now - SILENT_AFTER_MS:
        return "silent"
    return "behind" if (kiosk.reported_up_to or 0) < now - SILENT_AFTER_MS else "in touch"
