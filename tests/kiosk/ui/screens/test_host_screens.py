"""The host's pages: PIN, board, close-out."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from board_states import changed

from kiosk.navigation import CloseAsked, CorrectAsked
from kiosk.rules.device_states import Condition, DeviceState
from kiosk.services import occupancy, sessions, undo
from kiosk.services.records import host_records, shared_records
from kiosk.services.records.closeout_records import NightClosing
from kiosk.services.records.correction_records import ActIsUndone, LastAct, UndoRefused
from kiosk.ui.screens.host import board
from kiosk.ui.style.theme import theme
from tests.support.single_page import BOARD, HELD, ID, OPEN, TEMPLATE, SinglePage

if TYPE_CHECKING:
    from tests.support.window_frames import WindowFrames

COUNTED = "people", "on_break"


def test_a_short_pin_is_not_checked(stage: SinglePage) -> None:
    from kiosk.services import hosts

    stage.open("host_pin")

    stage.type("12345")
    stage.tap("check")
    stage.type("6")
    stage.tap("check")

    assert stage.carried(hosts.check_pin) == [["123456"]]


def test_a_template_opens_with_one_tap(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_board] = changed(BOARD, session=None)
    stage.context.answers[sessions.open_session] = OPEN
    stage.open("board", host_records.HostSession(ID))

    stage.context.answers[occupancy.read_board] = BOARD
    stage.tap("template_0")

    assert stage.carried(sessions.open_session) == [[TEMPLATE, host_records.HostSession(ID), False]]
    assert "close" in stage.tappable()


def test_practice_comes_last_and_is_named_so_on_the_board(stage: SinglePage) -> None:
    practised = replace(OPEN, is_practice=True)
    stage.context.answers[occupancy.read_board] = changed(BOARD, session=None)
    stage.context.answers[sessions.open_practice] = practised
    stage.open("board", host_records.HostSession(ID))
    assert [offer.key for offer in stage.page.ids.offers.children[::-1]] == ["template_0", "practice"]

    stage.context.answers[occupancy.read_board] = changed(BOARD, session=practised, live=(practised,))
    stage.tap("practice")

    assert stage.carried(sessions.open_practice) == [[host_records.HostSession(ID)]]
    assert stage.page.title == "Practice" and theme.is_practice


def test_a_planned_session_comes_first_and_opens_with_one_tap(stage: SinglePage) -> None:
    plan = shared_records.PlannedSession(UUID(int=7), "Reading circle", *HELD, 16)
    stage.context.answers[occupancy.read_board] = changed(BOARD, session=None, planned=(plan,))
    stage.context.answers[sessions.open_planned] = OPEN
    stage.open("board", host_records.HostSession(ID))

    offers = stage.page.ids.offers.children[::-1]
    assert [offer.key for offer in offers] == ["planned_0", "template_0", "practice"]
    assert "17:00–19:30, 16 places" in stage.texts()
    stage.tap("planned_0")

    assert stage.carried(sessions.open_planned) == [[UUID(int=7), host_records.HostSession(ID), False]]


def test_close_leads_to_the_close_out_page(stage: SinglePage) -> None:
    stage.open("board", host_records.HostSession(ID))

    stage.tap("close")

    assert stage.answers == [CloseAsked(host_records.HostSession(ID), ID)]


def test_a_second_session_is_opened_beside_the_first(stage: SinglePage) -> None:
    stage.context.answers[sessions.open_session] = OPEN
    stage.open("board", host_records.HostSession(ID))

    stage.tap("next")
    assert "What shall we open?" in stage.texts()
    stage.tap("back")
    assert "close" in stage.tappable()

    stage.tap("next")
    stage.tap("template_0")

    assert stage.carried(sessions.open_session) == [[TEMPLATE, host_records.HostSession(ID), True]]
    assert "close" in stage.tappable()


def test_each_of_several_sessions_can_be_shown(stage: SinglePage) -> None:
    other = replace(OPEN, id=UUID(int=2))
    stage.context.answers[occupancy.read_board] = changed(BOARD, live=(OPEN, other))
    stage.open("board", host_records.HostSession(ID))
    assert "The next session" in stage.texts()

    stage.tap("next")

    assert stage.carried(occupancy.read_board)[-1] == [other.id]
    stage.page.shown_session = other.id
    stage.tap("next")
    assert "What shall we open?" in stage.texts()
    stage.tap("back")
    assert stage.carried(occupancy.read_board)[-1] == [None]


def test_what_was_closed_in_the_night_is_on_the_board(stage: SinglePage) -> None:
    closing = NightClosing("Chess", datetime(2026, 11, 24, 21, 30))  # noqa: DTZ001 - only its clock is shown
    stage.context.answers[occupancy.read_board] = changed(BOARD, session=None, closed_at_night=(closing,))
    stage.open("board", host_records.HostSession(ID))

    assert "“Chess” was closed in the night, as of 21:30." in stage.texts()


def test_a_device_that_needs_a_hand_is_on_the_board(stage: SinglePage) -> None:
    printer = DeviceState("printer", "printer", Condition.PAPER_OUT)
    stage.context.answers[occupancy.read_board] = changed(BOARD, devices=(printer,))
    stage.open("board", host_records.HostSession(ID))

    assert "Printer: Out of paper" in stage.texts()


def test_reminders_are_on_the_board(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_board] = changed(
        BOARD, reminders=(shared_records.Reminder(ID, 0, HELD[0], "pouch", (14,)),)
    )
    stage.open("board", host_records.HostSession(ID))

    assert "It’s time: pouch 14" in stage.texts()


def test_closing_shows_its_result(stage: SinglePage) -> None:
    stage.context.answers[sessions.close_session] = host_records.ClosedSession("Quiet evening", 1, ())
    stage.open("close", CloseAsked(host_records.HostSession(ID), ID))
    assert "12 people are still in." in stage.texts()

    stage.tap("close_now")
    assert stage.carried(sessions.close_session) == [[ID, host_records.HostSession(ID)]]
    assert "“Quiet evening” is closed." in stage.texts()

    stage.tap("back")
    assert stage.answers == [host_records.HostSession(ID)]


def test_the_board_shows_the_venues_places_and_those_of_this_kiosk(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_board] = changed(
        BOARD, people=0, on_break=0, places_left=15, venue_places_left=30
    )
    stage.open("board", host_records.HostSession(ID))

    assert "30 of 30 places left, 15 here" in stage.texts()
    assert stage.page.share_taken == 0, "the session is empty"


def test_the_board_counts_people_on_a_break_separately(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_board] = changed(BOARD, people=9, on_break=3)
    stage.open("board", host_records.HostSession(ID))

    labels = [widget for widget in stage.page.walk() if getattr(widget, "text", "")]
    shown = {widget.key: widget.text for widget in labels if getattr(widget, "key", "") in COUNTED}
    assert (shown["people"], shown["on_break"]) == ("9", "3")
    assert {"in the room", "on a break"} <= set(stage.texts().split("\n"))
    assert "18 of 30 places left" in stage.texts()


def test_the_close_out_page_counts_people_on_a_break_separately(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_board] = changed(BOARD, people=2, on_break=3)
    stage.open("close", CloseAsked(host_records.HostSession(ID), ID))

    assert "2 people are still in. 3 are out on a break." in stage.texts()


ACT = LastAct(ID, "opened", (ID,), (ID,))
OTHER_ACT = replace(ACT, id=UUID(int=77), what="closed")


def offer(stage: SinglePage, frames: "WindowFrames", act: LastAct | None) -> None:
    """The board is read again, and this is the last act."""
    stage.context.answers[occupancy.read_board] = changed(BOARD, last_act=act)
    frames.pause(board.REFRESH_INTERVAL + 0.1)


def test_the_last_act_is_undone_at_the_second_touch(stage: SinglePage, frames: "WindowFrames") -> None:
    stage.context.answers[occupancy.read_board] = changed(BOARD, last_act=ACT)
    stage.context.answers[undo.undo] = ActIsUndone(ACT)
    stage.open("board", host_records.HostSession(ID))

    stage.tap("undo")
    assert "Undo opening the session" in stage.texts() and not stage.carried(undo.undo)
    stage.context.answers[occupancy.read_board] = BOARD
    stage.tap("undo")

    assert stage.carried(undo.undo) == [[ACT, host_records.HostSession(ID)]]
    assert "That is undone." in stage.texts() and "undo" not in stage.tappable()
    frames.pause(board.UNDO_NOTE_S + 0.1)
    assert "That is undone." not in stage.texts()


def test_an_undoing_that_is_refused_leads_to_the_corrections_which_say_why(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_board] = changed(BOARD, last_act=ACT)
    stage.context.answers[undo.undo] = UndoRefused("full")
    stage.open("board", host_records.HostSession(ID))
    stage.tap("undo")
    stage.tap("undo")

    assert stage.answers[-1] == CorrectAsked(host_records.HostSession(ID), outcome=UndoRefused("full"))


def test_a_question_is_withdrawn_after_a_while_and_where_something_else_was_done(
    stage: SinglePage, frames: "WindowFrames"
) -> None:
    stage.context.answers[occupancy.read_board] = changed(BOARD, last_act=ACT)
    stage.open("board", host_records.HostSession(ID))
    stage.tap("undo")
    frames.pause(board.UNDO_NOTE_S + 0.1)
    stage.tap("undo")
    assert not stage.carried(undo.undo), "asked anew"

    offer(stage, frames, OTHER_ACT)
    assert "Undo opening the session" not in stage.texts()
    stage.tap("undo")
    assert "Undo closing the session" in stage.texts() and not stage.carried(undo.undo)

    offer(stage, frames, None)
    assert "undo" not in stage.tappable() and "Undo closing the session" not in stage.texts()
