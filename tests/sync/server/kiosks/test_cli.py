"""Kiosks, codes, plans and venues from the command line, beside the running server."""

import re
from contextlib import closing
from uuid import UUID

import pytest
import requests

from sync.server.auth.scope import command_scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.storage import open_for_reading
from sync.system_clock import SystemClock
from tests.support.server_commands import mistake, serving


def test_a_kiosk_is_listed_and_its_pairing_ended(data, run):
    with serving(data) as (url, _):
        for _ in range(2):
            code = run("pair", "--venue", "Mill café", "--zone", "Hall", data=data).stdout.splitlines()[-1]
            token = requests.post(f"{url}/v1/enrol", json={"code": code}, timeout=60).json()["token"]
        heading, first, second = run("kiosks", data=data).stdout.splitlines()
        ended = run("revoke", "--kiosk", "mill café, hall 2", data=data)
        beat = {"json": {"version": "1", "waiting": 0}, "headers": {"Authorization": f"Bearer {token}"}}
        answer = requests.post(f"{url}/v1/heartbeat", **beat, timeout=60)

    assert re.split(r"  +", heading)[:4] == ["venue", "zone", "id", "last heard"]
    assert re.match(r"Mill café  Hall 1  [0-9a-f]{8}-[0-9a-f]{4}  never ", first) and second.endswith("good")
    assert ended.stdout.startswith("The pairing of Mill café, Hall 2 has ended.")
    assert answer.status_code == 401
    assert "already" in mistake(run("revoke", "--kiosk", second.split()[4], data=data))
    assert "ended" in run("kiosks", data=data).stdout


def test_a_code_is_withdrawn(data, run):
    code = run("pair", "--venue", "Mill café", data=data).stdout.splitlines()[-1]

    assert "withdrawn" in run("revoke", "--code", code.lower(), data=data).stdout
    assert "no code" in mistake(run("revoke", "--code", code, data=data))


EVENING = ("--title", "Quiet evening", "--from", "2096-12-01 19:00", "--until", "2096-12-01 21:00")


def test_planning_beside_the_running_server(data, run):
    with serving(data) as (url, _):
        made = run("pair", "--venue", "Mill café", "--time-zone", "Europe/Madrid", data=data).stdout.splitlines()
        token = requests.post(f"{url}/v1/enrol", json={"code": made[-1]}, timeout=60).json()["token"]
        message, session = run(
            "plan", "--venue", "Mill café", *EVENING, "--capacity", "24", "--yes", data=data
        ).stdout.splitlines()
        configured = run("configure", "--venue", "mill CAFÉ", "--pouches", "30", "--reach", "", data=data)
        cancelled = run("cancel", session, data=data)
        headers = {"Authorization": f"Bearer {token}"}
        feed = requests.get(f"{url}/v1/feed", headers=headers, timeout=60).json()["entries"]

    assert made[0].startswith("New venue: Mill café")
    assert "Sat 1 Dec 2096, 19:00 to Sat 1 Dec 2096, 21:00 (Europe/Madrid)" in message
    assert (configured.returncode, cancelled.returncode) == (0, 0)
    assert [entry["kind"] for entry in feed] == ["session.planned", "venue.configured", "session.cancelled"]
    assert feed[0]["body"]["planned_start"] == 4_005_223_200_000  # 18:00 UTC
    assert feed[1]["body"] == {"pouches": 30, "reach": ""}
    assert {feed[0]["subject"], feed[2]["subject"]} == {session}


def test_plans_are_listed_and_cancelled_by_venue_and_time(data, run):
    for zone in ("Main room", "Hall"):
        run("pair", "--venue", "Mill café", "--zone", zone, "--time-zone", "Europe/Madrid", data=data)
        run("plan", "--venue", "Mill café", "--zone", zone, *EVENING, "--yes", data=data)
    when = ("--venue", "Mill café", "--from", "2096-12-01", "--days", "1")
    cancel = ("cancel", "--venue", "mill café", "--at", "2096-12-01 19:00")

    listed = run("plans", *when, data=data).stdout.splitlines()
    assert [line.split("  ")[0] for line in listed] == ["venue", "Mill café", "Mill café"]
    assert all("Sat 1 Dec 2096, 19:00" in line and "Quiet evening" in line for line in listed[1:])
    assert "2 sessions begin" in mistake(run(*cancel, data=data))
    assert run(*cancel, "--zone", "hall", data=data).returncode == 0
    assert run(*cancel, data=data).returncode == 0
    assert "no session is planned" in mistake(run(*cancel, data=data))
    assert run("plans", *when, data=data).stdout.count("cancelled") == 2
    assert run("plans", "--days", "5", data=data).stdout == "Nothing is planned in that time.\n"


def test_a_session_for_practice_is_planned_and_listed_as_such(data, run):
    run("pair", "--venue", "Mill café", data=data)
    planned = run("plan", "--venue", "Mill café", *EVENING, "--practice", "--yes", data=data)
    listed = run("plans", "--from", "2096-12-01", data=data).stdout.splitlines()[1]

    assert "Planned “Quiet evening” for practice at Mill café" in planned.stdout
    assert "once, practice" in listed
    with closing(open_for_reading(data, SystemClock())) as ledger:
        session = UUID(planned.stdout.splitlines()[-1])
        [venue] = kiosk_repository.venues(ledger.store, command_scope(ledger.store))
        assert ledger.session(session, venue.id).practice


def test_what_is_unlikely_is_not_planned_unasked(data, run):
    run("pair", "--venue", "Mill café", data=data)
    evening = ("plan", "--venue", "Mill café", *EVENING[:4], "--until", "2097-12-01 19:00")

    refused = mistake(run(*evening, data=data))
    assert "It would last 365 days" in refused and "more than a year ahead" in refused and "Add --yes" in refused
    assert run(*evening, "--yes", data=data).returncode == 0
    assert "In the same zone at the same time" in mistake(run(*evening, data=data))


def test_a_known_venue_is_not_new_and_keeps_its_time_zone(data, run):
    run("pair", "--venue", "Mill café", "--time-zone", "Europe/Madrid", data=data)

    again = run("pair", "--venue", "Mill café", data=data).stdout

    assert "New venue" not in again and "Europe/Madrid" in again
    assert "configure" in mistake(run("pair", "--venue", "Mill café", "--time-zone", "Asia/Tokyo", data=data))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("plan", "--venue", "Nowhere", *EVENING), "no venue is called “Nowhere”"),
        (("plan", "--venue", "Mill café", *EVENING), "“Hall”, “Main room”"),
        (("plan", "--venue", "Mill café", "--zone", "Attic", *EVENING), "no zone is called “Attic”"),
        (("plan", "--venue", "Mill café", "--zone", "Hall", *EVENING[:4], "--until", "2096-12-01"), "without a time"),
        (("plan", "--venue", "Mill café", "--zone", "Hall", *EVENING, "--capacity", "0"), "capacity"),
        (("plan", "--venue", "Mill café", "--zone", "Hall", *EVENING, "--kind", "party"), "party"),
        (("plan", "--venue", "Mill café", "--zone", "Hall", "--title", " ", *EVENING[2:]), "name"),
        (("cancel", "that one"), "no session's id"),
        (("cancel",), "say which session"),
        (("cancel", "--venue", "Mill café"), "say which session"),
        (("plans", "--from", "soon"), "is not a day"),
        (("plans", "--days", "400"), "from 1 to 366"),
        (("cancel", "00000000-0000-0000-0000-000000000001"), "no session 00000000"),
        (("configure", "--venue", "Mill café"), "nothing to change"),
        (("configure", "--venue", "Mill café", "--time-zone", "Mars/Base"), "no time zone"),
        (("configure", "--venue", "Mill café", "--pouches", "1000"), "pouches"),
        (("pair", "--venue", "New", "--time-zone", "Mars/Base"), "no time zone"),
    ],
)
def test_a_wrong_plan_is_one_line_on_stderr(data, words, message, run):
    for zone in ("Main room", "Hall"):
        run("pair", "--venue", "Mill café", "--zone", zone, data=data)

    assert message in mistake(run(*words, data=data))
