"""The page of a venue's calendars: those that are fetched, with what became of them, and the published one."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.domain.events import SessionKind
from sync.errors import UserError
from sync.server.kiosks.pairing import MAX_NAME, BadName, clean_name
from sync.server.kiosks.repository import Zone
from sync.server.planning import calendar_feed, calendar_fetch, calendar_repository, calendar_service, calendar_words
from sync.server.planning.calendar_fetch import FetchLimits
from sync.server.planning.calendar_import import SessionRule
from sync.server.planning.calendar_repository import VenueCalendar
from sync.server.planning.calendar_service import AddressRefused, CalendarGone
from sync.server.planning.desk import ManagedDesk, PlanningDesk, ViewedDesk
from sync.server.web.calendar_problems import problem_words
from sync.server.web.forms import FormDep
from sync.server.web.i18n import later, say
from sync.server.web.problems import Problem
from sync.server.web.words import moment_words, sentence

router = APIRouter(include_in_schema=False)

WAIT_S = 10.0  # for a fetch during a request
MOST_PEOPLE = 9999
LONGEST_CONDITION = 80
GONE = later("There is no such calendar any more. The page of calendars shows those that there are.")


@dataclass(frozen=True)
class CalendarCard:
    """A calendar with its texts."""

    calendar: VenueCalendar
    state: str
    fetched: str
    rule: str
    details: Sequence[str]
    fields: Mapping[str, str]  # of the form that changes it
    is_shrunk: bool  # many events have vanished, which an account has to confirm


@router.get("/calendars/{venue}")
def show_calendars(request: Request, desk: ViewedDesk) -> Response:
    return _show(request, desk, {})


@router.post("/calendars/{venue}")
def add_calendar(request: Request, desk: ManagedDesk, fields: FormDep) -> Response:
    errors = _errors(desk, fields) | _errors_in_address(fields)
    if errors:
        return _show(request, desk, fields, errors)
    try:
        added = calendar_service.add(
            desk.services.ledger,
            desk.scope,
            desk.venue,
            _zone(desk, fields),
            name=clean_name(fields["name"], "calendar"),
            address=fields["address"],
            rule=_rule(fields),
            session_kind=_kind(fields),
            capacity=_capacity(fields),
        )
    except AddressRefused as error:
        return _show(request, desk, fields, {"address": sentence(str(error))})
    except UserError as error:
        return _show(request, desk, fields, {"name": sentence(str(error))})
    _refresh(desk, added)
    return RedirectResponse(f"/calendars/{desk.venue.id}", 303)


@router.post("/calendars/{venue}/{calendar}/change")
def change_calendar(request: Request, desk: ManagedDesk, calendar: UUID, fields: FormDep) -> Response:
    venue_calendar = _find(desk, calendar)
    errors, address = _errors(desk, fields), fields.get("address", "").strip()
    if address:  # it is often a secret, so that the form does not show it, and leaves it where nothing is written
        errors |= _errors_in_address(fields)
    if errors:
        return _show(request, desk, fields, errors, changing=calendar)
    try:
        calendar_service.change(
            desk.services.ledger,
            desk.scope,
            venue_calendar,
            _zone(desk, fields),
            name=clean_name(fields["name"], "calendar"),
            rule=_rule(fields),
            session_kind=_kind(fields),
            capacity=_capacity(fields),
            address=address or None,
        )
    except CalendarGone as error:
        raise Problem(404, say(GONE)) from error
    except AddressRefused as error:
        return _show(request, desk, fields, {"address": sentence(str(error))}, changing=calendar)
    except UserError as error:
        return _show(request, desk, fields, {"name": sentence(str(error))}, changing=calendar)
    _refresh(desk, calendar)
    return RedirectResponse(f"/calendars/{desk.venue.id}", 303)


def _zone(desk: PlanningDesk, fields: Mapping[str, str]) -> Zone:
    return next(zone for zone in desk.zones if str(zone.id) == fields["zone"])


def _rule(fields: Mapping[str, str]) -> SessionRule:
    return SessionRule(_condition(fields, "title_contains"), _condition(fields, "category"), "whole_days" in fields)


def _kind(fields: Mapping[str, str]) -> SessionKind:
    return next(kind for kind in get_args(SessionKind) if kind == fields["kind"])


def _capacity(fields: Mapping[str, str]) -> int | None:
    capacity = fields.get("capacity", "").strip()
    return int(capacity) if capacity else None


def _errors_in_address(fields: Mapping[str, str]) -> dict[str, str]:
    try:
        calendar_fetch.clean_address(fields.get("address", ""))
    except UserError as error:
        return {"address": sentence(problem_words(str(error)))}
    return {}


def _errors(desk: PlanningDesk, fields: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the form, by field; its address apart."""
    errors: dict[str, str] = {}
    try:
        clean_name(fields.get("name", ""), "calendar")
    except BadName:
        errors["name"] = say("A calendar's name has 1 to {most} letters that can be printed.", most=MAX_NAME)
    if fields.get("zone") not in [str(zone.id) for zone in desk.zones]:
        errors["zone"] = say("Choose a zone.")
    if fields.get("kind") not in get_args(SessionKind):
        errors["kind"] = say("Choose a kind.")
    capacity = fields.get("capacity", "").strip()
    is_number = capacity.isascii() and capacity.isdigit() and len(capacity) <= 4
    if capacity and not (is_number and 1 <= int(capacity) <= MOST_PEOPLE):
        errors["capacity"] = say("Write a number from 1 to {most}, or nothing.", most=MOST_PEOPLE)
    return errors


def _condition(fields: Mapping[str, str], name: str) -> str | None:
    return " ".join(fields.get(name, "").split())[:LONGEST_CONDITION] or None


@router.post("/calendars/{venue}/publish")
def publish(desk: ManagedDesk, _fields: FormDep) -> Response:
    calendar_feed.publish(desk.services.ledger, desk.scope, desk.venue)
    return RedirectResponse(f"/calendars/{desk.venue.id}", 303)


@router.post("/calendars/{venue}/unpublish")
def unpublish(desk: ManagedDesk, _fields: FormDep) -> Response:
    with suppress(UserError):  # it was ended before, by a form that was sent twice
        calendar_feed.unpublish(desk.services.ledger, desk.scope, desk.venue)
    return RedirectResponse(f"/calendars/{desk.venue.id}", 303)


@router.post("/calendars/{venue}/{calendar}/refresh")
def refresh(desk: ManagedDesk, calendar: UUID, fields: FormDep) -> Response:
    _refresh(desk, calendar, accept_fewer="accept" in fields)
    return RedirectResponse(f"/calendars/{desk.venue.id}", 303)


@router.post("/calendars/{venue}/{calendar}/remove")
def remove(desk: ManagedDesk, calendar: UUID, fields: FormDep) -> Response:
    venue_calendar = _find(desk, calendar)
    calendar_service.remove(desk.services.ledger, desk.scope, venue_calendar, keep_sessions="keep" in fields)
    return RedirectResponse(f"/calendars/{desk.venue.id}", 303)


def _refresh(desk: PlanningDesk, calendar: UUID, *, accept_fewer: bool = False) -> None:
    """Fetch it now; what comes of it is shown on the page. Raises Problem 404."""
    limits = FetchLimits(desk.services.settings.allowed_networks, whole_s=WAIT_S)
    try:
        calendar_service.refresh(desk.services.ledger, _find(desk, calendar), limits, accept_fewer=accept_fewer)
    except CalendarGone as error:
        raise Problem(404, say(GONE)) from error


def _find(desk: PlanningDesk, calendar: UUID) -> VenueCalendar:
    with desk.services.store.reading() as connection:
        venue_calendar = calendar_repository.find(connection, calendar)
    if venue_calendar is None or venue_calendar.venue.id != desk.venue.id:
        raise Problem(404, say(GONE))
    return venue_calendar


def _show(
    request: Request,
    desk: PlanningDesk,
    fields: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    *,
    changing: UUID | None = None,
) -> Response:
    """The page. ``fields`` and their ``errors`` are of the form for another calendar, or for that of ``changing``."""
    services = desk.services
    calendars = calendar_repository.calendars(services.store, desk.scope)
    with services.store.reading() as connection:
        published = calendar_feed.find(connection, desk.venue.id)
    address = ""
    if published is not None:
        url = services.settings.public_url or str(request.base_url)  # as the reader's browser has reached the server
        token = calendar_feed.token_of(published.id, services.secret)
        address = calendar_feed.address(url.rstrip("/"), token)
    return desk.show(
        "calendars.html",
        400 if errors else 200,
        cards=[
            _card(desk, calendar, fields if calendar.id == changing else None)
            for calendar in calendars
            if calendar.venue.id == desk.venue.id
        ],
        new_fields=(None if changing else fields)
        or {"kind": "event", "zone": str(desk.zones[0].id) if desk.zones else ""},
        errors=errors or {},
        changing=changing,
        published=address,
        weeks=calendar_words.WEEKS,
    )


def _card(desk: PlanningDesk, calendar: VenueCalendar, fields: Mapping[str, str] | None) -> CalendarCard:
    zone, now = desk.clock, desk.services.now
    return CalendarCard(
        calendar,
        sentence(calendar_words.state_words(calendar)),
        "" if calendar.tried_at is None else moment_words(calendar.tried_at, zone, now),
        calendar_words.rule_words(calendar.rule),
        [] if calendar.summary is None else calendar_words.details(calendar.summary),
        is_shrunk=calendar.summary is not None and calendar.summary.withheld > 0,
        fields=_stored_fields(calendar) if fields is None else fields,
    )


def _stored_fields(calendar: VenueCalendar) -> Mapping[str, str]:
    """What is in the form that changes a calendar."""
    return {
        "name": calendar.name,
        "zone": str(calendar.zone),
        "kind": calendar.session_kind,
        "capacity": "" if calendar.capacity is None else str(calendar.capacity),
        "title_contains": calendar.rule.title_contains or "",
        "category": calendar.rule.category or "",
        **({"whole_days": "yes"} if calendar.rule.whole_days else {}),
    }
