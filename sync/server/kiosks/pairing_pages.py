"""The pages that make a pairing code for a zone and show it once, large and as a QR code."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response

from sync.errors import UserError
from sync.pairing_tokens import pairing_text
from sync.server.auth.account_scope import require
from sync.server.auth.accounts import Account
from sync.server.auth.current_account import AccountDep, ScopeDep, is_secure
from sync.server.auth.scope import Permission, Scope
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import pairing
from sync.server.kiosks import repository as kiosk_repository
from sync.server.web.forms import FormDep
from sync.server.web.i18n import say
from sync.server.web.own_address import own_address
from sync.server.web.qr_code import draw_qr
from sync.server.web.rendering import page
from sync.server.web.shown_once import redirect_with_secret, secret_of
from sync.server.web.words import moment_words, sentence

router = APIRouter(include_in_schema=False)


@router.get("/kiosks/pair")
def show_pairing(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    """The form; ``?zone=`` or ``?venue=`` chooses."""
    zone = request.query_params.get("zone", "")
    if not zone and (venue := _id(request.query_params.get("venue", ""))):
        zone = next(iter(kiosk_repository.zone_names_by_id(services.store, scope).get(venue, {})), "")
    return _form(services, account, scope, zone)


@router.post("/kiosks/pair")
def make_code(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep, form: FormDep) -> Response:
    zone = _id(form.get("zone", ""))
    venue = None if zone is None else kiosk_repository.venue_of_zone(services.store, scope, zone)
    if zone is None or venue is None:
        return _form(services, account, scope, "", say("Choose where the kiosk stands."))
    require(scope, Permission.MANAGE, venue)
    try:
        code_id, code = pairing.make_code_for_zone(services.store, venue, zone, services.now)
    except UserError as error:
        return _form(services, account, scope, str(zone), sentence(str(error)))
    return redirect_with_secret(f"/kiosks/codes/{code_id}", code, secure=is_secure(request, services))


@router.get("/kiosks/codes/{code}")
def show_code(code: UUID, request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    """The code, to the browser in which it was made, for some minutes."""
    codes = kiosk_repository.open_codes(services.store, scope, services.now)
    open_code = next((candidate for candidate in codes if candidate.id == code), None)
    secret = secret_of(request) if open_code else None
    address = own_address(request, services)
    text = pairing_text(address, secret) if secret else None
    return page(
        "code.html",
        account=account,
        here="kiosks",
        venues=kiosk_repository.venues(services.store, scope),
        kiosks=kiosk_repository.kiosks(services.store, scope),
        code=open_code,
        until=moment_words(open_code.expires_at, open_code.venue.clock_zone, services.now) if open_code else "",
        secret=secret,
        address=address,
        qr=draw_qr(text) if text else None,
    )


def _form(services: Services, account: Account, scope: Scope, zone: str, error: str = "") -> Response:
    venues = kiosk_repository.venues(services.store, scope)
    zones: Mapping[UUID, Mapping[str, str]] = kiosk_repository.zone_names_by_id(services.store, scope)
    return page(
        "pair.html",
        400 if error else 200,
        account=account,
        here="kiosks",
        venues=venues,
        kiosks=kiosk_repository.kiosks(services.store, scope),
        zones=zones,
        zone=zone,
        error=error,
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
