"""Seats of plans, of changed capacities and over the capacity, as independent kiosks are dealt them."""

from uuid import UUID, uuid4

import pytest
from msgspec import UNSET

from sync.allocation.model import over_id
from sync.domain.events import (
    ActUndone,
    SeriesEnded,
    SeriesSet,
    SessionAmended,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    VisitCheckedIn,
)
from sync.domain.series import occurrence_id
from sync.ledger.ledger import Ledger
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.planning import service as planning

HOUR, DAY = 3_600_000, 24 * 3_600_000  # ms
WEDNESDAY = 1_795_507_200_000 + 34 * HOUR  # 2026-11-25 18:00 UTC, 34 hours after the clock's time


def turn(kiosk, version, seats=None, **report):
    answer = kiosk.beat(share={"version": version, "spare": {"seats": seats or {}}, **report})
    assert answer.status_code == 200, answer.text
    return answer.json()


def granted(answer):
    return answer["share"]["granted"]["seats"]


def over(session):
    return str(over_id(UUID(session)))


def write(kiosk, session, event):
    entry = kiosk.write(UUID(session), event)
    assert kiosk.push().status_code == 200
    return entry


def open_session(kiosk, session=None, capacity=10, firm_limit=UNSET):
    session = session or str(uuid4())
    zone = kiosk.identity["zone"]["id"]
    write(kiosk, session, SessionOpened(zone, "E", "event", capacity=capacity, firm_limit=firm_limit))
    return session


def admit(kiosk, session, people, *, over_capacity=False):
    flag = True if over_capacity else UNSET
    write(kiosk, str(uuid4()), VisitCheckedIn(UUID(session), people, phones=0, over_capacity=flag))


def end_pairing(central, kiosk):
    paired = kiosk_repository.kiosk_of_token(central.store, kiosk.identity["token"])
    kiosk_service.revoke(central.ledger, central.scope, paired.id, central.now)


@pytest.fixture
def other(central, kiosk):
    """The venue's second kiosk."""
    return central.kiosk()


@pytest.fixture
def plan(central, kiosk):
    """Plans a session in the kiosk's zone, as the coordinator does; returns its id."""

    def plan_(capacity=10, firm_limit=UNSET, begins_in=HOUR, session=None):
        start, zone = central.now + begins_in, kiosk.identity["zone"]["id"]
        limits = {"capacity": capacity, "firm_limit": firm_limit}
        planned = SessionPlanned(zone, "E", "event", start, start + 2 * HOUR, **limits)
        ledger, venue = Ledger(central.store, central.clock), UUID(kiosk.identity["venue"]["id"])
        if session is None:
            return str(planning.plan(ledger, venue, planned))
        ledger.record((UUID(session), planned), stream=venue)
        return session

    return plan_


def test_a_server_announces_what_it_deals_ahead(kiosk):
    assert kiosk.identity["ahead"] == ["plans", "series"]
    assert turn(kiosk, 1)["ahead"] == ["plans", "series"]


def test_a_plan_is_dealt_before_it_opens(kiosk, other, plan):
    session = plan(10)

    assert granted(turn(kiosk, 1)) == {session: 5}
    assert granted(turn(other, 1)) == {session: 5}


def test_a_silent_kiosk_has_its_part_of_a_plan_waiting(central, kiosk, other, plan):
    central.clock.move(minutes=30)
    session = plan(10)

    assert granted(turn(kiosk, 1)) == {session: 5}
    assert granted(turn(other, 1)) == {session: 5}


def test_opening_a_plan_gives_its_opener_nothing_of_the_others(kiosk, other, plan):
    session = plan(10)
    turn(kiosk, 1)
    turn(other, 1)
    open_session(kiosk, session)

    assert "share" not in turn(kiosk, 2, {session: 5})
    assert "share" not in turn(other, 2, {session: 5})


def test_an_earlier_release_that_opened_a_plan_keeps_what_no_other_was_dealt(kiosk, other, plan):
    """It believes that the session is wholly its own, and knows nothing of plans that are dealt."""
    session = plan(10)
    turn(other, 1)
    open_session(kiosk, session)

    reply = turn(kiosk, 1, {session: 10})

    assert granted(reply) == {session: 5}


def test_a_plan_that_was_opened_before_it_was_dealt_is_its_openers(kiosk, other, plan):
    session = open_session(kiosk, plan(10))
    assert "share" not in turn(other, 1)

    assert granted(turn(kiosk, 1, {session: 10})) == {session: 10}
    assert turn(kiosk, 2, {session: 10})["wanted"]["seats"] == {session: 5}


def test_another_zones_kiosk_is_dealt_nothing_of_a_plan(central, kiosk, plan):
    upstairs, session = central.kiosk(zone="Upstairs"), plan(10)

    assert "seats" not in turn(upstairs, 1).get("share", {"granted": {}})["granted"]
    assert granted(turn(kiosk, 1)) == {session: 10}


def test_plans_of_the_next_two_weeks_are_dealt(central, kiosk, plan):
    near, far = plan(10, begins_in=13 * DAY), plan(10, begins_in=15 * DAY)
    assert granted(turn(kiosk, 1)) == {near: 10}

    central.clock.move(minutes=36 * 60)

    assert granted(turn(kiosk, 2, {near: 10})) == {near: 10, far: 10}


def test_the_earliest_thirty_plans_are_dealt(kiosk, plan):
    later = [plan(10, firm_limit=12, begins_in=(40 - number) * HOUR) for number in range(40)]

    seats = granted(turn(kiosk, 1))

    assert seats.keys() == {id for session in later[10:] for id in (session, over(session))}


def test_a_plan_for_more_people_is_dealt_anew(kiosk, other, plan):
    session = plan(10)
    turn(kiosk, 1)
    turn(other, 1)
    plan(14, session=session)

    assert granted(turn(kiosk, 2, {session: 5})) == {session: 7}
    assert granted(turn(other, 2, {session: 5})) == {session: 7}


def test_a_plan_for_fewer_people_is_asked_back_from_who_has_seats_free(kiosk, other, plan):
    session = plan(10)
    turn(kiosk, 1)
    turn(other, 1)
    plan(6, session=session)

    assert turn(kiosk, 2, {session: 5})["wanted"]["seats"] == {session: 4}


def test_a_larger_capacity_takes_hold_at_dealt_kiosks_with_their_next_heartbeat(kiosk, other, plan):
    session = plan(4)
    turn(kiosk, 1)
    turn(other, 1)
    open_session(kiosk, session, 4)
    admit(kiosk, session, 2)
    admit(other, session, 2)
    turn(other, 2)
    write(kiosk, session, SessionAmended(capacity=8))

    assert granted(turn(kiosk, 2)) == {session: 4}
    assert granted(turn(other, 2)) == {session: 4}


def test_headroom_is_dealt_like_seats(kiosk, other, plan):
    session = plan(10, firm_limit=14)

    assert granted(turn(kiosk, 1)) == {session: 5, over(session): 2}
    assert granted(turn(other, 1)) == {session: 5, over(session): 2}


def test_an_opener_gives_back_headroom_of_its_own_session(kiosk, other):
    session = open_session(kiosk, firm_limit=14)
    turn(other, 1)
    both, half = {session: 10, over(session): 4}, {session: 5, over(session): 2}
    assert turn(kiosk, 1, both)["wanted"]["seats"] == half

    assert granted(turn(kiosk, 1, half, claimed=both, given={"seats": half})) == half
    assert granted(turn(other, 1)) == half


def test_seats_and_headroom_stay_within_the_firm_limit_when_the_capacity_changes(kiosk, other, plan):
    """What is headroom by the new capacity, is dealt as seats by the old one."""
    session = plan(10, firm_limit=12)
    turn(kiosk, 1)
    turn(other, 1)
    plan(4, firm_limit=12, session=session)

    seats = turn(kiosk, 2, {session: 5, over(session): 1})

    assert "share" not in seats
    assert seats["wanted"]["seats"] == {session: 5}


def test_people_over_the_capacity_whom_an_ended_kiosk_admitted_take_headroom(central, kiosk, other, plan):
    session = plan(10, firm_limit=14)
    turn(kiosk, 1)
    turn(other, 1)
    open_session(kiosk, session, 10, 14)
    admit(kiosk, session, 3)
    admit(kiosk, session, 1, over_capacity=True)
    end_pairing(central, kiosk)

    assert granted(turn(other, 2, {session: 5, over(session): 2})) == {session: 7, over(session): 3}


def test_a_closing_that_is_undone_finds_the_seats_as_they_were(central, kiosk, other, plan):
    session = open_session(kiosk, plan(10))
    turn(other, 1)
    turn(kiosk, 1, {session: 10})
    turn(kiosk, 2, {session: 5}, given={"seats": {session: 5}})
    turn(other, 1)
    closed = write(kiosk, session, SessionClosed())
    later = plan(6)
    assert granted(turn(kiosk, 3)) == {session: 5, later: 3}
    write(kiosk, session, ActUndone((closed.id,)))

    assert "share" not in turn(kiosk, 4, {session: 5, later: 3})
    assert granted(turn(other, 2, {session: 5})) == {session: 5, later: 3}


def test_a_session_that_closed_a_day_ago_is_in_no_new_grant(central, kiosk, plan):
    session = open_session(kiosk, plan(10))
    turn(kiosk, 1, {session: 10})
    write(kiosk, session, SessionClosed())
    central.clock.move(minutes=25 * 60)
    later = plan(6)

    assert granted(turn(kiosk, 2)) == {later: 6}


def set_series(kiosk, capacity=10, zone=None):
    """Every Wednesday at 18:00, by a host; returns the series' id, and the ids of its next two sessions."""
    series, zone = uuid4(), zone or kiosk.identity["zone"]["id"]
    event = SeriesSet(zone, "E", "event", weekdays=(3,), start_minute=18 * 60, minutes=120, capacity=capacity)
    write(kiosk, str(series), event)
    return series, [str(occurrence_id(series, WEDNESDAY + week * 7 * DAY)) for week in range(2)]


def test_the_sessions_of_a_series_are_dealt_before_they_open(kiosk, other):
    _, sessions = set_series(kiosk)

    assert granted(turn(other, 1)) == dict.fromkeys(sessions, 5)
    assert granted(turn(kiosk, 1)) == dict.fromkeys(sessions, 5)


def test_a_session_of_a_series_that_two_kiosks_open_has_its_capacity_once(kiosk, other):
    _, [session, later] = set_series(kiosk)
    turn(kiosk, 1)
    turn(other, 1)
    open_session(kiosk, session)
    open_session(other, session)

    assert "share" not in turn(kiosk, 2, {session: 5, later: 5})
    assert "share" not in turn(other, 2, {session: 5, later: 5})


def test_a_closed_session_of_a_series_is_dealt_no_more(kiosk, other):
    _, [session, later] = set_series(kiosk)
    open_session(kiosk, session)
    write(kiosk, session, SessionClosed())

    assert granted(turn(other, 1)) == {later: 5}


def test_an_ended_series_is_dealt_no_more(kiosk, other):
    series, _ = set_series(kiosk)
    write(kiosk, str(series), SeriesEnded())

    assert "share" not in turn(kiosk, 1)


def test_a_series_that_was_set_before_the_pairing_is_its_kiosks_zones(central, kiosk):
    _, sessions = set_series(kiosk, zone="main")

    assert granted(turn(kiosk, 1)) == dict.fromkeys(sessions, 10)


def test_a_series_of_another_venue_is_not_dealt_here(central, kiosk):
    set_series(central.kiosk("Library"))

    assert "share" not in turn(kiosk, 1)
