"""Token rotation: no lost or repeated answer locks a kiosk out."""

from sync.server.kiosks.token_rotation import LIFE_MS, successor

MINUTES = LIFE_MS / 60_000


def offered(kiosk):
    answer = kiosk.beat()
    assert answer.status_code == 200
    return answer.json().get("token")


def take(kiosk, token):
    kiosk.identity["token"] = token


def test_a_new_token_is_not_rotated(central, kiosk):
    central.clock.move(minutes=MINUTES - 1)

    assert offered(kiosk) is None


def test_an_old_one_is_exchanged_and_ends_when_the_new_one_comes(central, kiosk):
    central.clock.move(minutes=MINUTES)
    old = kiosk.identity["token"]
    new = offered(kiosk)

    take(kiosk, new)
    assert offered(kiosk) is None
    take(kiosk, old)
    assert kiosk.beat().status_code == 401


def test_until_the_new_token_is_used_the_old_one_is_valid_and_gets_the_same_answer(central, kiosk):
    central.clock.move(minutes=MINUTES)

    tokens = {offered(kiosk) for _ in range(3)}

    assert len(tokens) == 1
    kiosk.visit(at=central.now, minutes=None)
    assert kiosk.push().status_code == 200
    take(kiosk, tokens.pop())
    assert kiosk.push().status_code == 200


def test_a_late_copy_of_a_request_does_not_invalidate_the_new_token(central, kiosk):
    central.clock.move(minutes=MINUTES)
    old, new = kiosk.identity["token"], offered(kiosk)
    assert offered(kiosk) == new  # a heartbeat that came twice, after the kiosk has kept the new one

    take(kiosk, new)
    assert kiosk.beat().status_code == 200
    take(kiosk, old)
    assert kiosk.beat().status_code == 401  # and once more, much later
    take(kiosk, new)
    assert kiosk.beat().status_code == 200


def test_the_new_token_is_rotated_in_turn(central, kiosk):
    for _ in range(3):
        central.clock.move(minutes=MINUTES)
        new = offered(kiosk)
        assert new not in (None, kiosk.identity["token"])
        take(kiosk, new)
        assert offered(kiosk) is None


def test_the_next_token_cannot_be_derived_without_the_secret():
    assert successor("one secret", "token") != successor("another", "token") != "token"
