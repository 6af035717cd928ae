"""Single visitor pages beside the usual check-in: several sessions, lockers, the telephone number, reminders, help."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from kiosk.navigation import (
    CodeFor,
    CodeLost,
    Detour,
    Feeling,
    HelpAsked,
    HowLong,
    Intent,
    OverCapacityAsked,
    PartyChosen,
    SessionChoice,
    WhatsOn,
)
from kiosk.services import hosts, occupancy, reminders, visits
from kiosk.services.records import host_records, shared_records, visitor_records
from tests.support.single_page import DOOR, FAREWELL, HELD, ID, LIVE, OPEN, SHELF, WELCOMED, SinglePage

if TYPE_CHECKING:
    from tests.support.window_frames import WindowFrames

OTHER = visitor_records.LiveSession(replace(OPEN, id=UUID(int=2), title="Workshop"), people=3, places_left=0)
BOTH = replace(LIVE, people=1), OTHER
LOCKERS = replace(SHELF, lockers=4, has_lockers=True)
NOW = datetime(2026, 11, 24, 20, 15, tzinfo=OPEN.until and OPEN.until.tzinfo)


def test_the_session_is_chosen_if_there_are_several(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_door] = replace(DOOR, live=BOTH)
    stage.open("welcome")
    assert "2 sessions are on" in stage.texts()

    stage.tap("come_in")

    assert stage.answers == [visitor_records.SeveralSessions(BOTH)]


def test_a_full_session_can_not_be_chosen(stage: SinglePage) -> None:
    stage.open("which", visitor_records.SeveralSessions(BOTH))
    assert "Full for now." in stage.texts()

    stage.tap("session_1")
    stage.tap("session_0")

    assert stage.answers == [SessionChoice(OPEN.id)]


def test_the_chosen_session_is_passed_on(stage: SinglePage) -> None:
    stage.open("party", SessionChoice(OTHER.session.id))
    stage.tap("size_2")
    assert stage.answers == [PartyChosen(2, OTHER.session.id)]

    stage.open("stow", PartyChosen(1, OTHER.session.id))
    stage.tap("back")
    stage.tap("pouch")

    assert stage.answers[-1] == SessionChoice(OTHER.session.id)
    assert stage.carried(visits.check_in) == [[visitor_records.CheckInRequest(1, 1, 0, session=OTHER.session.id)]]


def test_what_is_on_now_and_next(stage: SinglePage) -> None:
    plans = tuple(
        shared_records.PlannedSession(ID, title, *HELD, None, in_days=days)
        for title, days in (("Reading circle", 0), ("Chess", 1))
    )
    stage.context.answers[occupancy.read_door] = door = replace(DOOR, coming=plans)
    stage.open("welcome")
    stage.tap("whats_on")
    assert stage.answers == [WhatsOn(door)]

    stage.open("whats_on", WhatsOn(door))

    texts = stage.texts()
    assert all(part in texts for part in ("Quiet evening", "Reading circle", "17:00–19:30", "Tomorrow, 17:00–19:30"))


def test_without_plans_there_is_no_button_for_them(stage: SinglePage) -> None:
    stage.open("welcome")

    assert "whats_on" not in stage.tappable()


def test_a_closed_venue_shows_when_it_opens(stage: SinglePage) -> None:
    plan = shared_records.PlannedSession(ID, "Reading circle", *HELD, None)
    stage.context.answers[occupancy.read_door] = replace(DOOR, live=(), coming=(plan,))
    stage.open("welcome")

    assert "We open at 17:00." in stage.texts()
    assert "“Reading circle” is on then." in stage.texts()


def test_a_full_venue_shows_when_the_next_places_are_free(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_door] = replace(DOOR, live=(replace(LIVE, places_left=0),), free_at=HELD[0])
    stage.open("welcome")

    assert "The next ones are free about 17:00." in stage.texts()


@pytest.mark.parametrize(
    ("stow", "numbers", "expected"),
    [("pouch", (14,), "pouch 14"), ("locker", (7, 8), "lockers 7, 8"), ("none", (), "17:00")],
)
def test_a_reminder_names_numbers_or_a_time(
    stage: SinglePage, stow: str, numbers: tuple[int, ...], expected: str
) -> None:
    sign = shared_records.Reminder(ID, 0, HELD[0], stow, numbers)  # type: ignore[arg-type]
    stage.context.answers[occupancy.read_door] = replace(DOOR, reminders=(sign,))
    stage.open("welcome")

    assert f"It’s time:\n{expected}" in stage.texts()


def test_a_new_reminder_knocks_twice_and_a_known_one_not(
    stage: SinglePage, frames: "WindowFrames", monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.ui import sound
    from kiosk.ui.screens.visitor import welcome

    ticks = []
    monkeypatch.setattr(welcome, "KNOCK_INTERVAL", 0)
    monkeypatch.setattr(sound, "play_tick", ticks.append)
    stage.context.answers[occupancy.read_door] = replace(
        DOOR, reminders=(shared_records.Reminder(ID, 0, HELD[0], "pouch", (14,)),)
    )
    stage.open("welcome")
    frames(2)
    assert len(ticks) == 2

    frames.skip(welcome.REFRESH_INTERVAL)

    assert len(ticks) == 2


@pytest.mark.parametrize(
    ("shelf", "offered"),
    [
        (SHELF, {"pouch", "no_phone", "mine"}),
        (LOCKERS, {"pouch", "locker", "no_phone", "mine"}),
        (replace(LOCKERS, lockers=0), {"pouch", "no_phone", "mine"}),
        (replace(LOCKERS, pouches=0), {"locker", "no_phone", "mine"}),
        (replace(LOCKERS, has_pouches=False, pouches=0), {"locker", "no_phone", "mine"}),
        (replace(SHELF, reach="+31 20 555 0123"), {"pouch", "no_phone", "mine", "reach"}),
    ],
)
def test_the_venues_places_for_phones_are_offered(
    stage: SinglePage, shelf: visitor_records.ShelfState, offered: set[str]
) -> None:
    stage.context.answers[occupancy.read_shelf] = shelf
    stage.open("stow", PartyChosen(1))

    assert stage.tappable() - {"back", "language", "access"} == offered


def test_one_person_uses_a_locker_with_one_tap(stage: SinglePage) -> None:
    stage.context.answers |= {
        occupancy.read_shelf: LOCKERS,
        visits.check_in: replace(WELCOMED, stow="locker", numbers=(7,)),
    }
    stage.open("stow", PartyChosen(1))

    stage.tap("locker")

    assert stage.carried(visits.check_in) == [[visitor_records.CheckInRequest(1, 1, 0, stow="locker")]]


def test_a_party_can_use_a_locker(stage: SinglePage) -> None:
    stage.context.answers |= {occupancy.read_shelf: LOCKERS, visits.check_in: WELCOMED}
    stage.open("stow", PartyChosen(3))

    stage.tap("kept_plus")
    stage.tap("locker")

    assert stage.carried(visits.check_in) == [[visitor_records.CheckInRequest(3, 2, 1, stow="locker")]]


def test_the_telephone_number_is_available_before_check_in(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_shelf] = replace(SHELF, reach="+31 20 555-0123")
    stage.open("stow", PartyChosen(2))
    stage.tap("reach")
    assert stage.answers == [Detour("reach", "+31 20 555-0123")]

    stage.open("reach", "+31 20 555-0123")

    assert "+31 20 555-0123" in stage.texts()
    assert stage.page.link == "tel:+31205550123"
    stage.tap("back")
    assert stage.answers[-1] == Intent.BACK


def test_the_mood_before_is_one_tap(stage: SinglePage) -> None:
    stage.context.answers[visits.record_pulse] = None
    stage.open("feeling", Feeling(WELCOMED))

    stage.tap("face_2")

    assert stage.carried(visits.record_pulse) == [[WELCOMED.visit, "before", 2]]
    assert "Enjoy your time." in stage.texts()


def test_a_venue_can_leave_the_mood_question_out(stage: SinglePage) -> None:
    stage.open("thanks", replace(FAREWELL, asks_after=False))
    assert "face_1" not in stage.tappable()

    stage.tap("done")

    assert stage.answers == [Intent.HOME]


def test_a_reminder_is_chosen_with_one_tap(stage: SinglePage) -> None:
    staying_until = NOW + timedelta(minutes=60)
    stage.context.answers[reminders.set_reminder] = staying_until
    welcomed = replace(WELCOMED, now=NOW, until=OPEN.until)
    stage.open("feeling", Feeling(welcomed))
    stage.tap("how_long")
    assert stage.answers == [HowLong(welcomed)]

    stage.open("how_long", HowLong(welcomed))
    assert stage.tappable() >= {"minutes_30", "minutes_60", "until_the_end"}
    assert "minutes_90" not in stage.tappable(), "it closes before that"
    stage.tap("minutes_60")

    assert stage.carried(reminders.set_reminder) == [[WELCOMED.visit, 60]]
    assert stage.answers[-1] == Feeling(replace(welcomed, remind_at=staying_until))
    stage.open("feeling", stage.answers[-1])
    assert "A sign at 21:15" in stage.texts()


def test_until_the_end_removes_the_reminder(stage: SinglePage) -> None:
    stage.context.answers[reminders.cancel_reminder] = None
    stage.open("how_long", HowLong(WELCOMED))

    stage.tap("until_the_end")

    assert stage.carried(reminders.cancel_reminder) == [[WELCOMED.visit]]
    assert stage.answers == [Feeling(WELCOMED)]


def test_a_lost_code_is_replaced_by_host_and_number(stage: SinglePage) -> None:
    stage.open("code", CodeFor.LEAVING)
    stage.tap("lost")
    assert stage.answers == [CodeLost(CodeFor.LEAVING)]

    stage.open("host_pin", CodeLost(CodeFor.LEAVING))
    stage.context.answers[hosts.check_pin] = host_records.HostSession(ID)
    stage.type("482913")
    stage.tap("check")
    assert stage.answers[-1] == HelpAsked(CodeFor.LEAVING, host=host_records.HostSession(ID))

    stage.context.answers[visits.check_out] = FAREWELL
    stage.open("number", stage.answers[-1])
    stage.type("14")
    stage.tap("check")

    assert stage.carried(visits.check_out) == [[visitor_records.CodeAndNumber(14, host=host_records.HostSession(ID))]]
    assert stage.answers[-1] == FAREWELL


def test_a_shared_code_asks_for_the_number(stage: SinglePage) -> None:
    stage.context.answers[visits.toggle_break] = visitor_records.CodeShared("4827")
    stage.open("code", CodeFor.STEPPING_OUT)
    stage.type("4827")
    assert stage.answers == [HelpAsked(CodeFor.STEPPING_OUT, "4827")]

    stage.context.answers[visits.toggle_break] = visitor_records.NoSuchCode(5)
    stage.open("number", stage.answers[0])
    stage.type("9")
    stage.tap("check")

    assert stage.carried(visits.toggle_break)[-1] == [visitor_records.CodeAndNumber(9, "4827")]
    assert "Nobody in the room has this number" in stage.texts()
    assert stage.page.is_locked


def test_a_pouch_and_a_locker_with_the_same_number_are_distinguished(stage: SinglePage) -> None:
    stage.context.answers[visits.check_out] = visitor_records.PouchOrLocker(7)
    stage.open("number", HelpAsked(CodeFor.LEAVING, host=host_records.HostSession(ID)))
    stage.type("7")
    stage.tap("check")

    stage.context.answers[visits.check_out] = FAREWELL
    stage.tap("locker")

    assert stage.carried(visits.check_out)[-1] == [
        visitor_records.CodeAndNumber(7, host=host_records.HostSession(ID), stow="locker")
    ]
    assert stage.answers == [FAREWELL]


@pytest.mark.parametrize("text", ["ask at the bar", "7"])
def test_only_a_telephone_number_gets_a_qr_code(stage: SinglePage, text: str) -> None:
    stage.open("reach", text)

    assert stage.page.link == ""
    assert text in stage.texts()


def test_the_time_factor_slows_the_countdown(stage: SinglePage, frames: "WindowFrames") -> None:
    elapsed = []
    for time_factor in (1.0, 3.0):
        stage.open("feeling", Feeling(WELCOMED))
        stage.page.time_factor = time_factor
        stage.page.activate(Feeling(WELCOMED))
        stage.page.ids.countdown.start()
        frames.pause(6)
        elapsed.append(1 - stage.page.ids.countdown.left)

    assert elapsed[0] == pytest.approx(3 * elapsed[1], rel=0.05)


def test_a_party_that_is_too_large_gets_a_notice_first(stage: SinglePage) -> None:
    full = visitor_records.SessionFull(2, 2)
    stage.context.answers[visits.check_capacity] = full
    stage.open("party")
    stage.tap("size_3")
    assert stage.answers == [full]
    assert stage.carried(visits.check_capacity) == [[3, None]]

    stage.open("notice", full)

    assert "There is room for 2 more just now. Your host can help." in stage.texts()
    stage.tap("host")
    assert stage.answers[-1] == OverCapacityAsked(1, None)


def test_a_counted_party_that_is_too_large_gets_a_notice(stage: SinglePage) -> None:
    stage.context.answers[visits.check_capacity] = visitor_records.SessionFull(2, 15)
    stage.open("party", SessionChoice(OTHER.session.id))
    stage.tap("size_more")
    stage.tap("size_plus")
    stage.tap("go_on")

    assert stage.answers == [visitor_records.SessionFull(2, 15)]
    assert stage.carried(visits.check_capacity) == [[8, OTHER.session.id]]


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        (visitor_records.SessionFull(0, 0), "Every place is taken."),
        (visitor_records.SessionFull(1, 1), "There is room for one more just now."),
        (visitor_records.SessionFull(2, 15), "This screen can give 2 places just now; there are 15 in all."),
        (visitor_records.SessionFull(0, 15), "There are 15 places left, but this screen can’t give them."),
    ],
)
def test_a_full_notice_shows_places_here_and_in_all(
    stage: SinglePage, full: visitor_records.SessionFull, expected: str
) -> None:
    stage.open("notice", full)

    assert expected in stage.texts()


def test_a_notice_that_needs_no_host_offers_none(stage: SinglePage) -> None:
    stage.open("notice", visitor_records.NoSuchCode())

    assert "host" not in stage.tappable()


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        (replace(LIVE, places_left=18, venue_places_left=18), ("12 people are here", "Room for 18 more")),
        (replace(LIVE, places_left=8, venue_places_left=18), ("12 people are here", "8 free here, 18 in all")),
        (replace(LIVE, people=9, on_break=3), ("9 here · 3 on a break",)),
        (replace(LIVE, people=0, on_break=3), ("0 here · 3 on a break",)),
        (replace(LIVE, people=0, places_left=None, venue_places_left=None), ("The room is all yours",)),
        (replace(LIVE, places_left=0, venue_places_left=18), ("Nearly full.", "There are 18 places left")),
        (replace(LIVE, places_left=0, venue_places_left=0), ("Full for now.", "Every place is taken.")),
    ],
)
def test_the_welcome_page_counts_people_and_places_here_and_in_all(
    stage: SinglePage, live: visitor_records.LiveSession, expected: tuple[str, ...]
) -> None:
    stage.context.answers[occupancy.read_door] = replace(DOOR, live=(live,), on_break=live.on_break)
    stage.open("welcome")

    assert all(part in stage.texts() for part in expected)
    assert ("Out or back" in stage.texts()) == bool(live.on_break)


def test_a_session_shows_places_here_and_in_all(stage: SinglePage) -> None:
    elsewhere = replace(OTHER, places_left=2, venue_places_left=7)
    stage.open("which", visitor_records.SeveralSessions((LIVE, elsewhere)))

    assert "2 free here, 7 in all" in stage.texts()
