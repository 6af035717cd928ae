"""The commands that plan and cancel sessions and configure venues."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
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
from sync.server.planning import service as planning_service
from sync.server.settings import ServerSettings
from sync.server.storage import open_existing
from sync.system_clock import SystemClock


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
    plan.set_defaults(run=_plan)

    example = "cancel 019f3b1c-7d2e-7a10-8c55-3f2b6c1d9e44"
    cancel = new(commands, "cancel", "take a planned session back", example)
    cancel.add_argument("session", type=_session_id, metavar="SESSION", help="its id, as plan has printed it")
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
    with _ledger_and_venue(settings, options.venue) as (ledger, venue):
        zone = _find_zone(ledger, venue, options.zone)
        planned = SessionPlanned(
            zone=str(zone.id),
            title=clean_name(options.title, "session"),
            session_kind=options.kind,
            planned_start=read_time(options.start, venue.clock_zone),
            planned_end=read_time(options.end, venue.clock_zone),
            capacity=options.capacity,
        )
        session = planning_service.plan(ledger, venue.id, planned)
    start, end = (show_time(at, venue.clock_zone) for at in (planned.planned_start, planned.planned_end))
    command_line.say(f"Planned “{planned.title}” at {venue.name}, {zone.name}: {start} to {end} ({venue.time_zone}).")
    command_line.say(str(session))


def _cancel(settings: ServerSettings, options: argparse.Namespace) -> None:
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        cancelled = planning_service.cancel(ledger, command_scope(ledger.store), options.session)
    command_line.say(
        f"Cancelled “{cancelled.title}”; its kiosks learn of it within a minute, or when they are online again."
    )


def _configure(settings: ServerSettings, options: argparse.Namespace) -> None:
    with _ledger_and_venue(settings, options.venue) as (ledger, venue):
        changes = VenueConfigured(
            name=UNSET if options.name is None else clean_name(options.name, "venue"),
            time_zone=UNSET if options.time_zone is None else options.time_zone,
            pouches=UNSET if options.pouches is None else options.pouches,
            lockers=UNSET if options.lockers is None else options.lockers,
            reach=UNSET if options.reach is None else _clean_telephone(options.reach),
        )
        venues.configure(ledger, venue.id, changes)
    command_line.say(f"{venue.name} is changed; its kiosks learn of it within a minute, or when they are online again.")


@contextmanager
def _ledger_and_venue(settings: ServerSettings, name: str) -> Iterator[tuple[Ledger, Venue]]:
    """The server's ledger, which a running server may use too, and the venue with this name. Raises UserError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        scope = command_scope(ledger.store)
        yield ledger, naming.find_venue(kiosk_repository.venues(ledger.store, scope), name)


def _find_zone(ledger: Ledger, venue: Venue, name: str | None) -> Zone:
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
        raise argparse.ArgumentTypeError(f"{text!r} is no session's id; `hearth-server plan` has printed it") from error


def _clean_telephone(text: str) -> str:
    """The stored form of a telephone number. Raises UserError."""
    text = " ".join(text.split())
    if not text.isprintable():
        raise UserError("--reach has a character that can't be printed")
    return text
