"""The pages of venues: the list, a venue with what it has, a new one."""

from uuid import UUID
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from msgspec import UNSET, UnsetType

from sync.domain.events import VenueConfigured
from sync.errors import UserError
from sync.server.auth.account_scope import require, require_everywhere
from sync.server.auth.scope import Permission, Scope
from sync.server.auth.signed_in import SignedIn, SignedInDep
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import venue_setup, venues
from sync.server.kiosks.pairing import FIRST_ZONE, BadName, clean_name
from sync.server.kiosks.venue_setup import NameTaken, VenueSetup
from sync.server.kiosks.venues import VenueNameTaken
from sync.server.local_time import read_time_zone
from sync.server.web.forms import FormDep
from sync.server.web.i18n import later, say
from sync.server.web.problems import Problem
from sync.server.web.rendering import page
from sync.server.web.words import sentence

router = APIRouter(include_in_schema=False)

MOST = 999  # pouches or lockers, as the protocol has it
MAX_REACH = 80
DONE = {
    "added": later("The venue is there. Pair its first kiosk now, or say what it has."),
    "saved": later("Saved. Its kiosks go by it within a minute, or when they are online again."),
    "unchanged": later("Nothing was different, so nothing has changed."),
    "zone-added": later("The zone is there."),
    "zone-renamed": later(
        "The zone has its new name. Its kiosks show it within a minute, or when they are online again."
    ),
}


@router.get("/venues")
def show_venues(services: ServicesDep, by: SignedInDep) -> Response:
    return _page(
        "venues.html",
        200,
        services,
        by,
        setups=[
            venue_setup.read_setup(services.store, venue) for venue in kiosk_repository.venues(services.store, by.scope)
        ],
        may_add=by.scope.allows_everywhere(Permission.MANAGE),
    )


@router.get("/venues/new")
def show_new_venue(services: ServicesDep, by: SignedInDep) -> Response:
    require_everywhere(by.scope, Permission.MANAGE)
    return _new_venue(services, by, {"time_zone": services.settings.time_zone, "zone": FIRST_ZONE}, {})


@router.post("/venues/new")
def add_venue(services: ServicesDep, by: SignedInDep, form: FormDep) -> Response:
    require_everywhere(by.scope, Permission.MANAGE)
    errors = _errors_in_names(form)
    if not errors:
        try:
            fields = (form.get("name", ""), form.get("time_zone", ""), form.get("zone", ""))
            venue = venue_setup.add_venue(services.store, *fields, services.now)
        except NameTaken as error:
            errors["name"] = sentence(str(error))
        else:
            return RedirectResponse(f"/venues/{venue}?done=added", 303)
    return _new_venue(services, by, form, errors)


def _errors_in_names(form: dict[str, str]) -> dict[str, str]:
    """What is wrong with the fields that a new venue needs."""
    errors = {}
    for field, of in (("name", "venue"), ("zone", "zone")):
        try:
            clean_name(form.get(field, ""), of)
        except BadName as error:
            errors[field] = sentence(str(error))
    if error_words := _error_in_time_zone(form):
        errors["time_zone"] = error_words
    return errors


def _error_in_time_zone(form: dict[str, str]) -> str:
    name = form.get("time_zone", "").strip()
    try:
        read_time_zone(name)
    except UserError:
        return say("{name} is no time zone; write for example Europe/London.", name=repr(name))
    return ""


@router.get("/venues/{venue}")
def show_venue(venue: UUID, request: Request, services: ServicesDep, by: SignedInDep) -> Response:
    setup = _setup(services, by.scope, venue)
    done = say(DONE.get(request.query_params.get("done", ""), ""))
    return _venue(services, by, setup, _fields(setup), {}, done=done)


@router.post("/venues/{venue}")
def configure(venue: UUID, services: ServicesDep, by: SignedInDep, form: FormDep) -> Response:
    setup = _setup(services, by.scope, venue)
    require(by.scope, Permission.MANAGE, venue)
    changes, errors = _read_changes(setup, form)
    if not errors:
        if changes == VenueConfigured():
            return RedirectResponse(f"/venues/{venue}?done=unchanged", 303)
        try:
            venues.configure(services.ledger, venue, changes)
        except VenueNameTaken as error:
            errors["name"] = say("Another venue is called “{name}”.", name=error.name)
        except UserError as error:
            errors["name"] = sentence(str(error))
        else:
            return RedirectResponse(f"/venues/{venue}?done=saved", 303)
    return _venue(services, by, setup, form, errors)


@router.post("/venues/{venue}/zones")
def add_zone(venue: UUID, services: ServicesDep, by: SignedInDep, form: FormDep) -> Response:
    setup = _setup(services, by.scope, venue)
    require(by.scope, Permission.MANAGE, venue)
    name = form.get("zone", "")
    try:
        venue_setup.add_zone(services.store, venue, name, services.now)
    except (BadName, NameTaken) as error:
        fields = {**_fields(setup), "zone": name}
        return _venue(services, by, setup, fields, {"zone": sentence(str(error))})
    return RedirectResponse(f"/venues/{venue}?done=zone-added#zones", 303)


@router.post("/venues/{venue}/zones/{zone}")
def rename_zone(venue: UUID, zone: UUID, services: ServicesDep, by: SignedInDep, form: FormDep) -> Response:
    setup = _setup(services, by.scope, venue)
    require(by.scope, Permission.MANAGE, venue)
    name, field = form.get("name", ""), f"zone-{zone}"
    try:
        venue_setup.rename_zone(services.ledger, venue, zone, name)
    except (BadName, UserError) as error:
        fields = {**_fields(setup), field: name}
        return _venue(services, by, setup, fields, {field: sentence(str(error))})
    return RedirectResponse(f"/venues/{venue}?done=zone-renamed#zones", 303)


def _setup(services: Services, scope: Scope, venue: UUID) -> VenueSetup:
    listed_venue = venue_setup.find_venue(services.store, scope, venue)
    if listed_venue is None:
        raise Problem(404, say("No venue has this number. The page of venues shows those that there are."))
    return venue_setup.read_setup(services.store, listed_venue)


def _fields(setup: VenueSetup) -> dict[str, str]:
    """The texts of the form's fields."""
    return {
        "name": setup.venue.name,
        "time_zone": setup.venue.time_zone,
        "pouches": "" if setup.pouches is None else str(setup.pouches),
        "lockers": "" if setup.lockers is None else str(setup.lockers),
        "reach": setup.reach or "",
        **{f"zone-{zone.id}": zone.name for zone in setup.zones},
    }


def _read_changes(setup: VenueSetup, form: dict[str, str]) -> tuple[VenueConfigured, dict[str, str]]:
    """The fields that differ, and what is wrong with any, by the field's name."""
    errors: dict[str, str] = {}
    name: str | UnsetType = UNSET
    try:
        name = clean_name(form.get("name", ""), "venue")
    except BadName as error:
        errors["name"] = sentence(str(error))
    time_zone = form.get("time_zone", "").strip()
    if error_words := _error_in_time_zone(form):
        errors["time_zone"] = error_words
    numbers: dict[str, int | UnsetType] = {}
    for field, before in (("pouches", setup.pouches), ("lockers", setup.lockers)):
        text = form.get(field, "").strip()
        numbers[field] = UNSET
        if text.isascii() and text.isdecimal() and len(text) < 9 and int(text) <= MOST:
            numbers[field] = UNSET if int(text) == before else int(text)
        elif text or before is not None:
            errors[field] = say("Write a number from 0 to {most}.", most=MOST)
    reach = " ".join(form.get("reach", "").split())
    if not reach.isprintable() or len(reach) > MAX_REACH:
        errors["reach"] = say(
            "A telephone number has {count} letters at most, all of which can be printed.", count=MAX_REACH
        )
    changes = VenueConfigured(
        name=UNSET if name == setup.venue.name else name,
        time_zone=UNSET if time_zone == setup.venue.time_zone else time_zone,
        pouches=numbers["pouches"],
        lockers=numbers["lockers"],
        reach=UNSET if reach == (setup.reach or "") else reach,
    )
    return (VenueConfigured() if errors else changes), errors


def _page(template: str, status: int, services: Services, by: SignedIn, **values: object) -> Response:
    """A page of venues, in the frame of every page."""
    return page(
        template,
        status,
        here="venues",
        account=by.account,
        venues=kiosk_repository.venues(services.store, by.scope),
        kiosks=kiosk_repository.kiosks(services.store, by.scope),
        **values,
    )


def _new_venue(services: Services, by: SignedIn, fields: dict[str, str], errors: dict[str, str]) -> Response:
    return _page(
        "venue_new.html",
        400 if errors else 200,
        services,
        by,
        fields=fields,
        errors=errors,
        time_zones=sorted(available_timezones()),
    )


def _venue(
    services: Services,
    by: SignedIn,
    setup: VenueSetup,
    fields: dict[str, str],
    errors: dict[str, str],
    *,
    done: str = "",
) -> Response:
    return _page(
        "venue.html",
        400 if errors else 200,
        services,
        by,
        setup=setup,
        fields={**_fields(setup), **fields},
        errors=errors,
        done=done,
        may_change=by.scope.allows(Permission.MANAGE, setup.venue.id),
        time_zones=sorted(available_timezones()),
    )
