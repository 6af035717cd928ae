"""POST /v1/enrol: a code pairs one kiosk, within a day."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from sync.server.api.enrol import CODES
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.kiosks.pairing import ALPHABET, CODE_LENGTH

MINUTES_A_DAY = 24 * 60


def enrol(central, code):
    return requests.post(f"{central.url}/v1/enrol", json={"code": code}, timeout=60)


def test_a_code_is_exchanged_for_an_identity_and_a_token(central):
    answer = enrol(central, central.code("Mill café", "Back room", time_zone="Europe/Madrid"))

    assert answer.status_code == 200
    enrolled = answer.json()
    assert (enrolled["venue"]["name"], enrolled["zone"]["name"]) == ("Mill café", "Back room")
    assert enrolled["time_zone"] == "Europe/Madrid"
    assert kiosk_repository.kiosk_of_token(central.store, enrolled["token"]).venue.name == "Mill café"


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
    assert len(kiosk_repository.kiosks(central.store, central.scope)) == 1


def test_guessing_is_slow(central, problem):
    code = central.code("Mill café")
    for _ in range(CODES.tries):
        enrol(central, "22222222")

    answer = enrol(central, code)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    problem(answer)
    central.clock.move(minutes=1)
    assert enrol(central, code).status_code == 200


def test_many_guesses_at_once_are_limited_too(central):
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda _: enrol(central, "22222222").status_code, range(CODES.tries + 12)))

    assert sorted(answers) == [403] * CODES.tries + [429] * 12


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"code": ""}', b'{"code": 7}', b"\xff"])
def test_a_malformed_request_is_refused(central, problem, body):
    answer = requests.post(f"{central.url}/v1/enrol", data=body, timeout=60)

    assert answer.status_code == 400
    problem(answer)


def again(central, identity, venue, zone=None):
    headers = {"Authorization": f"Bearer {identity['token']}"}
    answer = requests.post(
        f"{central.url}/v1/enrol", json={"code": central.code(venue, zone)}, headers=headers, timeout=60
    )
    assert answer.status_code == 200
    return answer.json()


def beats(central, token):
    headers = {"Authorization": f"Bearer {token}"}
    body = {"version": "0.1.0", "waiting": 0}
    return requests.post(f"{central.url}/v1/heartbeat", json=body, headers=headers, timeout=60).status_code


def test_a_kiosk_that_sends_its_old_token_keeps_its_identity(central):
    first = enrol(central, central.code("Mill café")).json()

    second = again(central, first, "Mill café", "Back room")

    assert second["kiosk"] == first["kiosk"] and second["token"] != first["token"]
    assert second["zone"]["name"] == "Back room"
    assert len(kiosk_repository.kiosks(central.store, central.scope)) == 1


def test_the_old_token_ends_when_the_new_one_is_used(central):
    first = enrol(central, central.code("Mill café")).json()
    second = again(central, first, "Mill café")

    assert beats(central, first["token"]) == 200, "the answer may have been lost"
    assert beats(central, second["token"]) == 200
    assert beats(central, first["token"]) == 401


def test_a_lost_answer_costs_another_code_and_creates_no_kiosk(central):
    first = enrol(central, central.code("Mill café")).json()
    again(central, first, "Mill café")

    third = again(central, first, "Mill café")

    assert third["kiosk"] == first["kiosk"]
    assert beats(central, third["token"]) == 200


def test_at_another_venue_its_old_pairing_ends(central):
    first = enrol(central, central.code("Mill café")).json()

    second = again(central, first, "Library East")

    assert second["kiosk"] != first["kiosk"]
    assert beats(central, first["token"]) == 401
    assert [kiosk.is_revoked for kiosk in kiosk_repository.kiosks(central.store, central.scope)] == [False, True]


def test_a_forged_or_revoked_token_belongs_to_no_kiosk(central):
    first = enrol(central, central.code("Mill café")).json()
    kiosk_service.revoke(
        central.ledger, central.scope, kiosk_repository.kiosks(central.store, central.scope)[0].id, central.now
    )

    assert again(central, first, "Mill café")["kiosk"] != first["kiosk"]
    assert again(central, {"token": "made up"}, "Mill café")["kiosk"] != first["kiosk"]


def test_a_code_that_is_refused_changes_nothing_for_the_kiosk(central):
    first = enrol(central, central.code("Mill café")).json()
    headers = {"Authorization": f"Bearer {first['token']}"}

    requests.post(f"{central.url}/v1/enrol", json={"code": "22222222"}, headers=headers, timeout=60)

    assert beats(central, first["token"]) == 200
    assert not kiosk_repository.kiosks(central.store, central.scope)[0].is_revoked
