"""The report's rows to take away: the same query as the page, as CSV and JSON."""

from fastapi import APIRouter, Request, Response

from sync.server.auth.current_account import ReaderDep
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import missing
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.lookup import NotFound
from sync.server.reports import exporters
from sync.server.reports.attendance import AttendanceRow, rows
from sync.server.reports.query import NotAQuery, Query, read_query, today_of
from sync.server.web.problems import Problem
from sync.server.web.words import sentence

router = APIRouter(include_in_schema=False)


@router.get("/report.csv")
def as_csv(request: Request, services: ServicesDep, _reader: ReaderDep) -> Response:
    query, found = _asked(request, services)
    name = f'attachment; filename="hearth-{query.first}-{query.last}.csv"'
    headers = {"Content-Disposition": name}
    return Response(exporters.to_csv(found), headers=headers, media_type="text/csv; charset=utf-8; header=present")


@router.get("/report.json")
def as_json(request: Request, services: ServicesDep, _reader: ReaderDep) -> Response:
    query, found = _asked(request, services)
    said = exporters.to_json(found, missing.missing(services.store, query.venue))
    return Response(said, media_type="application/json")


def _asked(request: Request, services: Services) -> tuple[Query, list[AttendanceRow]]:
    venues = kiosk_repository.venues(services.store)
    try:
        query = read_query(request, venues, today_of(venues, services.settings.time_zone, services.now))
    except NotAQuery as why:
        raise Problem(400, sentence(str(why))) from why
    except NotFound as why:
        raise Problem(404, sentence(str(why))) from why
    return query, rows(services.store, query.first, query.last, query.venue)
