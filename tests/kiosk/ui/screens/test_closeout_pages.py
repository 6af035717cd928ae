"""The pages on which a host clears what has not come back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from board_states import changed

from kiosk.navigation import CloseAsked, CloseoutAsked
from kiosk.services import closeout, night, occupancy, sessions
from kiosk.services.records.closeout_records import (
    Clearing,
    CloseoutFigures,
    CloseoutState,
    MorningReport,
    NightClosing,
    OpenItem,
    OpenItems,
)
from kiosk.services.records.host_records import ClosedSession, HostSession
from tests.support.single_page import BOARD, ID, OPEN, SinglePage

HOST = HostSession(ID)
ENDED = datetime(2026, 11, 24, 21, 30)  # noqa: DTZ001 - only its clock is shown
POUCH = OpenItem(ID, 14, "pouch", 1, "here", "out", ended=ENDED)
OTHER = replace(POUCH, number=21, phone="back")
CLOSED = ClosedSession("Quiet evening", 2, (14, 21))


def close(stage: SinglePage, *items: OpenItem) -> None:
    stage.context.answers[sessions.close_session] = CLOSED
    stage.context.answers[closeout.read_items] = OpenItems(items)
    stage.open("close", CloseAsked(HOST, ID))
    stage.tap("close_now")


def test_closing_lists_what_has_not_come_back(stage: SinglePage) -> None:
    close(stage, POUCH, OTHER)

    assert {"14", "Phone and pouch not back yet", "21", "Pouch not back yet", "2 things to clear"} <= set(
        stage.texts().split("\n")
    )
    assert stage.carried(closeout.read_items) == [[ID]]


def test_one_tap_clears_phone_and_pouch(stage: SinglePage) -> None:
    close(stage, POUCH, OTHER)
    stage.context.answers[closeout.clear] = OpenItems((OTHER,))

    stage.tap("clear_0")

    assert stage.carried(closeout.clear) == [[Clearing(POUCH, "all_back"), HOST, ID]]
    assert "14" not in stage.texts().split("\n") and "1 thing to clear" in stage.texts()


def test_another_tap_shows_everything_else_that_can_be_done(stage: SinglePage) -> None:
    close(stage, POUCH, OTHER)
    stage.context.answers[closeout.clear] = OpenItems((POUCH,), (replace(OTHER, pouch="lost"),))

    stage.tap("more_1")
    assert "Pouch 21" in stage.texts()
    assert {"stow_back", "stow_lost", "back"} <= set(stage.tappable())
    stage.tap("stow_lost")

    assert stage.carried(closeout.clear) == [[Clearing(OTHER, "stow_lost"), HOST, ID]]
    assert "Pouch lost" in stage.texts() and "1 thing to clear" in stage.texts()


def test_a_phone_that_was_left_behind_gets_a_note(stage: SinglePage) -> None:
    close(stage, POUCH)
    stage.context.answers[closeout.clear] = OpenItems((replace(POUCH, note="in_safe"),))

    stage.tap("more_0")
    stage.tap("left_behind")
    assert "Where is the phone now?" in stage.texts()
    stage.tap("in_safe")

    assert stage.carried(closeout.clear) == [[Clearing(POUCH, "left_behind", "in_safe"), HOST, ID]]
    assert "Phone in the safe · Pouch not back yet" in stage.texts()


def test_the_rest_is_left_open_and_shown_in_the_result(stage: SinglePage) -> None:
    close(stage, POUCH)
    stage.context.answers[closeout.finish] = CloseoutFigures(1, (14,), ())
    assert "Leave the rest open" in stage.texts()

    stage.tap("finish")

    assert stage.carried(closeout.finish) == [[ID, HOST]]
    assert "1 phone is still here. Pouch 14 is kept aside." in stage.texts()
    stage.tap("back")
    assert stage.answers == [HOST]


def test_with_nothing_open_the_result_comes_at_once(stage: SinglePage) -> None:
    stage.context.answers[closeout.finish] = CloseoutFigures()

    close(stage)

    assert stage.carried(closeout.finish) == [[ID, HOST]]
    assert "Everything is back." in stage.texts()


def test_after_a_detour_the_list_is_shown_again(stage: SinglePage) -> None:
    close(stage, POUCH, OTHER)
    state = stage.page.save_state()
    stage.page.deactivate()
    stage.context.answers[occupancy.read_board] = changed(BOARD, session=None)

    stage.page.activate(CloseAsked(HOST, ID), changed(BOARD, session=None))
    stage.page.restore_state(state)

    assert stage.answers == [] and "“Quiet evening” is closed." in stage.texts()
    assert "2 things to clear" in stage.texts()


def test_a_session_that_was_closed_meanwhile_is_not_taken_for_another(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_board] = changed(BOARD, session=replace(OPEN, id=UUID(int=2)))
    stage.context.answers[closeout.read_items] = OpenItems((POUCH,))

    stage.open("close", CloseAsked(HOST, ID))

    assert "close_now" not in stage.tappable() and "1 thing to clear" in stage.texts()


def test_thirty_rows_are_paged_through(stage: SinglePage, frames: Callable[[int], None]) -> None:
    close(stage, *(replace(POUCH, number=number, visit=UUID(int=number)) for number in range(1, 31)))
    frames(3)
    scroll = stage.page.ids.list.ids.scroll
    assert scroll.scroll_y == 1

    pages = 0
    while scroll.scroll_y > 0:
        stage.tap("page_down")
        frames(2)
        pages += 1
    assert 2 <= pages <= 15, "two rows a page at least"

    stage.tap("page_up")
    assert scroll.scroll_y > 0


def test_the_rows_stay_in_place_when_one_is_cleared(stage: SinglePage, frames: Callable[[int], None]) -> None:
    rows = [replace(POUCH, number=number, visit=UUID(int=number)) for number in range(1, 31)]
    close(stage, *rows)
    frames(3)
    stage.tap("page_down")
    frames(2)
    scroll, rows_list = stage.page.ids.list.ids.scroll, stage.page.ids.list
    offset = (1 - scroll.scroll_y) * (rows_list.ids.rows.height - scroll.height)

    rows_list.fill(rows[1:])
    frames(2)

    assert abs((1 - scroll.scroll_y) * (rows_list.ids.rows.height - scroll.height) - offset) < 2


def test_in_the_morning_everything_outstanding_is_listed_with_what_was_closed(stage: SinglePage) -> None:
    report = MorningReport((NightClosing("Quiet evening", ENDED),), 2, CloseoutFigures(1, (14,), ()))
    stage.context.answers[night.read_closeout] = CloseoutState(OpenItems((POUCH,)), report)
    stage.context.answers[night.dismiss_report] = True

    stage.open("closeout", CloseoutAsked(HOST))

    assert stage.carried(night.read_closeout) == [[None]]
    assert "“Quiet evening” was closed in the night, as of 21:30." in stage.texts()
    assert "Phone and pouch not back yet, since Tue 21:30" in stage.texts()
    stage.tap("finish")
    assert stage.carried(night.dismiss_report) == [[]]
    assert stage.answers == [HOST]
