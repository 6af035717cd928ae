"""The allocation of a venue's pouches, codes and places to its kiosks, as an independent client sees it."""

from uuid import UUID, uuid4

import msgspec
import pytest
import requests

from sync.domain.events import SessionOpened, VisitCheckedIn
from sync.server.kiosks import pairing
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service

ALL = {"pouches": [[1, 9999]], "lockers": [[1, 9999]], "codes": [[0, 99]]}
SETTINGS = {"pouches": 40}


def first_share(kiosk):
    return kiosk.identity["share"]


def turn_answer(kiosk, version, spare=None, **report):
    return kiosk.beat(share={"version": version, "spare": spare or {}, **SETTINGS, **report})


def turn(kiosk, version, spare=None, **report):
    answer = turn_answer(kiosk, version, spare, **report)
    assert answer.status_code == 200, answer.text
    return answer.json()


def open_session(kiosk, capacity):
    session = uuid4()
    opened = SessionOpened(zone=kiosk.identity["zone"]["id"], title="E", session_kind="event", capacity=capacity)
    kiosk.write(session, opened)
    assert kiosk.push().status_code == 200
    return str(session)


@pytest.fixture
def other(central, kiosk):
    """The venue's second kiosk."""
    return central.kiosk()


def test_the_first_kiosk_has_all_and_the_second_nothing_yet(kiosk, other):
    assert first_share(kiosk) == {"version": 1, "granted": ALL}
    assert first_share(other) == {"version": 1, "granted": {}}


def test_another_venue_has_its_own(central, kiosk):
    assert first_share(central.kiosk("Library"))["granted"] == ALL


def test_a_heartbeat_without_a_share_is_answered_without_one(kiosk):
    assert {"share", "wanted"}.isdisjoint(kiosk.beat().json())


def test_what_one_kiosk_returns_the_other_is_granted(kiosk, other):
    turn(other, 1)
    reply = turn(kiosk, 1, {"pouches": 40, "codes": 100})
    assert reply["wanted"] == {"pouches": 20, "codes": 50}
    given = {"pouches": [[21, 9999]], "codes": [[50, 99]]}

    left = turn(kiosk, 1, {"pouches": 20, "codes": 50}, given=given)["share"]
    got = turn(other, 1)["share"]

    assert left == {"version": 2, "granted": {"pouches": [[1, 20]], "lockers": [[1, 9999]], "codes": [[0, 49]]}}
    assert got == {"version": 2, "granted": {"pouches": [[21, 40]], "codes": [[50, 99]]}}


def test_a_repeated_or_late_heartbeat_returns_nothing_twice(kiosk, other):
    turn(other, 1)
    turn(kiosk, 1, {"pouches": 39}, given={"pouches": [[40, 9999]]})

    late = turn(kiosk, 1, given={"pouches": [[1, 20]]})["share"]

    assert late == {"version": 2, "granted": {**ALL, "pouches": [[1, 39]]}}


def test_a_kiosk_that_has_the_current_version_gets_no_share(kiosk):
    assert "share" not in turn(kiosk, 1)


def test_a_kiosk_with_a_later_version_gets_the_current_share(kiosk):
    assert turn(kiosk, 7)["share"] == {"version": 8, "granted": ALL}


def test_a_session_is_its_openers_until_that_gives_places_back(kiosk, other):
    session = open_session(kiosk, capacity=31)
    assert "share" not in turn(other, 1)
    wanted = turn(kiosk, 1, {"seats": {session: 31}})["wanted"]["seats"]
    assert wanted == {session: 15}

    left = turn(kiosk, 1, {"seats": {session: 16}}, given={"seats": {session: 15}}, claimed={session: 31})["share"]
    got = turn(other, 1)["share"]

    assert left["granted"]["seats"] == {session: 16}
    assert got["granted"]["seats"] == {session: 15}


def test_another_zones_kiosk_gets_no_places(central, kiosk):
    upstairs = central.kiosk(zone="Upstairs")
    session = open_session(kiosk, capacity=30)
    turn(upstairs, 1)

    assert "seats" not in turn(kiosk, 1, {"seats": {session: 30}}).get("wanted", {})


def test_a_silent_kiosk_keeps_its_share_and_no_other_has_to_return_any(central, kiosk, other):
    turn(other, 1)
    central.clock.move(minutes=10)

    assert "wanted" not in turn(kiosk, 1, {"pouches": 40, "codes": 100})
    assert turn(kiosk, 1, given={"pouches": [[40, 9999]]})["share"]["granted"]["pouches"] == [[1, 40]]


def test_ending_a_pairing_gives_its_share_to_the_others(central, kiosk, other):
    session = open_session(kiosk, capacity=30)

    kiosk_service.revoke(
        central.ledger,
        central.scope,
        kiosk_repository.kiosk_of_token(central.store, kiosk.identity["token"]).id,
        central.now,
    )

    assert turn(other, 1)["share"]["granted"] == {**ALL, "seats": {session: 30}}


def test_a_closed_session_is_not_in_shares(central, kiosk):
    gone = str(uuid4())
    turn(kiosk, 1, given={"seats": {gone: 3}}, claimed={gone: 9})

    assert "seats" not in turn(kiosk, 0)["share"]["granted"]


def enrol(central, device, venue="Mill café"):
    code = pairing.make_code(central.store, venue, None, "UTC", central.now).code
    return requests.post(f"{central.url}/v1/enrol", json={"code": code, "device": device}, timeout=60).json()


def test_a_kiosk_that_is_paired_again_keeps_its_share(central):
    lost, again = (enrol(central, "the same secret, long") for _ in range(2))  # the first answer never arrived

    assert lost["kiosk"] != again["kiosk"]
    assert again["share"]["granted"] == ALL
    assert enrol(central, "another secret, as long")["share"]["granted"] == {}


def test_a_kiosk_that_moves_leaves_its_share_behind(central, kiosk):
    moved = enrol(central, "the same secret, long", "Library")
    assert moved["share"]["granted"] == ALL

    assert enrol(central, "the same secret, long")["share"]["granted"] == {}
    assert enrol(central, "another secret, as long", "Library")["share"]["granted"] == ALL


@pytest.mark.parametrize(
    "share",
    [{"version": -1}, {"version": 1, "given": {"pouches": [[1, 10**9]]}}, {"version": 1, "given": {"codes": [3]}}],
)
def test_a_malformed_share_is_refused(kiosk, problem, share):
    problem(kiosk.beat(share=share))

    assert "share" not in turn(kiosk, 1)


def test_returning_what_was_never_granted_changes_nothing(kiosk, other):
    answer = turn(other, 1, given={"pouches": [[1, 40]], "codes": [[5, 5], [10, 90]], "seats": {str(uuid4()): 3}})

    assert msgspec.json.encode(answer["share"]["granted"]) == b"{}"
    assert "share" not in turn(kiosk, 1)


def come_in(kiosk, session, people):
    kiosk.write(uuid4(), VisitCheckedIn(session=UUID(session), party_size=people, phones=0))
    assert kiosk.push().status_code == 200


def test_places_stay_occupied_when_their_kiosk_is_revoked(central, kiosk, other):
    session = open_session(kiosk, 10)
    come_in(kiosk, session, 7)
    turn(kiosk, 1, {"seats": {session: 3}})
    turn(other, 1)
    kiosk_service.revoke(
        central.ledger,
        central.scope,
        kiosk_repository.kiosk_of_token(central.store, kiosk.identity["token"]).id,
        central.now,
    )

    assert turn(other, 1, {"seats": {session: 0}})["share"]["granted"]["seats"] == {session: 3}


def test_only_its_opener_claims_a_sessions_places(kiosk, other):
    session = open_session(kiosk, 10)
    turn(kiosk, 1)

    reply = turn(other, 1, {"seats": {session: 10}}, claimed={session: 10}, given={"seats": {session: 2}})

    assert reply["share"]["granted"]["seats"] == {session: 0}
    assert "wanted" not in reply


@pytest.mark.parametrize("given", [[[5, 3]], [[1, 4], [3, 9]], [[7, 9], [1, 2]], [[1, 1], [1, 1]]])
@pytest.mark.parametrize("kind", ["pouches", "lockers", "codes"])
def test_ranges_that_are_no_set_of_numbers_are_refused(kiosk, kind, given):
    """They used to be ignored, and answered as if they had been returned."""
    answer = turn_answer(kiosk, 1, given={kind: given})

    assert answer.status_code == 400
    assert "share.given" in answer.json()["detail"]
    assert turn(kiosk, 0)["share"] == {"version": 1, "granted": ALL}


def test_codes_beyond_those_that_there_are_are_refused(kiosk):
    assert turn_answer(kiosk, 1, given={"codes": [[0, 100]]}).status_code == 400


@pytest.mark.parametrize("version", [2**52 + 1, 2**53])
def test_a_version_that_was_never_granted_does_not_block_later_ones(kiosk, other, version):
    """A kiosk that claims the highest possible version could never be granted anything again."""
    turn(kiosk, version)

    left = turn(kiosk, 1, {"pouches": 40}, given={"pouches": [[1, 20]]})["share"]

    assert 1 < left["version"] < 10


def test_the_highest_accepted_version_is_followed_by_others(kiosk):
    first = turn(kiosk, 2**52)["share"]["version"]
    second = turn(kiosk, first, {"pouches": 40}, given={"pouches": [[1, 20]]})["share"]["version"]

    assert 2**52 < first < second < 2**53
