"""The page of a venue's week, and the forms that plan, change and cancel, as a browser without scripts uses them."""

import re
from dataclasses import dataclass
from html import unescape
from uuid import uuid4

import pytest
import requests

from sync.domain.events import SeriesSet, SessionOpened
from sync.server.auth import current_account
from sync.server.auth.scope import Permission, Scope


@dataclass(frozen=True)
class Planner:
    """A signed-in browser at a venue's plan."""

    browser: requests.Session
    url: str
    address: str

    def get(self, path=""):
        return self.browser.get(self.url + path if path.startswith("/") else self.address + path, timeout=10)

    def plan(self, fields, address=None):
        return self.post(f"{address or self.address}/new", fields)

    def post(self, url, fields, **headers):
        return self.browser.post(url, data=fields, headers=headers, timeout=10)

    def sessions(self, day="2026-11-24", address=None):
        page = self.browser.get(f"{address or self.address}?day={day}", timeout=10)
        assert page.status_code == 200
        return links_of(page, r"/plan/[^/]+/[0-9a-f]{8}-")

    def open_first(self, day="2026-11-24", address=None):
        return self.get(self.sessions(day, address)[0])


@pytest.fixture
def engine():
    """The SQL of these pages is tested on both engines in test_week.py."""
    return "sqlite"


@pytest.fixture
def planner(central, kiosk, signed_in):
    return Planner(signed_in, central.url, f"{central.url}/plan/{kiosk.identity['venue']['id']}")


@pytest.fixture
def tuesdays(evening):
    return {**evening, "repeats": "weekly", "on2": "yes"}


def text_of(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def links_of(page, pattern):
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', page.text) if re.search(pattern, link)]


def fields_of(page):
    """What a browser would send of the page's form."""
    form = re.search(r'<form class="(?:card )?plan-form".*?</form>', page.text, re.DOTALL)[0]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") not in ("radio", "checkbox") or " checked" in tag:
            fields[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        fields[name] = re.search(r'value="([^"]*)" selected', options)[1]
    return fields


def test_a_session_is_planned_changed_and_cancelled(central, kiosk, planner, evening):
    empty = fields_of(planner.browser.get(f"{planner.address}/new?day=2026-11-26", timeout=10))
    assert (empty["day"], empty["zone"], empty["repeats"], empty["title"]) == (
        "2026-11-26",
        evening["zone"],
        "once",
        "",
    )

    week = planner.plan({**empty, **evening, "capacity": "24"})
    assert "Tue 24 Nov today + 19:00 – 21:00 Quiet evening Main room, event, 24 people at most" in text_of(week)

    shown = planner.open_first()
    week = planner.post(shown.url, {**fields_of(shown), "title": "Late evening", "start": "20:00"})
    assert "20:00 – 21:00 Late evening" in text_of(week) and "Quiet evening" not in text_of(week)

    asked = planner.get(links_of(planner.open_first(), "/cancel")[0])
    for _ in range(2):
        week = planner.post(asked.url, fields_of(asked))
    assert "Late evening Main room, event, 24 people at most cancelled" in text_of(week)
    feed = requests.get(f"{central.url}/v1/feed", headers=kiosk.headers, timeout=10).json()["entries"]
    assert [entry["kind"] for entry in feed] == ["session.planned", "session.planned", "session.cancelled"]
    assert len({entry["subject"] for entry in feed}) == 1


def test_a_form_that_is_sent_twice_plans_once(central, kiosk, planner, evening, tuesdays):
    for fields in (evening, {**tuesdays, "id": str(uuid4()), "start": "10:00", "end": "11:00"}):
        for _ in range(2):
            assert planner.plan(fields).status_code == 200

    feed = requests.get(f"{central.url}/v1/feed", headers=kiosk.headers, timeout=10).json()["entries"]
    assert [entry["kind"] for entry in feed] == ["session.planned", "series.set"]
    assert len(planner.sessions()) == 2


def test_a_mistake_keeps_everything_else(planner, tuesdays):
    wrong = {**tuesdays, "day": "2026-02-30", "capacity": "many", "rhythm": "quiet 60", "closes_itself": "yes"}

    shown = planner.plan(wrong)

    assert shown.status_code == 400
    assert "2 fields below need a look" in text_of(shown) and "“2026-02-30” is not a day" in text_of(shown)
    assert re.search(r'name="capacity"[^>]*aria-invalid="true" aria-describedby="capacity-error"', shown.text)
    sent = fields_of(shown)
    assert {name: sent[name] for name in wrong} == wrong
    assert "<script" not in shown.text


def test_what_is_typed_is_no_markup(planner, evening):
    week = planner.plan({**evening, "title": '<b>"&'})

    assert "<b>&lt;b&gt;&#34;&amp;</b>" in week.text


def test_what_is_unlikely_is_asked_once(planner, evening):
    far = {**evening, "day": "2028-11-24", "end_day": "2029-11-24"}

    asked = planner.plan(far)
    assert asked.status_code == 400
    assert "It would last 365 days" in text_of(asked) and "more than a year ahead" in text_of(asked)
    sure = re.search(r'name="sure" value="(\w+)"', asked.text)[1]

    longer = planner.plan({**far, "sure": sure, "end_day": "2039-11-24"})
    assert longer.status_code == 400 and "It would last 4,017 days" in text_of(longer)

    week = planner.plan({**far, "sure": sure})
    assert week.status_code == 200 and "24 Nov 2028" in text_of(week)


def test_another_session_at_the_same_time_is_asked(planner, evening, tuesdays):
    planner.plan(tuesdays)

    asked = planner.plan({**evening, "id": str(uuid4()), "day": "2026-12-01"})

    assert "In the same zone at the same time there is “Quiet evening”, Tue 1 Dec 2026, 19:00" in text_of(asked)


def test_a_time_that_comes_twice_is_asked(central, planner, evening):
    kiosk = _kiosk_in(central, "Europe/Amsterdam")
    address = f"{central.url}/plan/{kiosk['venue']['id']}"
    night = {**evening, "zone": kiosk["zone"]["id"], "day": "2027-10-31", "start": "02:15", "end": "04:00"}

    asked = planner.plan(night, address)
    assert "comes twice on 31 Oct 2027" in text_of(asked) and "Which of the two?" in text_of(asked)

    week = planner.plan({**night, "start_turn": "second"}, address)
    assert "02:15 – 04:00 Quiet evening" in text_of(week)
    shown = planner.open_first("2027-10-31", address)
    assert fields_of(shown)["start"] == "02:15"


def _kiosk_in(central, time_zone):
    code = central.code("Canal house", time_zone=time_zone)
    return requests.post(f"{central.url}/v1/enrol", json={"code": code}, timeout=10).json()


@pytest.mark.parametrize(
    ("scope", "titles"),
    [
        ("this", ["Chess", "Quiet evening", "Quiet evening"]),
        ("later", ["Chess", "Chess", "Chess"]),
        ("all", ["Chess", "Chess", "Chess"]),
    ],
)
def test_a_session_of_a_series_is_changed(planner, tuesdays, scope, titles):
    planner.plan(tuesdays)
    shown = planner.open_first("2026-12-01")
    fields = {**fields_of(shown), "title": "Chess", "scope": scope}

    for _ in range(2):  # sent twice
        assert planner.post(shown.url, fields).status_code == 200

    first = "Chess" if scope == "all" else "Quiet evening"
    days = ["2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15"]
    weeks = [text_of(planner.get(f"?day={day}")) for day in days]
    for title, week in zip([first, *titles], weeks, strict=True):
        assert week.count(f"19:00 – 21:00 {title} Main room") == 1


@pytest.mark.parametrize(("scope", "left"), [("this", [1, 1, 1]), ("later", [1, 0, 0]), ("all", [0, 0, 0])])
def test_a_session_of_a_series_is_cancelled(planner, tuesdays, scope, left):
    planner.plan(tuesdays)
    shown = planner.open_first("2026-12-01")
    asked = planner.get(links_of(shown, "/cancel")[0])

    for _ in range(2):
        assert planner.post(asked.url, {**fields_of(asked), "scope": scope}).status_code == 200

    days = ["2026-11-24", "2026-12-01", "2026-12-08"]
    weeks = [text_of(planner.get(f"?day={day}")) for day in days]
    assert [week.count("Quiet evening") for week in weeks] == left
    assert ("cancelled" in weeks[1]) == (scope == "this")


def test_a_club_of_every_month_is_planned_changed_and_cancelled(planner, tuesdays):
    monthly = {**tuesdays, "day": "2026-12-01", "repeats": "nth", "until": "count", "count": "3"}
    for _ in range(2):
        planner.plan(monthly)
    shown = planner.open_first("2027-01-05")
    assert "One of 3 sessions that were planned together" in text_of(shown)

    for _ in range(2):
        planner.post(shown.url, {**fields_of(shown), "title": "Chess", "scope": "later"})
    weeks = [planner.get(f"?day={day}") for day in ("2026-12-01", "2027-01-05", "2027-02-02")]
    times = ["19:00 – 21:00 Quiet evening", "19:00 – 21:00 Chess", "19:00 – 21:00 Chess"]
    assert [text_of(week).count(words) for week, words in zip(weeks, times, strict=True)] == [1, 1, 1]

    asked = planner.get(links_of(planner.open_first("2027-01-05"), "/cancel")[0])
    planner.post(asked.url, {**fields_of(asked), "scope": "later"})
    weeks = [text_of(planner.get(f"?day={day}")) for day in ("2026-12-01", "2027-01-05", "2027-02-02")]
    assert ["cancelled" in week for week in weeks] == [False, True, True]


def test_one_like_a_cancelled_session_is_planned(planner, tuesdays):
    planner.plan({**tuesdays, "capacity": "24"})
    asked = planner.get(links_of(planner.open_first("2026-12-01"), "/cancel")[0])
    planner.post(asked.url, fields_of(asked))

    again = planner.get(links_of(planner.open_first("2026-12-01"), "like=")[0])
    week = planner.post(again.url, fields_of(again))

    assert (fields_of(again)["day"], fields_of(again)["repeats"]) == ("2026-12-01", "once")
    assert text_of(week).count("19:00 – 21:00 Quiet evening Main room, event, 24 people at most") == 2
    assert text_of(week).count("at most cancelled") == 1


def test_of_two_changes_the_second_is_asked_again(planner, evening):
    planner.plan(evening)
    shown = planner.open_first()
    planner.post(shown.url, {**fields_of(shown), "title": "First"})

    asked = planner.post(shown.url, {**fields_of(shown), "title": "Second"})
    assert asked.status_code == 400 and "Somebody has changed it" in text_of(asked)

    assert "Second" in text_of(planner.post(shown.url, fields_of(asked)))


def test_the_page_says_which_kiosks_know_a_plan(kiosk, planner, evening):
    kiosk.beat(feed=0)
    week = planner.plan(evening)
    assert "not read yet; last heard of: today 08:00" in text_of(week)

    end = kiosk.beat(feed=0).json()
    kiosk.beat(feed=end["feed"], feed_mark=end["feed_mark"])

    assert "Main room: known since today 08:00" in text_of(planner.open_first())


def test_a_series_that_a_host_made_is_listed(kiosk, planner):
    zone = kiosk.identity["zone"]["id"]
    kiosk.write(uuid4(), SeriesSet(zone, "Choir", "club", (3, 4), 600, 60, opens_itself=True))
    kiosk.push()

    assert text_of(planner.get()).count("10:00 – 11:00 Choir Main room, club every week") == 2
    shown = text_of(planner.open_first())
    assert "Every Wednesday and Thursday; opens by itself Main room: known, made there" in shown


def test_what_is_open_is_not_changed_here(kiosk, planner, evening):
    planner.plan(evening)
    shown = planner.open_first()
    [session] = re.findall(r"/plan/[^/]+/([0-9a-f-]{36})", shown.url)
    kiosk.write(session, SessionOpened(evening["zone"], "Quiet evening", "event"))
    kiosk.push()

    assert planner.post(shown.url, fields_of(shown)).status_code == 409
    assert planner.post(f"{shown.url}/cancel", {}).status_code == 409
    again = planner.open_first()
    assert "Open now." in text_of(again) and "plan-form" not in again.text


def test_a_form_of_another_site_is_refused(planner, evening):
    strange = {"Sec-Fetch-Site": "cross-site"}

    assert planner.post(f"{planner.address}/new", evening, **strange).status_code == 403
    assert planner.sessions() == []


def test_nobody_plans_without_an_account(planner, evening):
    headers = {"Sec-Fetch-Site": "same-origin"}

    refused = requests.post(f"{planner.address}/new", data=evening, headers=headers, allow_redirects=False, timeout=10)

    assert (refused.status_code, refused.headers["Location"]) == (303, "/login")


@pytest.mark.parametrize("venues", [None, frozenset({uuid4()})])
def test_the_scope_is_respected(central, planner, evening, monkeypatch, venues):
    planner.plan(evening)
    [shown] = planner.sessions()
    scope = Scope(central.scope.organisation, venues, frozenset({Permission.VIEW}))
    monkeypatch.setattr(current_account, "scope_of", lambda *_: scope)

    code = 403 if venues is None else 404
    changed = [f"{planner.address}/new", central.url + shown, central.url + shown + "/cancel"]
    assert [planner.post(url, evening).status_code for url in changed] == [code] * 3
    looked = planner.get(shown)
    assert looked.status_code == (200 if venues is None else 404) and "plan-form" not in looked.text


@pytest.mark.parametrize("path", ["?day=nonsense", "?day=1970-01-02", "?day=9998-12-31"])
def test_any_week_is_shown(planner, path):
    page = planner.get(path)

    assert page.status_code == (400 if "nonsense" in path else 200)
    assert page.text.count('class="week-head"') == 7


def test_the_venue_is_chosen_by_its_name(central, planner):
    central.kiosk("Garden house")

    assert "2026, Garden house" in text_of(planner.get("/plan?venue=garden+house"))
    assert planner.get("/plan?venue=Nowhere").status_code == 404
    assert planner.get(f"/plan/{uuid4()}").status_code == 404


@pytest.mark.parametrize("path", ["/plan", "/today", "/kiosks", "/", "/kiosks/pair"])
def test_without_a_venue_each_page_begins_with_adding_one(central, signed_in, path):
    page = signed_in.get(f"{central.url}{path}", timeout=10).text

    assert 'href="/venues/new"' in page and 'href="/kiosks/pair"' not in page


def test_practice_is_marked_in_the_week_until_it_is_changed(planner, evening):
    week = planner.plan({**evening, "practice": "yes"})
    assert "Quiet evening Main room, practice" in text_of(week)

    shown = planner.open_first()
    fields = fields_of(shown)
    assert fields.pop("practice") == "yes"
    assert "Quiet evening Main room, event" in text_of(planner.post(shown.url, fields))
