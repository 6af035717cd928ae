"""The pages of an evacuation: two taps from the door, counting by touch, and no way to leave without a PIN."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kiosk.navigation import EvacuateAsked, Intent, RollCallAsked, RollCallEndAsked, RollCallEnding
from kiosk.services import evacuation, hosts
from kiosk.services.records import evacuation_records, host_records
from kiosk.ui.text import evacuation_text
from tests.support.single_page import DOOR, ID, SinglePage

NOW = datetime(2026, 11, 24, 19, 12, tzinfo=UTC)
FIRST, SECOND, AWAY, GONE = (UUID(int=place) for place in (11, 12, 13, 14))
HOST = host_records.HostSession(ID)


def party(visit: UUID, *numbers: int, size: int = 1, **state: bool) -> evacuation_records.RollEntry:
    return evacuation_records.RollEntry(visit, "pouch" if numbers else "none", numbers, NOW, size, **state)


ROLL = evacuation_records.RollCall(
    NOW,
    (
        party(FIRST, 14, 15, size=2),
        party(SECOND, size=3),
        party(AWAY, 16, on_break=True),
        party(GONE, 20, is_out=True, has_left=True),
    ),
    is_paired=True,
    others=(NOW - timedelta(minutes=32),),
)


def counted_out(roll: evacuation_records.RollCall, *visits: UUID) -> evacuation_records.RollCall:
    entries = tuple(replace(entry, is_out=entry.is_out or entry.visit in visits) for entry in roll.entries)
    return replace(roll, entries=entries)


@pytest.fixture
def page(stage: SinglePage) -> SinglePage:
    """The roll call."""
    stage.context.answers |= {evacuation.start: ROLL, evacuation.read: ROLL}
    stage.open("evacuation", EvacuateAsked(None))
    return stage


def tile(stage: SinglePage, visit: UUID):
    return next(widget for widget in stage.page.walk() if getattr(widget, "key", "") == f"party_{visit}")


def test_it_starts_without_a_pin_and_shows_numbers_and_sizes(page: SinglePage) -> None:
    assert page.carried(evacuation.start) == [[None]]
    texts = page.texts()
    assert "1 of 6 people out" in texts and "1 person is on a break" in texts
    assert "14, 15" in texts and "19:12" in texts
    assert "The other screen was last heard from: 18:40. Later arrivals there are missing." in texts


def test_a_touched_party_is_out_at_once_and_back_on_the_roll_with_the_next_touch(page: SinglePage) -> None:
    page.tap(f"party_{FIRST}")
    assert tile(page, FIRST).is_out and tile(page, FIRST).state_icon == "check_circle"  # not by colour alone
    page.tap(f"party_{FIRST}")

    assert not tile(page, FIRST).is_out
    assert page.carried(evacuation.count) == [[FIRST, True, None], [FIRST, False, None]]


def test_what_was_read_before_a_touch_does_not_undo_it(page: SinglePage) -> None:
    page.tap(f"party_{FIRST}")  # the count is not answered yet

    page.page.refresh()

    assert tile(page, FIRST).is_out


def test_the_answer_to_a_count_is_shown(page: SinglePage) -> None:
    page.context.answers[evacuation.count] = counted_out(ROLL, FIRST)

    page.tap(f"party_{FIRST}")

    assert "3 of 6 people out" in page.texts()


def test_who_has_left_can_not_be_touched(page: SinglePage) -> None:
    page.tap(f"party_{GONE}")

    assert page.carried(evacuation.count) == []
    assert tile(page, GONE).state_icon == "hand_wave"


def test_those_on_a_break_are_counted_apart(page: SinglePage) -> None:
    page.context.answers[evacuation.count] = counted_out(ROLL, AWAY)

    page.tap(f"party_{AWAY}")

    assert "1 of 6 people out" in page.texts() and tile(page, AWAY).is_out


def test_the_staff_are_counted_with_plus_and_minus(page: SinglePage) -> None:
    page.tap("staff_plus")
    page.tap("staff_plus")

    assert page.carried(evacuation.count_staff) == [[1, None], [2, None]]


def test_what_a_signed_in_host_counts_is_the_hosts_act(page: SinglePage) -> None:
    page.open("evacuation", EvacuateAsked(HOST))
    page.tap(f"party_{SECOND}")

    assert page.carried(evacuation.count) == [[SECOND, True, HOST]]


def test_ended_at_another_kiosk_it_goes_home(page: SinglePage) -> None:
    page.context.answers[evacuation.read] = None
    page.page.refresh()

    assert page.answers == [Intent.HOME]


def test_ending_asks_for_a_pin_where_somebody_has_one(page: SinglePage) -> None:
    page.tap("end")
    page.context.answers[evacuation.start] = replace(ROLL, needs_pin=False)
    page.open("evacuation", EvacuateAsked(None))
    page.tap("end")

    assert page.answers == [RollCallEndAsked(), RollCallEnding(None)]


def test_it_stays_without_a_touch(page: SinglePage) -> None:
    assert page.page.home_after == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"is_saved": False}, "Not saved: the disk can’t be written. Leave this screen on."),
        ({"is_stale": True, "read_at": NOW}, "The list is of 19:12: the disk can’t be read."),
        ({"is_stale": True}, "The disk can’t be read."),
        ({"is_paired": False}, "Only people who came in at this screen."),
        ({"others": ()}, "No other screen has been heard from."),
        ({"has_lockers": True, "key_at": "by the till"}, "Lockers’ key: by the till"),
        ({"has_lockers": True}, "Lockers open by key."),
        (
            {"others": (NOW, NOW - timedelta(days=2), None, None)},
            "Other screens were last heard from: 19:12, Sun 22 Nov 19:12, time unknown. "
            "Later arrivals there are missing.",
        ),
    ],
)
def test_it_says_what_the_host_has_to_know(changes: dict[str, object], sentence: str) -> None:
    assert sentence in evacuation_text.notices(replace(ROLL, **changes))


def test_long_numbers_are_cut_after_the_first() -> None:
    assert evacuation_text.number(party(FIRST, 3, 14, 15, 21, 40)) == "3 …"


# from the door


def test_the_pin_page_evacuates_with_one_tap_also_while_the_keypad_is_locked(stage: SinglePage) -> None:
    stage.context.answers[hosts.check_pin] = host_records.WrongPin(30)
    stage.open("host_pin")
    stage.type("111111")
    stage.tap("check")
    assert stage.page.is_locked

    stage.tap("evacuate")

    assert stage.answers == [EvacuateAsked(None)]


def test_a_pin_leads_to_the_end_of_the_roll_call_and_back_leads_to_the_roll(stage: SinglePage) -> None:
    stage.context.answers[hosts.check_pin] = HOST
    stage.open("host_pin", RollCallEndAsked())
    assert "evacuate" not in stage.tappable()

    stage.type("482913")
    stage.tap("check")
    stage.tap("back")

    assert stage.answers == [RollCallEnding(HOST), RollCallAsked()]


def test_the_door_is_not_shown_while_it_runs(stage: SinglePage) -> None:
    stage.open("welcome", replace(DOOR, is_evacuated=True))

    assert stage.answers == [RollCallAsked()] and not stage.page.is_active


# the end


def test_the_last_question_names_who_is_missing(page: SinglePage) -> None:
    page.context.answers[evacuation.end] = HOST
    page.open("evacuation_end", RollCallEnding(HOST))
    assert "5 people are not out: 14, 15, 19:12" in page.texts()

    page.tap("go_on")
    page.tap("end_now")

    assert page.answers == [RollCallAsked(), HOST]
    assert page.carried(evacuation.end) == [[HOST]]


def test_with_everybody_out_the_first_button_ends_it(page: SinglePage) -> None:
    page.context.answers |= {evacuation.read: counted_out(ROLL, FIRST, SECOND), evacuation.end: None}
    page.open("evacuation_end", RollCallEnding(None))
    assert "Everybody is out" in page.texts()

    page.tap("end_now")

    assert page.answers == [Intent.HOME]
