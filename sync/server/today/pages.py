"""The page of today: each venue now, and what needs a hand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response

from sync.server.auth.current_account import AccountDep, ScopeDep
from sync.server.auth.scope import Scope
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.lines import KioskLine, kiosk_lines
from sync.server.kiosks.repository import Kiosk, OpenCode, Venue
from sync.server.kiosks.words import clock_words
from sync.server.today.attention import AttentionItem, attention
from sync.server.today.presence import OpenSession, VenueNow, presence
from sync.server.web.i18n import counted, say
from sync.server.web.rendering import page
from sync.server.web.words import clock_time_words, moment_words

router = APIRouter(include_in_schema=False)

REFRESH_S = 30


@dataclass(frozen=True)
class SessionCard:
    """An open session, with its texts."""

    session: OpenSession
    zone: str  # empty: the venue has only one
    times: str


@dataclass(frozen=True)
class VenueCard:
    """A venue now, with its texts."""

    venue: Venue
    clock: str
    sessions: Sequence[SessionCard]
    presence: VenueNow
    following: str
    kiosks: str
    items: Sequence[AttentionItem]


@router.get("/today")
def show_today(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    """The page. It renews itself by its script; without one, ``?fresh=on`` asks the browser to load it again."""
    venues, kiosks = kiosk_repository.venues(services.store, scope), kiosk_repository.kiosks(services.store, scope)
    cards = _cards(services, scope, venues, kiosks)
    is_fresh = request.query_params.get("fresh") == "on"
    response = page(
        "today.html",
        account=account,
        here="today",
        venues=venues,
        kiosks=kiosks,
        cards=sorted(cards, key=lambda card: not card.items),
        at=clock_time_words(services.now, _shared_zone(services, venues)),
        is_fresh=is_fresh,
        refresh_s=REFRESH_S,
    )
    if is_fresh:
        response.headers["Refresh"] = str(REFRESH_S)
    return response


def _shared_zone(services: Services, venues: Sequence[Venue]) -> str:
    zones = {venue.time_zone for venue in venues}
    return zones.pop() if len(zones) == 1 else services.settings.time_zone


def _cards(services: Services, scope: Scope, venues: Sequence[Venue], kiosks: list[Kiosk]) -> list[VenueCard]:
    now, clocks = services.now, clock_words(venues)
    now_by_venue = presence(services.store, scope, now)
    lines: dict[UUID, list[KioskLine]] = defaultdict(list)
    for line in kiosk_lines(services.store, kiosks, now):
        if not line.kiosk.is_revoked:
            lines[line.kiosk.venue.id].append(line)
    codes: dict[UUID, list[OpenCode]] = defaultdict(list)
    for code in kiosk_repository.open_codes(services.store, scope, now):
        codes[code.venue.id].append(code)
    zones = kiosk_repository.zone_names_by_id(services.store, scope)
    return [
        VenueCard(
            venue,
            clocks.get(venue.name, ""),
            [_session_card(session, venue, zones, now) for session in present.sessions],
            present,
            _following(present, venue, now),
            _kiosk_words(lines[venue.id]),
            attention(venue, present, lines[venue.id], codes[venue.id], now),
        )
        for venue in venues
        for present in (now_by_venue.get(venue.id, VenueNow()),)
    ]


def _session_card(session: OpenSession, venue: Venue, zones: Mapping[UUID, Mapping[str, str]], now: int) -> SessionCard:
    names = zones.get(venue.id, {})
    start = moment_words(session.opened, venue.clock_zone, now, is_today_said=False)
    if session.planned_end is None:
        times = say("since {start}", start=start)
    else:
        end = moment_words(session.planned_end, venue.clock_zone, now, is_today_said=False)
        times = say("since {start}, until {end}", start=start, end=end)
    return SessionCard(session, names.get(session.zone, "") if len(names) > 1 else "", times)


def _following(present: VenueNow, venue: Venue, now: int) -> str:
    if present.following is None:
        return ""
    start = moment_words(present.following.start, venue.clock_zone, now)
    return say("“{title}” is planned for {time}.", title=present.following.title, time=start)


def _kiosk_words(lines: Sequence[KioskLine]) -> str:
    late = sum(line.is_late for line in lines)
    if not lines:
        return ""
    if not late:
        return counted("{number} kiosk, in touch.", "{number} kiosks, all in touch.", len(lines))
    return counted(
        "{count} of {number} kiosk in touch.",
        "{count} of {number} kiosks in touch.",
        len(lines),
        count=len(lines) - late,
    )
