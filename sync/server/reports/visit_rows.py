"""The visits behind a report, a row each, for exports: read in batches, so that no number of them fills the memory.

A row names no person, pass, feeling, language or pouch, and nothing has an id; times are cut to the minute. It is for
the accounts of the organisation, as the attendance report is, and is not offered for protected reports.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import ColumnElement, Integer, Row, Select, and_, func, literal_column, or_, select

from sync.ledger import tables as ledger_tables
from sync.ledger.counted import COUNTED_VISIT
from sync.ledger.store import Store
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.inventory import Inventory
from sync.server.kiosks.missing import FIRST_KNOWN
from sync.server.kiosks.repository import Venue
from sync.server.reports.attendance import ATTENDANCE
from sync.server.reports.base import AnyReport, ReportColumn, ReportFilters
from sync.server.reports.daily_columns import KEPT, PUT_AWAY, VENUE
from sync.server.reports.disclosure import NotOffered
from sync.server.reports.phones import PHONES
from sync.server.reports.presence import PRESENCE
from sync.server.reports.selection import Selection, select_venues
from sync.server.reports.stays import STAYS
from sync.server.reports.storage import STORAGE
from sync.server.web.i18n import later
from sync.server.web.session_kinds import KINDS
from sync.server.web.venue_time import day_of, midnight

BATCH = 2000  # visits of one statement
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
# Reports that add up these very visits. Seats count visits by session; the others are protected.
REPORTS: tuple[AnyReport, ...] = (ATTENDANCE, PRESENCE, STAYS, PHONES, STORAGE)

_visit = ledger_tables.visit.c
_session = ledger_tables.session.c


class VisitRow(Struct, frozen=True):
    """One counted visit; the fields are those of COLUMNS."""

    day: date
    venue: str
    zone: str | None
    session_kind: str | None
    checked_in: datetime
    checked_out: datetime | None
    minutes: float | None
    phone_free_minutes: float | None
    phone_free_hours: float
    people: int
    phones: int
    kept: int
    stow: str
    taken_early: int
    lost_phones: int
    lost_numbers: int
    not_back: int
    over_capacity: int
    estimated: int


STOWS = {"pouch": later("Pouch"), "locker": later("Locker"), "none": later("None")}
COLUMNS = (
    ReportColumn("day", later("Day"), "day", definition=later("The venue’s day of the check-in, by its own clocks.")),
    VENUE,
    ReportColumn(
        "zone", later("Zone"), "text", definition=later("Of the session; empty where the session is not known yet.")
    ),
    ReportColumn(
        "session_kind",
        later("Kind of session"),
        "text",
        definition=later("Empty where the session is not known yet."),
        labels={kind: text for kind, text in KINDS.items()},
    ),
    ReportColumn("checked_in", later("Checked in"), "moment", definition=later("The check-in, by the venue’s clocks.")),
    ReportColumn(
        "checked_out",
        later("Checked out"),
        "moment",
        definition=later("The check-out; empty: the visit has not ended."),
    ),
    ReportColumn(
        "minutes",
        later("Stay"),
        unit=later("min"),
        decimals=1,
        definition=later("From the check-in to the check-out, breaks included."),
    ),
    ReportColumn(
        "phone_free_minutes",
        later("Phone-free"),
        unit=later("min"),
        decimals=1,
        definition=later("The time that the phones rested."),
    ),
    ReportColumn(
        "phone_free_hours",
        later("Phone-free, all people"),
        unit=later("h"),
        decimals=4,
        is_totalled=True,
        definition=later("People without a kept phone × the time that the phones rested."),
    ),
    ReportColumn("people", later("People"), is_totalled=True, definition=later("People of the party.")),
    ReportColumn("phones", later("Phones"), is_totalled=True, definition=PUT_AWAY),
    KEPT,
    ReportColumn(
        "stow", later("Stow"), "text", definition=later("Where the phones rest: pouch, locker or none."), labels=STOWS
    ),
    ReportColumn(
        "taken_early",
        later("Taken early"),
        is_totalled=True,
        definition=later("1: a phone was taken for good before the end."),
    ),
    ReportColumn(
        "lost_phones", later("Lost"), is_totalled=True, definition=later("Phones that a host has written down as lost.")
    ),
    ReportColumn(
        "lost_numbers",
        later("Pouches or lockers lost"),
        is_totalled=True,
        definition=later("Pouches or lockers of the visit that are lost or out of use, and have not been found since."),
    ),
    ReportColumn(
        "not_back",
        later("Not back"),
        is_totalled=True,
        definition=later("1: the visit has ended, and a phone, a pouch or a locker is still out."),
    ),
    ReportColumn(
        "over_capacity",
        later("Beyond capacity"),
        is_totalled=True,
        definition=later("1: a host let the party in although the session was full."),
    ),
    ReportColumn(
        "estimated", later("Estimated"), is_totalled=True, definition=later("1: a time of the visit is estimated.")
    ),
)


@dataclass(frozen=True)
class VisitTable:
    """What exporters write of visits."""

    title: str
    columns: tuple[ReportColumn, ...]


VISITS = VisitTable(later("Visits"), COLUMNS)


def is_offered(report: AnyReport) -> bool:
    """Whether the visits behind the report can be exported."""
    return report in REPORTS


def check_offered(report: AnyReport) -> None:
    """Refuse what :func:`is_offered` denies. Raises NotOffered."""
    if not is_offered(report):
        offered = ", ".join(f"“{other.title}”" for other in REPORTS)
        raise NotOffered(f"the visits behind “{report.title}” are not exported one by one; they are for {offered}")


def visit_rows(store: Store, inventory: Inventory, filters: ReportFilters) -> Iterator[VisitRow]:
    """The counted visits that the filters choose, by venue name and check-in. Raises StorageError.

    Each batch is a transaction of its own, so that a slow reader of the rows holds neither a connection nor a
    snapshot; what arrives while they are read may be among them or not. Raises lookup.NotFound for a zone that the
    venue has not, when it is called; all else when the rows are read.
    """
    selection = select_venues(store, inventory, filters)
    zones = kiosk_repository.zone_names_by_id(store, inventory.scope)
    return _rows_of_venues(store, selection, filters, zones)


def _rows_of_venues(
    store: Store, selection: Selection, filters: ReportFilters, zones: dict[UUID, dict[str, str]]
) -> Iterator[VisitRow]:
    for venue in selection.venues:
        clock_zone, names = venue.clock_zone, zones.get(venue.id, {})
        for visit in _visits(store, venue, selection, filters):
            yield _row(visit, venue.name, clock_zone, names)


def _visits(store: Store, venue: Venue, selection: Selection, filters: ReportFilters) -> Iterator[Row[Any]]:
    """A venue's visits in the order of the index by which they are read."""
    start = max(FIRST_KNOWN, midnight(filters.first, venue.clock_zone))
    end = midnight(filters.last + timedelta(days=1), venue.clock_zone)
    chosen: list[ColumnElement[bool]] = [_visit.venue == venue.id, _visit.checked_in < end, COUNTED_VISIT]
    chosen += selection.sessions.conditions(_session)
    query = _query().where(*chosen).order_by(_visit.checked_in, _visit.id).limit(BATCH)
    following: ColumnElement[bool] = _visit.checked_in >= start
    while True:
        with store.reading() as connection:
            batch = connection.execute(query.where(following)).all()
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1]
        is_later = or_(_visit.checked_in > last.checked_in, _visit.id > last.id)
        following = and_(_visit.checked_in >= last.checked_in, is_later)


def _query() -> Select[Any]:
    of_session = (_session.id == _visit.session) & (_session.venue == _visit.venue)
    lost: ColumnElement[int] = func.coalesce(func.json_array_length(_visit.lost, type_=Integer), literal_column("0"))
    columns = (
        _visit.id,
        _visit.checked_in,
        _visit.checked_out,
        _visit.stay,
        _visit.phone_free,
        _visit.party_size,
        _visit.phones,
        _visit.kept,
        _visit.stow,
        _visit.taken_early,
        _visit.phones_lost,
        _visit.outstanding,
        _visit.over_capacity,
        _visit.estimated,
        _session.zone,
        _session.session_kind,
        lost.label("lost"),
    )
    return select(*columns).join_from(ledger_tables.visit, ledger_tables.session, of_session, isouter=True)


def _row(visit: Row[Any], venue: str, clock_zone: ZoneInfo, zones: dict[str, str]) -> VisitRow:
    has_ended = visit.checked_out is not None
    without_phone = max(0, visit.party_size - visit.kept)
    return VisitRow(
        day=day_of(visit.checked_in, clock_zone),
        venue=venue,
        zone=None if visit.zone is None else zones.get(visit.zone),
        session_kind=visit.session_kind,
        checked_in=_to_the_minute(visit.checked_in, clock_zone),
        checked_out=_to_the_minute(visit.checked_out, clock_zone) if has_ended else None,
        minutes=_minutes(visit.stay),
        phone_free_minutes=_minutes(visit.phone_free),
        phone_free_hours=round(without_phone * (visit.phone_free or 0) / HOUR_MS, 4),
        people=visit.party_size,
        phones=visit.phones,
        kept=visit.kept,
        stow=visit.stow,
        taken_early=int(visit.taken_early),
        lost_phones=visit.phones_lost,
        lost_numbers=visit.lost,
        not_back=int(visit.outstanding and has_ended),
        over_capacity=int(visit.over_capacity),
        estimated=int(visit.estimated),
    )


def _to_the_minute(at: int, zone: ZoneInfo) -> datetime:
    """``at``: ms since 1970 UTC."""
    return datetime.fromtimestamp(at // MINUTE_MS * 60, zone)


def _minutes(length: int | None) -> float | None:
    return None if length is None else round(length / MINUTE_MS, 1)
