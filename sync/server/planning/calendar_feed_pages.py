"""Serves the published calendars by their secret address, without a sign-in, to calendar programs."""

from fastapi import APIRouter, Response

from sync.server.auth.scope import Scope
from sync.server.dependencies import ServicesDep
from sync.server.planning import calendar_feed
from sync.server.web.i18n import say
from sync.server.web.problems import Problem

router = APIRouter(include_in_schema=False)


@router.get("/calendar/{token}.ics")
def published_calendar(token: str, services: ServicesDep) -> Response:
    venue = calendar_feed.venue_of(services.store, token)
    scope = Scope.everything(services.organisation)
    content = None if venue is None else calendar_feed.feed(services.store, scope, venue, services.now)
    if content is None:
        raise Problem(
            404, say("There is no calendar at this address, or not any more. Ask the coordinator for another.")
        )
    headers = {"Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex"}
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")
