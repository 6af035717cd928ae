"""The commands by which a coordinator plans: sessions, and what a venue has."""

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
from sync.server.kiosks import lookup, naming, venues
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.pairing import clean_name
from sync.server.kiosks.repository import Venue
from sync.server.local_time import EXAMPLE, read_time, show_time
from sync.server.planning import service as planning_service
from sync.server.settings import ServerSettings
from sync.server.storage import open_existing
from sync.system_clock import SystemClock


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Put them among the program's commands."""
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
    cancel.add_argument("session", type=_session, metavar="SESSION", help="its id, as plan has printed it")
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


def _plan(settings: ServerSettings, asked: argparse.Namespace) -> None:
    with _at(settings, asked.venue) as (ledger, venue):
        zone_id, zone = _zone(ledger, venue, asked.zone)
        planned = SessionPlanned(
            zone=str(zone_id),
            title=clean_name(asked.title, "session"),
            session_kind=asked.kind,
            planned_start=read_time(asked.start, venue.clock_zone),
            planned_end=read_time(asked.end, venue.clock_zone),
            capacity=asked.capacity,
        )
        session = planning_service.plan(ledger, venue.id, planned)
    start, end = (show_time(at, venue.clock_zone) for at in (planned.planned_start, planned.planned_end))
    command_line.say(f"Planned “{planned.title}” at {venue.name}, {zone}: {start} to {end} ({venue.time_zone}).")
    command_line.say(str(session))


def _cancel(settings: ServerSettings, asked: argparse.Namespace) -> None:
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        taken_back = planning_service.cancel(ledger, asked.session)
    command_line.say(
        f"Cancelled “{taken_back.title}”; its kiosks learn of it within a minute, or when they are online again."
    )


def _configure(settings: ServerSettings, asked: argparse.Namespace) -> None:
    with _at(settings, asked.venue) as (ledger, venue):
        said = VenueConfigured(
            name=UNSET if asked.name is None else clean_name(asked.name, "venue"),
            time_zone=UNSET if asked.time_zone is None else asked.time_zone,
            pouches=UNSET if asked.pouches is None else asked.pouches,
            lockers=UNSET if asked.lockers is None else asked.lockers,
            reach=UNSET if asked.reach is None else _telephone(asked.reach),
        )
        venues.configure(ledger, venue.id, said)
    command_line.say(f"{venue.name} is changed; its kiosks learn of it within a minute, or when they are online again.")


@contextmanager
def _at(settings: ServerSettings, name: str) -> Iterator[tuple[Ledger, Venue]]:
    """The server's ledger, beside the server that may be running, and one of its venues. Raises UserError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        yield ledger, naming.find_venue(kiosk_repository.venues(ledger.store), name)


def _zone(ledger: Ledger, venue: Venue, name: str | None) -> tuple[UUID, str]:
    with ledger.store.reading() as connection:
        known = kiosk_repository.zones_in(connection, venue.id)
    there = "; choose with --zone: " + ", ".join(f"“{zone.name}”" for zone in known)
    if name is None and len(known) == 1:
        return known[0].id, known[0].name
    if name is None:
        raise UserError(f"{venue.name} has several zones{there}")
    try:
        zone = lookup.find("zone", known, lambda zone: zone.name, name)
    except lookup.NotFound as error:
        raise UserError(f"{venue.name}: {error}{there}") from error
    return zone.id, zone.name


def _session(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no session's id; `hearth-server plan` has printed it") from error


def _telephone(text: str) -> str:
    """As it is kept. Raises UserError."""
    text = " ".join(text.split())
    if not text.isprintable():
        raise UserError("--reach has a character that can't be printed")
    return text
