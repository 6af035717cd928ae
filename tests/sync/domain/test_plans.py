"""Folding plans, cancellations and a venue's configuration, in any order of arrival."""

from itertools import permutations
from uuid import UUID, uuid4, uuid5

import pytest

from sync.domain import events
from sync.domain.clock import Moment
from sync.domain.events import Event, Phase, ZoneName
from sync.domain.fold import Fact, fold_session, fold_venue
from sync.domain.session import Session
from sync.domain.venue import Configuration

SESSION, VENUE, JOURNAL, BOOT = (uuid4() for _ in range(4))
MINUTE = 60_000
PLANNED = events.SessionPlanned(
    zone="hall", title="Quiet evening", session_kind="event", planned_start=60 * MINUTE, planned_end=180 * MINUTE,
    capacity=24, rhythm=(Phase("quiet", 60), Phase("talk", 60)),
)  # fmt: skip
OPENED = events.SessionOpened(zone="hall", title="Quiet evening", session_kind="event", planned_end=200 * MINUTE)


def fact(minute: int, event: Event) -> Fact:
    at = Moment(minute * MINUTE, BOOT, minute * MINUTE, estimated=False)
    return Fact(uuid5(JOURNAL, f"{minute} {event}"), minute, JOURNAL, at, event)


def session(*facts: Fact) -> Session:
    """The same whatever the order, and however often."""
    [state] = {fold_session(SESSION, order) for order in permutations((*facts, facts[0]))}
    return state


def test_a_plan_is_no_session_yet() -> None:
    state = session(fact(1, PLANNED))

    assert (state.title, state.planned_start, state.planned_end) == ("Quiet evening", 60 * MINUTE, 180 * MINUTE)
    assert (state.capacity, state.rhythm) == (24, PLANNED.rhythm)
    assert (state.opened, state.journal, state.is_open, state.cancelled) == (None, None, False, False)


def test_of_two_plans_the_later_counts() -> None:
    later = events.SessionPlanned("hall", "Late evening", "event", 90 * MINUTE, 210 * MINUTE)

    assert session(fact(1, PLANNED), fact(2, later)) == session(fact(2, later))


def test_an_opening_says_what_the_session_is() -> None:
    state = session(fact(1, PLANNED), fact(58, OPENED), fact(70, PLANNED))

    assert (state.opened, state.planned_start, state.planned_end) == (58 * MINUTE, 60 * MINUTE, 200 * MINUTE)
    assert state.is_open and state.capacity is None


@pytest.mark.parametrize("minute", [2, 100])
def test_a_cancellation_changes_nothing_of_what_was_opened(minute: int) -> None:
    happened = session(fact(58, OPENED), fact(120, events.SessionClosed()), fact(minute, events.SessionCancelled()))

    assert (happened.opened, happened.closed, happened.cancelled) == (58 * MINUTE, 120 * MINUTE, True)
    assert session(fact(58, OPENED), fact(minute, events.SessionCancelled())).is_open


def test_a_cancelled_plan_stays_cancelled() -> None:
    assert session(fact(1, PLANNED), fact(2, events.SessionCancelled()), fact(3, PLANNED)).cancelled


def configuration(*facts: Fact) -> Configuration:
    [state] = {fold_venue(VENUE, order) for order in permutations((*facts, facts[-1]))}
    return state


def test_of_each_field_the_last_value_counts() -> None:
    state = configuration(
        fact(1, events.VenueConfigured(pouches=40, reach="+31 20 555 0123")),
        fact(2, events.VenueConfigured(time_zone="Europe/Madrid", pouches=30)),
        fact(3, events.VenueConfigured(reach="")),
    )

    assert state == Configuration(VENUE, time_zone="Europe/Madrid", pouches=30, reach="")


def test_of_each_zone_the_last_name_counts() -> None:
    state = configuration(
        fact(1, events.VenueConfigured(zones=(ZoneName("b", "Attic"), ZoneName("a", "Hall")))),
        fact(2, events.VenueConfigured(zones=(ZoneName("a", "Great hall"),))),
        fact(3, events.VenueConfigured(pouches=3)),
    )

    assert state == Configuration(VENUE, pouches=3, zones=(ZoneName("a", "Great hall"), ZoneName("b", "Attic")))


def test_of_two_values_with_the_same_tick_the_id_decides() -> None:
    first, second = fact(5, events.VenueConfigured(pouches=1)), fact(5, events.VenueConfigured(pouches=2))
    last = max(first, second, key=lambda each: each.id)

    assert UUID(int=0) < last.id
    assert configuration(first, second) == configuration(last)
