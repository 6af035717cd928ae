"""The page of kiosks with their state and open pairing codes, and the page that ends a pairing."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.server.auth.current_account import AccountDep, ScopeDep
from sync.server.dependencies import ServicesDep
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.kiosks.lines import kiosk_lines
from sync.server.kiosks.repository import OpenCode
from sync.server.kiosks.words import clock_words
from sync.server.web.forms import FormDep
from sync.server.web.i18n import later, say
from sync.server.web.problems import Problem
from sync.server.web.rendering import page
from sync.server.web.words import moment_words

router = APIRouter(include_in_schema=False)

DONE = {
    "ended": later("The pairing has ended. What the kiosk had sent stays in the reports."),
    "withdrawn": later("The code is withdrawn: it pairs nothing any more."),
}


@dataclass(frozen=True)
class CodeLine:
    """An open pairing code, with its texts."""

    id: UUID
    venue: str
    place: str
    until: str


@router.get("/kiosks")
def show_kiosks(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    kiosks, now = kiosk_repository.kiosks(services.store, scope), services.now
    venues = kiosk_repository.venues(services.store, scope)
    return page(
        "kiosks.html",
        account=account,
        here="kiosks",
        kiosks=kiosks,
        venues=venues,
        lines=kiosk_lines(services.store, kiosks, services.now),
        codes=[_code_line(code, now) for code in kiosk_repository.open_codes(services.store, scope, now)],
        clocks=clock_words(venues),
        done=say(DONE.get(request.query_params.get("done", ""), "")),
    )


def _code_line(code: OpenCode, now: int) -> CodeLine:
    until = moment_words(code.expires_at, code.venue.clock_zone, now)
    return CodeLine(code.id, code.venue.name, f"{code.venue.name}, {code.zone}", until)


@router.get("/kiosks/{kiosk}/revoke")
def confirm_revoke(kiosk: UUID, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    kiosks = kiosk_repository.kiosks(services.store, scope)
    line = next((line for line in kiosk_lines(services.store, kiosks, services.now) if line.kiosk.id == kiosk), None)
    if line is None:
        raise Problem(404, say("No kiosk has this number. The page of kiosks shows those that there are."))
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
    return RedirectResponse("/kiosks?done=ended", 303)


@router.post("/kiosks/codes/withdraw")
def withdraw_code(services: ServicesDep, scope: ScopeDep, form: FormDep) -> Response:
    is_withdrawn = False
    with suppress(ValueError):  # a malformed id matches no code
        is_withdrawn = kiosk_repository.withdraw_code(services.store, scope, UUID(form.get("code", "")))
    return RedirectResponse("/kiosks?done=withdrawn" if is_withdrawn else "/kiosks", 303)
