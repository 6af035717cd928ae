"""A kiosk says how it is; the server learns up to when it has reported."""

import pytest
import requests

from sync.server.kiosks import repository as kiosk_repository

MINUTE = 60_000


def known(central):
    [kiosk] = kiosk_repository.kiosks(central.store, central.scope)
    return kiosk


def test_it_works(central, kiosk):
    answer = kiosk.beat(version="0.2.0")

    assert answer.status_code == 200
    assert answer.json() == {"server_time": central.now, "feed": 0, "entry_fields": ["actor"]}
    assert (known(central).version, known(central).waiting) == ("0.2.0", 0)
    assert known(central).last_seen_at == known(central).reported_up_to == central.now


def test_what_waits_is_not_reported(central, kiosk):
    kiosk.beat(waiting=3, oldest_waiting=central.now - 5 * MINUTE)

    assert known(central).waiting == 3
    assert known(central).reported_up_to == central.now - 5 * MINUTE


def test_it_never_goes_backwards(central, kiosk):
    kiosk.beat()
    kiosk.beat(waiting=1, oldest_waiting=central.now - MINUTE)

    assert known(central).reported_up_to == central.now


def test_it_never_goes_past_now(central, kiosk):
    kiosk.beat(waiting=1, oldest_waiting=central.now + MINUTE)

    assert known(central).reported_up_to == central.now


def test_what_waits_since_nobody_knows_when(central, kiosk):
    kiosk.beat(waiting=1)

    assert known(central).reported_up_to is None


def test_a_clock_that_is_not_set(central, kiosk):
    kiosk.beat(clock={"at": 5000, "boot": str(kiosk.boot), "up": 5000, "sure": False})

    assert known(central).clock_sure is False


def test_without_token(central, problem):
    answer = requests.post(f"{central.url}/v1/heartbeat", json={"version": "0", "waiting": 0}, timeout=10)

    assert answer.status_code == 401
    problem(answer)


@pytest.mark.parametrize(
    "said",
    [
        {"waiting": -1},
        {"waiting": 10**40},
        {"waiting": "none"},
        {"waiting": 1, "oldest_waiting": -(10**40)},
        {"version": "x" * 65},
        {"version": "1\0"},
    ],
)
def test_what_is_no_heartbeat(kiosk, problem, said):
    answer = kiosk.beat(**said)

    assert answer.status_code == 400
    problem(answer)


def test_a_huge_one(kiosk, problem):
    answer = kiosk.beat(devices={"printer": "x" * 100_000})

    assert answer.status_code == 413
    problem(answer)


@pytest.mark.parametrize("said", [{"oldest_waiting": -9 * 10**18}, {"waiting": 10**30}, {"oldest_waiting": 10**30}])
def test_a_number_that_no_clock_shows_breaks_nothing(central, kiosk, problem, said):
    assert problem(kiosk.beat(**said))["status"] == 400

    assert known(central).reported_up_to is None
