"""Times of all reports over many visits: page and CSV of a year and of a month, and the roll-ups' rebuild.

``python tests/bench/reports.py [--visits 10000000] [--years 2] [--postgres] [--reports people]``. The visits are
written straight into the tables, evenly over twelve venues and the days of the years, as no ingest would be quick
enough: two weeks row by row, the rest as copies that the database makes of these with other ids, times and passes. The
figures are read over HTTP by a signed-in account.
"""

import argparse
import random
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import requests
from measure import scratch
from pushing import Kiosk, Served, served
from sqlalchemy import BigInteger, Column, ColumnElement, Connection, String, Uuid, case, cast, func, insert, select

from sync.domain.ids import uuid7
from sync.ledger import tables as ledger_tables
from sync.server import tables
from sync.server.backups.backup import without_triggers
from sync.server.reports import registry
from sync.server.reports.base import AnyReport
from sync.server.reports.protected_months import first_day, month_number
from sync.server.storage import open_existing
from sync.system_clock import SystemClock
from tests.support.postgres_server import postgres

VENUES = 12
DAY_MS = 24 * 60 * 60_000
DAYS = 14  # that are written; earlier ones are copies of these
ROUNDS = 9
PASSES = 20_000
YEAR_GOAL, MONTH_GOAL = 300, 100  # ms

Period: TypeAlias = tuple[date, date]


def main() -> None:
    """Fill a database, and measure."""
    options = arguments()
    with ExitStack() as stack:
        folder = stack.enter_context(scratch("reports"))
        address = None
        if options.postgres:
            server = stack.enter_context(postgres(settings=()))
            address = server.address(stack.enter_context(server.database()))
        with served(folder, address) as running:
            for number in range(VENUES):
                Kiosk(running, f"Venue {number:02}").close()
            login = running.say("init").splitlines()[-1]
        began = time.perf_counter()
        fill(address or folder, options.visits, options.years)
        print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
        with served(folder, address) as running:
            began = time.perf_counter()
            running.say("rollups")
            print(
                f"{options.visits:,} visits over {options.years} years; rebuilt in {time.perf_counter() - began:.0f} s",
                flush=True,
            )
            measure(running, urlsplit(login).path, options.reports)


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--years", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--reports", type=lambda text: text.split(","), default=registry.identifiers())
    return parser.parse_args()


def fill(place: Path | str, visits: int, years: int) -> None:
    """Write a session for each venue's day, and its visits: the last DAYS days, then copies of them for the years.

    A copy is made by the database, with ids of its own, all times so many days earlier, and other passes.
    """
    chance, last = random.Random(5), datetime.now(UTC).date() - timedelta(days=1)
    days = 365 * years
    with closing(open_existing(place, SystemClock())) as ledger:
        store = ledger.store
        with store.writing() as connection, without_triggers(connection):
            venues = connection.execute(select(tables.zone.c.venue, tables.zone.c.id)).all()
            a_day = visits / (days * len(venues))
            for back in range(min(DAYS, days)):
                write_day(
                    connection,
                    chance,
                    last - timedelta(days=back),
                    venues,
                    round(a_day * (back + 1)) - round(a_day * back),
                )
        first, written = start_of(last - timedelta(days=days - 1)), start_of(last - timedelta(days=DAYS - 1))
        for number in range(1, -(-days // DAYS)):
            with store.writing() as connection, without_triggers(connection):
                copy_days(connection, number, max(written, first + number * DAYS * DAY_MS))


def start_of(day: date) -> int:
    """When sessions open on a day, in ms since 1970 UTC."""
    return int(datetime(day.year, day.month, day.day, 10, tzinfo=UTC).timestamp() * 1000)


def write_day(connection: Connection, chance: random.Random, day: date, venues: Sequence[Any], visits: int) -> None:
    """A session in each of these zones, each with so many visits."""
    start = start_of(day)
    for venue, zone in venues:
        session = uuid7(start)
        connection.execute(insert(ledger_tables.session), [session_row(session, venue, zone, start)])
        rows = [visit_row(chance, session, venue, start) for _ in range(visits)]
        if rows:
            connection.execute(insert(ledger_tables.visit), rows)


def copy_days(connection: Connection, number: int, since: int) -> None:
    """Copy the sessions and visits that were written from ``since`` on (ms since 1970 UTC), the ``number``-th time."""
    shift = number * DAYS * DAY_MS
    session, visit = ledger_tables.session, ledger_tables.visit
    moved = {"opened": session.c.opened - shift, "closed": session.c.closed - shift}
    changed = {session: moved | {"id": copied_id(connection, session.c.id, number)}}
    changed[visit] = {
        "id": copied_id(connection, visit.c.id, number),
        "session": copied_id(connection, visit.c.session, number),
        "pass_": copied_pass(connection, number),
        "checked_in": visit.c.checked_in - shift,
        "checked_out": visit.c.checked_out - shift,
    }
    for table, at in ((session, session.c.opened), (visit, visit.c.checked_in)):
        columns = [changed[table].get(name, column) for name, column in table.c.items()]
        connection.execute(insert(table).from_select(table.c.keys(), select(*columns).where(at >= since)))


def copied_id(connection: Connection, id: Column[UUID], number: int) -> ColumnElement[Any]:
    """The id of a copy: its number in place of the first four hexadecimal digits, which are zero in a visit's."""
    if connection.dialect.name == "sqlite":
        return f"{number:04x}" + func.substr(id, 5, type_=String)
    return cast(f"{number:04x}" + func.substr(cast(id, String), 5), Uuid)


def copied_pass(connection: Connection, number: int) -> ColumnElement[Any]:
    """Another pass than the copied visit's, if it has one."""
    other = (cast(ledger_tables.visit.c.pass_, BigInteger) + 997 * number) % PASSES
    if connection.dialect.name == "sqlite":
        return case((ledger_tables.visit.c.pass_.is_not(None), func.printf("%032d", other)))  # of NULL it makes zeros
    return func.lpad(cast(other, String), 32, "0")


def session_row(session: UUID, venue: UUID, zone: UUID, start: int) -> dict[str, object]:
    """An evening that was opened and closed."""
    return {
        "id": session, "venue": venue, "journal": None, "zone": str(zone), "title": "Evening", "session_kind": "event",
        "capacity": 40, "planned_start": None, "planned_end": None, "rhythm": [], "opened_by": None, "opened": start,
        "closed": start + 10 * 60 * 60_000, "estimated": False, "cancelled": False, "closeout": True,
    }  # fmt: skip


def visit_row(chance: random.Random, session: UUID, venue: UUID, start: int) -> dict[str, object]:
    """A visit of one to three people that has ended."""
    at, people, stay = (
        start + chance.randrange(9 * 60) * 60_000,
        chance.randint(1, 3),
        chance.randrange(20, 180) * 60_000,
    )
    return {
        "id": UUID(int=uuid4().int >> 16), "venue": venue, "code": "0000", "journal": None, "session": session,
        "party_size": people, "phones": people, "kept": 0, "stow": "pouch", "numbers": [], "language": "en",
        "pass_": known_pass(chance),
        "checked_in": at,
        "checked_out": at + stay, "stay": stay, "phone_free": stay, "on_break": False, "taken_early": False,
        "voided": False, "estimated": chance.random() < 0.1, "before": mood(chance), "after": mood(chance), "lost": [],
        "over_capacity": False, "split_from": None, "phones_back": people, "phones_lost": 0, "held": [],
        "outstanding": False,
    }  # fmt: skip


def known_pass(chance: random.Random) -> str | None:
    """A third of the visits are by one of PASSES."""
    return f"{chance.randrange(PASSES):032d}" if chance.random() < 1 / 3 else None


def mood(chance: random.Random) -> int | None:
    """An answer of half of the visits."""
    return chance.randint(1, 5) if chance.random() < 0.5 else None


def measure(server: Served, welcome: str, reports: Collection[str]) -> None:
    """Print the median time and the size of each page and export."""
    with requests.Session() as browser:
        browser.headers.update({"Sec-Fetch-Site": "same-origin", "Accept": "text/html"})
        answer = browser.post(server.url + welcome, data={"login": "bench", "password": uuid4().hex}, timeout=60)
        answer.raise_for_status()
        for name, path, periods, goal in pages(reports):
            times, size = [], 0
            for first, last in periods:
                began = time.perf_counter()
                answer = browser.get(f"{server.url}{path}&from={first}&to={last}", timeout=600)
                answer.raise_for_status()
                times.append((time.perf_counter() - began) * 1000)
                size = len(answer.content)
            verdict = "" if median(times) <= goal else "  MISSED"
            figures = f"{min(times):,.0f}–{median(times):,.0f}–{max(times):,.0f} ms"
            print(f"{name:<26} {figures:>24}  goal {goal} ms  {size / 1000:,.0f} kB{verdict}", flush=True)


def pages(reports: Collection[str]) -> Iterator[tuple[str, str, list[Period], int]]:
    """What is measured: its name, the path without the period, the periods, and the goal in ms."""
    for report in map(registry.find_report, reports):
        for name, months, goal in (("a year", 12, YEAR_GOAL), ("a month", 1, MONTH_GOAL)):
            about, periods = f"{report.identifier}, {name}", periods_of(report, months)
            yield f"{about}: page", f"/?report={report.identifier}", periods, goal
            if not report.is_protected:
                yield f"{about}: CSV", f"/report.csv?report={report.identifier}", periods, goal


def periods_of(report: AnyReport, months: int) -> list[Period]:
    """Periods of so many months for which the report comes, of which each but a calendar year is another one, so that
    no picture is drawn already."""
    today = datetime.now(UTC).date()
    if not report.is_protected:
        lasts = [today - timedelta(days=1 + back) for back in range(ROUNDS)]
        return [(last - timedelta(days=364 if months == 12 else 29), last) for last in lasts]
    if report.is_of_passes and months == 12:
        return [(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))] * ROUNDS
    ends = [month_number(today) - back for back in range(ROUNDS)]
    return [(first_day(end - months), first_day(end) - timedelta(days=1)) for end in ends]


if __name__ == "__main__":
    main()
