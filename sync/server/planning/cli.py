"""The commands that plan, list and cancel sessions, and configure venues."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from typing import get_args
from uuid import UUID

from msgspec import UNSET

from sync import command_line
from sync.command_line import Parser
from sync.domain.events import SessionKind, SessionPlanned, VenueConfigured
from sync.errors import UserError
from sync.ledger.ledger import Ledger
from sync.server.auth.scope import command_scope
from sync.server.kiosks import lookup, naming, venues
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.pairing import clean_name
from sync.server.kiosks.repository import Venue, Zone
from sync.server.local_time import EXAMPLE, read_time, show_time
from sync.server.planning import doubts, week, words
from sync.server.planning import service as planning_service
from sync.server.planning.week import PlannedItem
from sync.server.settings import ServerSettings
from sync.server.storage import open_existing, open_for_reading
from sync.server.typed_events import validated
from sync.server.web.days import NotADay, read_day
from sync.server.web.venue_time import day_of
from sync.system_clock import SystemClock

PLAN_HEADINGS = ("venue", "zone", "from", "until", "title", "how", "id")
MOST_DAYS = 366  # that are listed at once


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Add the commands to the program's."""
    example = f'plan --venue "Mill café" --title "Quiet evening" --from "{EXAMPLE}" --until "2026-12-01 21:00"'
    plan = new(commands, "plan", "plan a session, which the kiosk offers its host on that day", example)
    plan.add_argument("--venue", required=True, metavar="NAME")
    plan.add_argument("--zone", metavar="NAME", help="needed where the venue has several")
    plan.add_argument("--title", required=True, metavar="TEXT", help="what visitors read")
    plan.add_argument("--from", required=True, dest="start", metavar="TIME", help=f"by the venue's clocks: {EXAMPLE!r}")
    plan.add_argument("--until", required=True, dest="end", metavar="TIME")
    plan.add_argument("--kind", choices=get_args(SessionKind), default="event", help="(default: event)")
    plan.add_argument("--capacity", type=int, metavar="N", help="people at most (default: no limit)")
    plan.add_argument("--practice", action="store_true", help="for staff to try it: no report counts it")
    plan.add_argument("--yes", action="store_true", help="also where it is very long, far ahead or beside another one")
    plan.set_defaults(run=_plan)

    listing = new(commands, "plans", "list what is planned, sessions of weekly series too", 'plans --venue "Mill café"')
    listing.add_argument("--venue", metavar="NAME", help="(default: all)")
    listing.add_argument("--from", dest="first", type=_day, metavar="DAY", help="(default: today)")
    listing.add_argument("--days", type=_number_of_days, default=14, metavar="N", help="how many (default: 14)")
    listing.set_defaults(run=_list)

    example = f'cancel --venue "Mill café" --at "{EXAMPLE}"'
    cancel = new(commands, "cancel", "take a planned session back", example)
    cancel.add_argument(
        "session", nargs="?", type=_session_id, metavar="SESSION", help="its id, as plan and plans print it; or:"
    )
    cancel.add_argument("--venue", metavar="NAME", help="where it is planned")
    cancel.add_argument("--at", metavar="TIME", help=f"when it begins, by the venue's clocks: {EXAMPLE!r}")
    cancel.add_argument("--zone", metavar="NAME", help="needed where several begin then")
    cancel.set_defaults(run=_cancel)

    example = 'configure --venue "Mill café" --pouches 40 --reach "+31 20 555 0123"'
    configure = new(commands, "configure", "say what a venue has; its kiosks go by it", example)
    configure.add_argument("--venue", required=True, metavar="NAME")
    configure.add_argument("--name", metavar="NAME", help="call it otherwise from now on")
    configure.add_argument("--pouches", type=int, metavar="N", help="how many there are, numbered from 1")
    configure.add_argument("--lockers", type=int, metavar="N", help="how many there are, numbered from 1")
    configure.add_argument("--reach", metavar="TEXT", help='the telephone to show; "": none')
    configure.add_argument("--time-zone", metavar="TZ", help="for example Europe/London; the report's days follow it")
    configure.set_defaults(run=_configure)


def _plan(settings: ServerSettings, options: argparse.Namespace) -> None:
    with ledger_and_venue(settings, options.venue) as (ledger, venue):
        zone = find_zone(ledger, venue, options.zone)
        planned = SessionPlanned(
            zone=str(zone.id),
            title=clean_name(options.title, "session"),
            session_kind=options.kind,
            planned_start=read_time(options.start, venue.clock_zone),
            planned_end=read_time(options.end, venue.clock_zone),
            capacity=options.capacity,
            practice=True if options.practice else UNSET,
        )
        validated(planned)
        if not options.yes:
            _check_doubts(ledger, venue, planned)
        session = planning_service.plan(ledger, venue.id, planned)
    start, end = (show_time(at, venue.clock_zone) for at in (planned.planned_start, planned.planned_end))
    purpose = " for practice" if options.practice else ""
    where, when = f"{venue.name}, {zone.name}", f"{start} to {end} ({venue.time_zone})"
    command_line.print_line(f"Planned “{planned.title}”{purpose} at {where}: {when}.")
    command_line.print_line(str(session))


def _check_doubts(ledger: Ledger, venue: Venue, planned: SessionPlanned) -> None:
    """Raise UserError for what is unlikely to be meant."""
    now, zone = ledger.clock.read().at, venue.clock_zone
    planning_service.check_times(planned.planned_start, planned.planned_end, now)
    today = day_of(now, zone)
    with ledger.store.reading() as connection:
        others = week.read_items(connection, venue, *doubts.compared_time(planned, zone, today), now)
    questions = [*doubts.of_session(planned, zone, now), *doubts.of_overlaps(planned, others, zone, today)]
    if questions:
        raise UserError(f"{' '.join(questions)} Add --yes if it is meant so")


def _list(settings: ServerSettings, options: argparse.Namespace) -> None:
    with closing(open_for_reading(settings.place, SystemClock())) as ledger:
        venues = kiosk_repository.venues(ledger.store, command_scope(ledger.store))
        if options.venue is not None:
            venues = [naming.find_venue(venues, options.venue)]
        now = ledger.clock.read().at
        rows: list[Sequence[str]] = []
        with ledger.store.reading() as connection:
            for venue in venues:
                zones = {str(zone.id): zone.name for zone in kiosk_repository.zones_in(connection, venue.id)}
                first = options.first or day_of(now, venue.clock_zone)
                items = week.read_days(connection, venue, first, options.days, now)
                rows += [_cells(item, venue, zones) for item in items]
    if rows:
        command_line.write(command_line.table(PLAN_HEADINGS, rows))
    else:
        command_line.print_line("Nothing is planned in that time.")


def _cells(item: PlannedItem, venue: Venue, zones: Mapping[str, str]) -> Sequence[str]:
    state = words.STATES[item.state] or ("every week" if item.series else "once")
    if item.is_practice:
        state = f"{state}, practice"
    start = show_time(item.start, venue.clock_zone)
    end = "" if item.end is None else show_time(item.end, venue.clock_zone)
    return venue.name, zones.get(item.zone, item.zone), start, end, item.title, state, str(item.id)


def _cancel(settings: ServerSettings, options: argparse.Namespace) -> None:
    if (options.session is None) == (options.venue is None or options.at is None):
        raise UserError("say which session: its id, or --venue and --at; `hearth-server plans` lists them")
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        scope = command_scope(ledger.store)
        if options.session is not None:
            cancelled = planning_service.cancel(ledger, scope, options.session)
        else:
            venue = naming.find_venue(kiosk_repository.venues(ledger.store, scope), options.venue)
            cancelled = _find_planned(ledger, venue, options.at, options.zone)
            planning_service.cancel_item(ledger, scope, venue, cancelled)
    command_line.print_line(
        f"Cancelled “{cancelled.title}”; its kiosks learn of it within a minute, or when they are online again."
    )


def _find_planned(ledger: Ledger, venue: Venue, time: str, zone: str | None) -> PlannedItem:
    """The session that is planned to begin then; ``zone`` None: in any zone. Raises UserError."""
    start, now = read_time(time, venue.clock_zone), ledger.clock.read().at
    with ledger.store.reading() as connection:
        items = week.read_items(connection, venue, start, start + 1, now)
    zone_id = None if zone is None else str(find_zone(ledger, venue, zone).id)
    planned = [item for item in items if item.start == start and item.is_to_come and zone_id in (None, item.zone)]
    if len(planned) == 1:
        return planned[0]
    shown = show_time(start, venue.clock_zone)
    if planned:
        titles = ", ".join(f"“{item.title}” ({item.id})" for item in planned)
        raise UserError(f"{len(planned)} sessions begin at {venue.name} on {shown}: {titles}; give the id of one")
    raise UserError(f"no session is planned to begin at {venue.name} on {shown}; `hearth-server plans` lists them")


def _configure(settings: ServerSettings, options: argparse.Namespace) -> None:
    with ledger_and_venue(settings, options.venue) as (ledger, venue):
        changes = VenueConfigured(
            name=UNSET if options.name is None else clean_name(options.name, "venue"),
            time_zone=UNSET if options.time_zone is None else options.time_zone,
            pouches=UNSET if options.pouches is None else options.pouches,
            lockers=UNSET if options.lockers is None else options.lockers,
            reach=UNSET if options.reach is None else _clean_telephone(options.reach),
        )
        venues.configure(ledger, venue.id, changes)
    command_line.print_line(
        f"{venue.name} is changed; its kiosks learn of it within a minute, or when they are online again."
    )


@contextmanager
def ledger_and_venue(settings: ServerSettings, name: str) -> Iterator[tuple[Ledger, Venue]]:
    """The server's ledger, which a running server may use too, and the venue with this name. Raises UserError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        scope = command_scope(ledger.store)
        yield ledger, naming.find_venue(kiosk_repository.venues(ledger.store, scope), name)


def find_zone(ledger: Ledger, venue: Venue, name: str | None) -> Zone:
    """The zone with this name; None: the venue's only zone. Raises UserError."""
    with ledger.store.reading() as connection:
        zones = kiosk_repository.zones_in(connection, venue.id)
    choices = "; choose with --zone: " + ", ".join(f"“{zone.name}”" for zone in zones)
    if name is None and len(zones) == 1:
        return zones[0]
    if name is None:
        raise UserError(f"{venue.name} has several zones{choices}")
    try:
        return lookup.find("zone", zones, lambda zone: zone.name, name)
    except lookup.NotFound as error:
        raise UserError(f"{venue.name}: {error}{choices}") from error


def _session_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no session's id; `hearth-server plans` lists them") from error


def _day(text: str) -> date:
    try:
        return read_day(text)
    except NotADay as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _number_of_days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST_DAYS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_DAYS}")
    return int(text)


def _clean_telephone(text: str) -> str:
    """The stored form of a telephone number. Raises UserError."""
    text = " ".join(text.split())
    if not text.isprintable():
        raise UserError("--reach has a character that can't be printed")
    return text
