"""A code becomes a kiosk: once, for a day, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from sync.server import fleet
from sync.server.pairing import ALPHABET, CODE_LENGTH
from sync.server.tries import ALLOWED

MINUTES_A_DAY = 24 * 60


def enrol(central, code):
    return requests.post(f"{central.url}/v1/enrol", json={"code": code}, timeout=10)


def test_it_works(central):
    answer = enrol(central, central.code("Mill café", "Back room", time_zone="Europe/Madrid"))

    assert answer.status_code == 200
    enrolled = answer.json()
    assert (enrolled["venue"]["name"], enrolled["zone"]["name"]) == ("Mill café", "Back room")
    assert enrolled["time_zone"] == "Europe/Madrid"
    assert fleet.kiosk_with(central.store, enrolled["token"]).venue.name == "Mill café"


def test_a_code_is_easy_to_read(central):
    code = central.code("Mill café")

    assert len(code) == CODE_LENGTH
    assert not set(code) & set("0O1IL") and set(code) <= set(ALPHABET)


@pytest.mark.parametrize("typed", [str.lower, lambda code: f" {code[:4]}-{code[4:]} "])
def test_a_code_may_be_typed_loosely(central, typed):
    assert enrol(central, typed(central.code("Mill café"))).status_code == 200


def test_venue_and_zone_are_made_once(central):
    first, second = (enrol(central, central.code("Mill café")).json() for _ in range(2))

    assert first["venue"] == second["venue"] and first["zone"] == second["zone"]
    assert first["organisation"] == second["organisation"]
    assert first["kiosk"] != second["kiosk"]


def test_a_wrong_code(central, problem):
    answer = enrol(central, "22222222")

    assert answer.status_code == 403
    assert "wrong" in problem(answer)["detail"]


def test_a_used_code(central, problem):
    code = central.code("Mill café")
    enrol(central, code)

    answer = enrol(central, code)

    assert answer.status_code == 403
    assert "already used" in problem(answer)["detail"]


def test_an_old_code(central, problem):
    code = central.code("Mill café")
    central.clock.move(minutes=MINUTES_A_DAY)

    answer = enrol(central, code)

    assert answer.status_code == 403
    assert "expired" in problem(answer)["detail"]


def test_two_kiosks_race_for_one_code(central):
    code = central.code("Mill café")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: enrol(central, code).status_code, range(8)))

    assert sorted(answers) == [200] + [403] * 7
    assert len(fleet.kiosks(central.store)) == 1


def test_guessing_is_slow(central, problem):
    code = central.code("Mill café")
    for _ in range(ALLOWED):
        enrol(central, "22222222")

    answer = enrol(central, code)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    problem(answer)
    central.clock.move(minutes=1)
    assert enrol(central, code).status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"code": ""}', b'{"code": 7}', b"\xff"])
def test_what_is_no_request(central, problem, body):
    answer = requests.post(f"{central.url}/v1/enrol", data=body, timeout=10)

    assert answer.status_code == 400
    problem(answer)
