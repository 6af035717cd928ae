"""The kiosks: where each stands, when it was last heard of, what could not be read; and the end of a pairing."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from sync.server.auth.current_account import ReaderDep
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import device_identity, missing, naming
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.completeness import SILENT_AFTER_MS
from sync.server.kiosks.device_identity import Copies
from sync.server.kiosks.repository import Kiosk, OpenCode
from sync.server.kiosks.words import clock_words, told_words
from sync.server.web.forms import FormDep
from sync.server.web.problems import Problem
from sync.server.web.rendering import page
from sync.server.web.words import moment_words

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class KioskLine:
    """A kiosk as the table shows it."""

    kiosk: Kiosk
    zone: str  # with a number where the zone has several
    short_id: str
    state: str
    is_late: bool
    seen: str
    reported: str
    unread: int
    why: str
    copy: str  # when a copy of it was found that is not paired yet; empty: none was


@dataclass(frozen=True)
class CodeLine:
    """A pairing code that waits for its kiosk."""

    id: UUID
    venue: str
    place: str
    until: str


@router.get("/kiosks")
def kiosks(services: ServicesDep, reader: ReaderDep) -> Response:
    found, now = kiosk_repository.kiosks(services.store), services.now
    lines, venues = _lines(services, found), kiosk_repository.venues(services.store)
    return page(
        "kiosks.html",
        account=reader,
        here="kiosks",
        kiosks=found,
        venues=venues,
        lines=lines,
        codes=[_code(code, now) for code in kiosk_repository.open_codes(services.store, now)],
        clocks=clock_words(venues),
    )


def _code(code: OpenCode, now: int) -> CodeLine:
    until = moment_words(code.expires_at, code.venue.clock_zone, now)
    return CodeLine(code.id, code.venue.name, f"{code.venue.name}, {code.zone}", until)


@router.get("/kiosks/{kiosk}/revoke")
def ask_to_revoke(kiosk: UUID, services: ServicesDep, reader: ReaderDep) -> Response:
    found = kiosk_repository.kiosks(services.store)
    line = next((line for line in _lines(services, found) if line.kiosk.id == kiosk), None)
    if line is None:
        raise Problem(404, "No kiosk has this number. The page of kiosks shows those that there are.")
    return page(
        "revoke.html",
        account=reader,
        here="kiosks",
        kiosks=found,
        venues=kiosk_repository.venues(services.store),
        line=line,
    )


@router.post("/kiosks/{kiosk}/revoke")
def revoke(kiosk: UUID, services: ServicesDep, _reader: ReaderDep, _filled: FormDep) -> Response:
    kiosk_repository.revoke(services.store, kiosk, services.now)
    return RedirectResponse("/kiosks", 303)


@router.post("/kiosks/codes/withdraw")
def withdraw(services: ServicesDep, _reader: ReaderDep, filled: FormDep) -> Response:
    with suppress(ValueError):  # no id at all names no code
        kiosk_repository.withdraw(services.store, UUID(filled.get("code", "")))
    return RedirectResponse("/kiosks", 303)


def _lines(services: Services, found: list[Kiosk]) -> list[KioskLine]:
    zones, now = naming.zone_names(found), services.now
    unread = {(line.venue, line.kiosk): line for line in missing.unread(services.store, found)}
    copies = device_identity.copies(services.store)
    return [
        _line(kiosk, zones[kiosk.id], unread.get((kiosk.venue.name, zones[kiosk.id])), copies.get(kiosk.id), now)
        for kiosk in found
    ]


def _line(kiosk: Kiosk, zone: str, unread: missing.Unread | None, copies: Copies | None, now: int) -> KioskLine:
    state = state_of(kiosk, now)
    return KioskLine(
        kiosk=kiosk,
        zone=zone,
        short_id=naming.short_id(kiosk),
        state=state,
        is_late=state in ("silent", "behind", "never heard of"),
        seen=told_words(kiosk.last_seen_at, kiosk, now),
        reported=told_words(kiosk.reported_up_to, kiosk, now),
        unread=unread.entries if unread else 0,
        why=unread.why if unread else "",
        copy=moment_words(copies.found_at, kiosk.venue.clock_zone, now) if copies else "",
    )


def state_of(kiosk: Kiosk, now: int) -> str:
    """How a kiosk is, in a word or three."""
    if kiosk.is_revoked:
        return "ended"
    if kiosk.last_seen_at is None:
        return "never heard of"
    if kiosk.last_seen_at < now - SILENT_AFTER_MS:
        return "silent"
    return "behind" if (kiosk.reported_up_to or 0) < now - SILENT_AFTER_MS else "in touch"
