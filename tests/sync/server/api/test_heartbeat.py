"""POST /v1/heartbeat: the kiosk's state and "reported up to"."""

import pytest
import requests

from sync.server.kiosks import repository as kiosk_repository

MINUTE = 60_000


def only_kiosk(central):
    [kiosk] = kiosk_repository.kiosks(central.store, central.scope)
    return kiosk


def test_a_heartbeat_is_stored_and_answered_with_the_time(central, kiosk):
    answer = kiosk.beat(version="0.2.0")

    assert answer.status_code == 200
    assert answer.json() == {"server_time": central.now, "feed": 0, "entry_fields": ["actor"]}
    assert (only_kiosk(central).version, only_kiosk(central).waiting) == ("0.2.0", 0)
    assert only_kiosk(central).last_seen_at == only_kiosk(central).reported_up_to == central.now


def test_waiting_entries_are_not_reported(central, kiosk):
    kiosk.beat(waiting=3, oldest_waiting=central.now - 5 * MINUTE)

    assert only_kiosk(central).waiting == 3
    assert only_kiosk(central).reported_up_to == central.now - 5 * MINUTE


def test_it_never_goes_backwards(central, kiosk):
    kiosk.beat()
    kiosk.beat(waiting=1, oldest_waiting=central.now - MINUTE)

    assert only_kiosk(central).reported_up_to == central.now


def test_it_never_goes_past_now(central, kiosk):
    kiosk.beat(waiting=1, oldest_waiting=central.now + MINUTE)

    assert only_kiosk(central).reported_up_to == central.now


def test_waiting_entries_of_unknown_age_leave_reported_up_to_unknown(central, kiosk):
    kiosk.beat(waiting=1)

    assert only_kiosk(central).reported_up_to is None


def test_a_clock_that_is_not_set(central, kiosk):
    kiosk.beat(clock={"at": 5000, "boot": str(kiosk.boot), "up": 5000, "sure": False})

    assert only_kiosk(central).clock_sure is False


def test_without_token(central, problem):
    answer = requests.post(f"{central.url}/v1/heartbeat", json={"version": "0", "waiting": 0}, timeout=60)

    assert answer.status_code == 401
    problem(answer)


@pytest.mark.parametrize(
    "fields",
    [
        {"waiting": -1},
        {"waiting": 10**40},
        {"waiting": "none"},
        {"waiting": 1, "oldest_waiting": -(10**40)},
        {"version": "x" * 65},
        {"version": "1\0"},
    ],
)
def test_a_malformed_heartbeat_is_refused(kiosk, problem, fields):
    answer = kiosk.beat(**fields)

    assert answer.status_code == 400
    problem(answer)


def test_a_huge_one(kiosk, problem):
    answer = kiosk.beat(devices={"printer": "x" * 100_000})

    assert answer.status_code == 413
    problem(answer)


@pytest.mark.parametrize("fields", [{"oldest_waiting": -9 * 10**18}, {"waiting": 10**30}, {"oldest_waiting": 10**30}])
def test_an_impossible_time_is_refused(central, kiosk, problem, fields):
    assert problem(kiosk.beat(**fields))["status"] == 400

    assert only_kiosk(central).reported_up_to is None
