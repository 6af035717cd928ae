"""A host signs in with a card at the door; what takes a PIN asks for it; and a lead teaches cards."""

from collections.abc import Callable

import pytest

from kiosk.navigation import HostsAsked
from kiosk.rules.device_events import CardSeen
from kiosk.services import cards, hosts
from kiosk.services.records.host_records import HostSession
from kiosk.ui.input.keyboard import ENTER
from tests.support.kiosk_window import PIN, KioskWindow

CARD, NUMBER, OTHER_CARD = "0063E9AE", "0006547886", "00000001"


@pytest.fixture
def kiosk(door: Callable[..., KioskWindow]) -> KioskWindow:
    """A kiosk whose only host, a lead, has a card."""
    kiosk = door()
    context = kiosk.runtime.context
    lead = hosts.check_pin(context, PIN)
    assert isinstance(lead, HostSession)
    cards.teach(context, lead, lead.host_id, CARD)
    return kiosk


def hold(kiosk: KioskWindow, card: str = CARD) -> None:
    kiosk.app.bridge.deliver(CardSeen(card))
    kiosk.answered()


def type_pin(kiosk: KioskWindow) -> None:
    kiosk.wait_for("host_pin")
    kiosk.type(*map(ord, PIN), ENTER, pace=0.15)


def test_a_card_at_the_door_opens_the_board_and_says_whose_it_is(kiosk: KioskWindow) -> None:
    hold(kiosk)
    kiosk.wait_for("board")

    assert kiosk.page.host_session.by_card
    assert "Your card has signed you in." in kiosk.page._message.text
    assert kiosk.page._message.icon == "card_account_details_outline"


def test_a_reader_that_types_signs_in_too(kiosk: KioskWindow) -> None:
    kiosk.type(*map(ord, NUMBER), ENTER, pace=0.005)

    kiosk.wait_for("board")


def test_the_page_for_the_pin_takes_a_card(kiosk: KioskWindow) -> None:
    kiosk.tap("host")
    kiosk.wait_for("host_pin")
    hold(kiosk)

    kiosk.wait_for("board")


def test_what_only_a_lead_may_do_takes_the_pin_after_a_card(kiosk: KioskWindow) -> None:
    hold(kiosk)
    kiosk.wait_for("board")
    kiosk.tap("settings")
    kiosk.wait_for("host_pin")

    hold(kiosk)
    assert kiosk.screen == "host_pin", "a card is not enough"
    type_pin(kiosk)

    kiosk.wait_for("settings")
    assert not kiosk.page.host_session.by_card


def test_going_back_from_there_locks_the_board(kiosk: KioskWindow) -> None:
    hold(kiosk)
    kiosk.wait_for("board")
    kiosk.tap("settings")
    kiosk.wait_for("host_pin")
    kiosk.tap("back")

    kiosk.wait_for("welcome")


def test_a_page_that_was_left_after_the_pin_does_not_come_back_with_a_card(kiosk: KioskWindow) -> None:
    kiosk.tap("host")
    type_pin(kiosk)
    kiosk.wait_for("board")
    kiosk.tap("settings")
    kiosk.wait_for("settings")
    kiosk.app._leave_idle_page()
    kiosk.wait_for("welcome")

    hold(kiosk)

    kiosk.wait_for("board")


def test_an_unknown_card_gets_one_line_and_no_fact(kiosk: KioskWindow) -> None:
    before = kiosk.runtime.context.ledger.waiting()
    hold(kiosk, OTHER_CARD)

    kiosk.wait_for("notice")
    assert kiosk.page.heading == "We don’t know this card."
    assert kiosk.runtime.context.ledger.waiting() == before


def test_a_card_in_the_middle_of_a_visitors_pages_waits_for_the_start(kiosk: KioskWindow) -> None:
    kiosk.tap("come_in")
    kiosk.wait_for("party")
    hold(kiosk)

    kiosk.until(lambda: bool(kiosk.page._message.text), "the message")
    assert kiosk.page._message.icon == "card_account_details_outline"
    assert (kiosk.screen, kiosk.page._message.text) == (
        "party",
        "This is a host’s card. Hold it up once more at the start.",
    )


def test_a_lead_teaches_a_card_and_removes_it(kiosk: KioskWindow) -> None:
    kiosk.tap("host")
    type_pin(kiosk)
    kiosk.wait_for("board")
    kiosk.app.handle_answer("board", HostsAsked(kiosk.page.host_session))
    kiosk.wait_for("hosts")
    number = kiosk.page.host_session.number
    kiosk.tap(f"host_{number}")
    kiosk.tap("card")
    assert kiosk.page.text.startswith("This host has a card.")

    hold(kiosk, OTHER_CARD)
    kiosk.until(lambda: kiosk.page.text == "From now on this card opens the board.", "that it was taught")
    assert isinstance(cards.look_up(kiosk.runtime.context, OTHER_CARD), HostSession)

    kiosk.tap("remove_card")
    kiosk.until(lambda: kiosk.page.text == "The card no longer signs in.", "that it was removed")
    assert not isinstance(cards.look_up(kiosk.runtime.context, OTHER_CARD), HostSession)
    kiosk.tap("card_done")
    kiosk.tap("back")
    kiosk.wait_for("hosts")
