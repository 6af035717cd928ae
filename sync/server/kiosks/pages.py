"""The page of kiosks with their state and open pairing codes, and the page that ends a pairing."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from sync.server.auth.current_account import AccountDep, ScopeDep
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import device_identity, missing, naming
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.kiosks.completeness import SILENT_AFTER_MS
from sync.server.kiosks.device_identity import Copies
from sync.server.kiosks.repository import Kiosk, OpenCode
from sync.server.kiosks.words import clock_words, contact_words, device_words
from sync.server.web.forms import FormDep
from sync.server.web.problems import Problem
from sync.server.web.rendering import page
from sync.server.web.words import moment_words

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class KioskLine:
    """A row of the table of kiosks, with its texts."""

    kiosk: Kiosk
    zone: str  # with a number where the zone has several
    short_id: str
    state: str
    is_late: bool
    seen: str
    reported: str
    unread: int
    why: str
    devices: str  # what is the matter with its devices; empty: nothing
    copy: str  # when an unpaired copy of it was found; empty: no copy


@dataclass(frozen=True)
class CodeLine:
    """An open pairing code, with its texts."""

    id: UUID
    venue: str
    place: str
    until: str


@router.get("/kiosks")
def show_kiosks(services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    kiosks, now = kiosk_repository.kiosks(services.store, scope), services.now
    venues = kiosk_repository.venues(services.store, scope)
    return page(
        "kiosks.html",
        account=account,
        here="kiosks",
        kiosks=kiosks,
        venues=venues,
        lines=_kiosk_lines(services, kiosks),
        codes=[_code_line(code, now) for code in kiosk_repository.open_codes(services.store, scope, now)],
        clocks=clock_words(venues),
    )


def _code_line(code: OpenCode, now: int) -> CodeLine:
    until = moment_words(code.expires_at, code.venue.clock_zone, now)
    return CodeLine(code.id, code.venue.name, f"{code.venue.name}, {code.zone}", until)


@router.get("/kiosks/{kiosk}/revoke")
def confirm_revoke(kiosk: UUID, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    kiosks = kiosk_repository.kiosks(services.store, scope)
    line = next((line for line in _kiosk_lines(services, kiosks) if line.kiosk.id == kiosk), None)
    if line is None:
        raise Problem(404, "No kiosk has this number. The page of kiosks shows those that there are.")
    return page(
        "revoke.html",
        account=account,
        here="kiosks",
        kiosks=kiosks,
        venues=kiosk_repository.venues(services.store, scope),
        line=line,
    )


@router.post("/kiosks/{kiosk}/revoke")
def revoke(kiosk: UUID, services: ServicesDep, scope: ScopeDep, _form: FormDep) -> Response:
    kiosk_service.revoke(services.ledger, scope, kiosk, services.now)
    return RedirectResponse("/kiosks", 303)


@router.post("/kiosks/codes/withdraw")
def withdraw_code(services: ServicesDep, scope: ScopeDep, form: FormDep) -> Response:
    with suppress(ValueError):  # a malformed id matches no code
        kiosk_repository.withdraw_code(services.store, scope, UUID(form.get("code", "")))
    return RedirectResponse("/kiosks", 303)


def _kiosk_lines(services: Services, kiosks: list[Kiosk]) -> list[KioskLine]:
    zones, now = naming.zone_names(kiosks), services.now
    unread = {(item.venue, item.kiosk): item for item in missing.unread(services.store, kiosks)}
    copies = device_identity.copies(services.store)
    return [
        _kiosk_line(kiosk, zones[kiosk.id], unread.get((kiosk.venue.name, zones[kiosk.id])), copies.get(kiosk.id), now)
        for kiosk in kiosks
    ]


def _kiosk_line(kiosk: Kiosk, zone: str, unread: missing.Unread | None, copies: Copies | None, now: int) -> KioskLine:
    state = state_of(kiosk, now)
    return KioskLine(
        kiosk=kiosk,
        zone=zone,
        short_id=naming.short_id(kiosk),
        state=state,
        is_late=state in ("silent", "behind", "never heard of"),
        seen=contact_words(kiosk.last_seen_at, kiosk, now),
        reported=contact_words(kiosk.reported_up_to, kiosk, now),
        unread=unread.entries if unread else 0,
        why=unread.why if unread else "",
        devices="" if kiosk.is_revoked else device_words(kiosk.devices),
        copy=moment_words(copies.found_at, kiosk.venue.clock_zone, now) if copies else "",
    )


def state_of(kiosk: Kiosk, now: int) -> str:
    """A kiosk's state, as the page shows it; ``now``: ms since 1970 UTC."""
    if kiosk.is_revoked:
        return "ended"
    if kiosk.last_seen_at is None:
        return "never heard of"
    if kiosk.last_seen_at < now - SILENT_AFTER_MS:
        return "silent"
    return "behind" if (kiosk.reported_up_to or 0) < now - SILENT_AFTER_MS else "in touch"
