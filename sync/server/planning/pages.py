"""The page of a venue's week: what is planned, and which kiosks know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from sync.server.auth.current_account import AccountDep, ScopeDep
from sync.server.dependencies import ServicesDep
from sync.server.kiosks import naming, plan_readings
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.lookup import NotFound
from sync.server.planning import week, words
from sync.server.planning.desk import PlanningDesk, ViewedDesk, desk_of
from sync.server.planning.week import PlannedItem
from sync.server.web.days import NotADay, read_day
from sync.server.web.i18n import say
from sync.server.web.problems import Problem
from sync.server.web.rendering import page
from sync.server.web.venue_time import day_of
from sync.server.web.words import day_words, period_words, sentence

router = APIRouter(include_in_schema=False)

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class PlanLine:
    """One session in the calendar, with its texts."""

    item: PlannedItem
    address: str
    time: str
    zone: str
    kind: str
    people: str
    repeats: str
    state: str
    known: str  # empty: nothing is to be known
    is_late: bool  # a kiosk has not read it


@dataclass(frozen=True)
class CalendarDay:
    """A day of the week, with what is planned on it."""

    day: date
    words: str
    is_today: bool
    lines: Sequence[PlanLine]


@router.get("/plan")
def choose_venue(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    venues = kiosk_repository.venues(services.store, scope)
    name, day = (request.query_params.get(field_, "").strip() for field_ in ("venue", "day"))
    if not venues:
        kiosks = kiosk_repository.kiosks(services.store, scope)
        return page("plan_empty.html", account=account, here="plan", venues=venues, kiosks=kiosks)
    try:
        venue = naming.find_venue(venues, name) if name else venues[0]
    except NotFound as error:
        raise Problem(404, sentence(str(error))) from error
    return _show_week(desk_of(services, account, scope, venue.id), day)


@router.get("/plan/{venue}")
def show_week(request: Request, desk: ViewedDesk) -> Response:
    return _show_week(desk, request.query_params.get("day", ""))


def _show_week(desk: PlanningDesk, typed: str) -> Response:
    note, day = "", desk.today
    try:
        day = read_day(typed) if typed.strip() else day
    except NotADay as error:
        note = sentence(str(error))
    monday = max(day - timedelta(days=day.weekday()), date(1970, 1, 5))
    with desk.services.store.reading() as connection:
        items = week.read_days(connection, desk.venue, monday, 7, desk.services.now)
        lines = _lines(desk, connection, items)
    days = [_calendar_day(desk, monday + timedelta(days=number), monday, lines) for number in range(7)]
    return desk.show(
        "plan.html",
        400 if note else 200,
        note=note,
        period=period_words(monday, monday + timedelta(days=6)),
        monday=monday,
        this_monday=desk.today - timedelta(days=desk.today.weekday()),
        before=desk.address(monday - WEEK),
        after=desk.address(monday + WEEK),
        days=days,
        today=desk.today,
    )


def _calendar_day(desk: PlanningDesk, day: date, monday: date, lines: Sequence[PlanLine]) -> CalendarDay:
    """A session is listed on the day when it begins; one that began before the week, on its first."""
    of_day = [line for line in lines if max(day_of(line.item.start, desk.clock), monday) == day]
    return CalendarDay(day, day_words(day, desk.today), day == desk.today, of_day)


def _lines(desk: PlanningDesk, connection: Connection, items: Sequence[PlannedItem]) -> list[PlanLine]:
    subjects = {item.id for item in items} | {item.series.id for item in items if item.series}
    statements = plan_readings.statements(connection, desk.venue.id, subjects)
    readings = plan_readings.readings(connection, [kiosk.id for kiosk in desk.kiosks])
    names = naming.zone_names(desk.kiosks)
    lines = []
    for item in items:
        statement = statements.get(item.id) or (statements.get(item.series.id) if item.series else None)
        kiosks = desk.kiosks_in(item.zone)
        known = words.knowledge_words(statement, kiosks, names, readings, desk.services.now)
        is_open = item.state in ("planned", "cancelled")
        lines.append(
            PlanLine(
                item,
                desk.item_address(item),
                words.item_times(item, desk.clock, day_of(item.start, desk.clock)),
                desk.zone_name(item.zone),
                say("Practice") if item.is_practice else words.kind_words(item.session_kind),
                words.people_words(item.capacity),
                _repeats(item),
                words.state_words(item.state),
                words.known_summary(known) if is_open else "",
                is_open and not all(line.knows for line in known),
            )
        )
    return lines


def _repeats(item: PlannedItem) -> str:
    if item.is_changed_alone:
        return say("of a series, changed on its own")
    if item.row:
        return say("one of several")
    return say("every week") if item.series else ""
