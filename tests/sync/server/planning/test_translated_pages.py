"""Every text of the planning pages is looked up in the reader's catalogue, and is a whole one."""

import re
from html import unescape
from uuid import uuid4

import pytest

from sync.server import app
from sync.server.planning import calendar_repository, form
from sync.server.settings import ServerSettings
from sync.server.web import i18n
from tests.support.bracketed_texts import BracketCatalogue, words_outside
from tests.support.calendar_server import calendar_server
from tests.support.calendar_texts import calendar, event

GERMAN = {"Accept-Language": "de"}
NAMES = "|".join(map(re.escape, ("Mill café", "Main room", "Agenda", "Quiet evening", "Hearth", form.EXAMPLE)))


@pytest.fixture
def engine():
    return "sqlite"


@pytest.fixture
def planner(central, kiosk, signed_in, stage, monkeypatch):
    stage.app = app.build(central.ledger, ServerSettings(calendar_networks=("127.0.0.0/8",)), central.clock)
    monkeypatch.setattr(i18n, "_catalogue", lambda code: BracketCatalogue())
    signed_in.headers.update(GERMAN)
    venue = kiosk.identity["venue"]["id"]
    signed_in.plan, signed_in.calendars = f"{central.url}/plan/{venue}", f"{central.url}/calendars/{venue}"
    return signed_in


def left_of(answer):
    """What a reader would see in English."""
    main = re.search(r"<title>.*?</title>", answer.text)[0] + re.search(r"<main.*?</main>", answer.text, re.DOTALL)[0]
    main += " ".join(re.findall(r'aria-label="([^"]*)"', main))
    main = re.sub(r'<time datetime="[^"]*">[^<]*</time>', "", main)
    main = re.sub(r'<option value="[0-9a-f-]{36}".*?</option>', "", main)
    return words_outside(unescape(re.sub(r"<[^>]+>", " ", main)), NAMES)


def test_the_week_and_its_forms(planner, evening):
    week = planner.post(f"{planner.plan}/new", data=evening)
    weekly = {"repeats": "weekly", "on3": "yes", "on4": "yes", "until": "day", "last_day": "2026-12-29"}
    series = {**evening, **weekly, "id": str(uuid4()), "day": "2026-11-25", "opens_itself": "yes"}
    week_of_series = planner.post(f"{planner.plan}/new", data=series)
    session = re.search(r'href="(/plan/[^/"]+/[0-9a-f-]{36}\?day=2026-11-25)"', week_of_series.text)[1]
    address = planner.plan.partition("/plan/")[0] + session

    assert [week.status_code, week_of_series.status_code] == [200, 200]
    assert "⟦nothing planned⟧" in week.text
    assert "⟦Every ⟦Mittwoch and Donnerstag⟧, from" in planner.get(address).text
    for shown in (
        week,
        week_of_series,
        planner.get(f"{planner.plan}?day=x"),
        planner.get(f"{planner.plan}/new"),
        planner.get(address),
        planner.get(address.replace("?", "/cancel?")),
        planner.get(f"{planner.plan}/{evening['id']}"),
        planner.get(f"{planner.plan}/{evening['id']}/cancel"),
    ):
        assert left_of(shown) == [], shown.url


@pytest.mark.parametrize(
    "fields",
    [
        {"rhythm": "x", "until": "count", "repeats": "w2", "capacity": "many", "day": "3333", "start": "x"},
        {"repeats": "weekly", "until": "day", "last_day": "2020-01-01", "practice": "yes"},
        {"repeats": "nth", "day": "2026-11-24", "until": "count", "count": "400"},
        {"day": "2025-11-24"},  # over
        {"day": "2027-03-28", "start": "02:30"},  # the clocks go forward
        {"day": "2026-11-24", "end": "19:00"},
        {"day": "2028-11-24", "end_day": "2039-11-24"},  # unlikely
    ],
)
def test_what_a_form_refuses_or_asks(planner, evening, fields):
    answer = planner.post(f"{planner.plan}/new", data={**evening, **fields, "id": str(uuid4())})

    assert answer.status_code == 400
    assert left_of(answer) == []


def test_a_question_about_another_session(planner, evening):
    planner.post(f"{planner.plan}/new", data=evening)

    question = planner.post(f"{planner.plan}/new", data={**evening, "id": str(uuid4())})

    assert question.status_code == 400 and "⟦In the same zone at the same time" in question.text
    assert left_of(question) == []


def test_the_page_of_calendars(planner, evening):
    calendar_fields = {"name": "Agenda", "zone": evening["zone"], "kind": "event", "title_contains": "evening"}
    private = event("2", "DTSTART:20261202T180000Z", "DTEND:20261202T190000Z", "CLASS:PRIVATE")
    empty = planner.get(planner.calendars)
    with calendar_server() as server:
        server.serve(calendar(event(), private))
        added = planner.post(planner.calendars, data={**calendar_fields, "address": server.url})
    refused = planner.post(planner.calendars, data={"kind": "x", "address": "ftp://x", "capacity": "many"})
    published = planner.post(f"{planner.calendars}/publish")

    assert [answer.status_code for answer in (empty, added, refused, published)] == [200, 200, 400, 200]
    for shown in (empty, added, refused, published):
        assert left_of(shown) == []


def test_a_problem_is_stored_in_english(planner, central, evening):
    calendar_fields = {"name": "Agenda", "zone": evening["zone"], "kind": "event"}
    with calendar_server() as server:
        server.serve(b"no calendar")
        added = planner.post(planner.calendars, data={**calendar_fields, "address": server.url})
    [stored] = calendar_repository.calendars(central.store, central.scope)

    assert stored.problem == "it is no calendar: it does not begin with BEGIN:VCALENDAR"
    assert f"⟦{stored.problem}⟧" in added.text
    assert left_of(added) == []


def test_a_thousand_is_written_as_the_language_writes_it(planner, evening):
    planner.post(f"{planner.plan}/new", data={**evening, "capacity": "1.200"})

    session = planner.get(f"{planner.plan}/{evening['id']}")

    assert 'name="capacity" inputmode="numeric" value="1200"' in session.text
