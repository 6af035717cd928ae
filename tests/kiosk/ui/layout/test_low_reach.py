"""Low reach, chosen by a visitor or by the venue, puts every control into the lower half."""

from collections.abc import Callable

from tests.support.kiosk_window import KioskWindow


def tops(kiosk: KioskWindow) -> dict[str, float]:
    from kivy.core.window import Window

    from kiosk.ui.widgets.press import Press

    buttons = [widget for widget in kiosk.page.walk() if isinstance(widget, Press)]
    return {button.key: button.to_window(0, button.top)[1] / Window.height for button in buttons}


def test_all_controls_are_low_on_a_visitors_request(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    for key in ("access", "lower", "done"):
        kiosk.tap(key)

    assert max(tops(kiosk).values()) <= 0.5
    for key in ("come_in", "size_4", "phones_minus", "pouch"):
        kiosk.tap(key)
        kiosk.wait_for({"come_in": "party", "pouch": "confirmed"}.get(key, "stow"))
        assert max(tops(kiosk).values()) <= 0.5, kiosk.screen

    (visit,) = kiosk.runtime.context.ledger.present()
    assert (visit.party_size, visit.phones) == (4, 3)


def test_the_next_visitor_gets_the_usual_layout(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    for key in ("access", "lower", "done", "come_in", "back"):
        kiosk.tap(key)

    kiosk.wait_for("welcome")
    assert tops(kiosk)["language"] > 0.5


def test_a_venue_can_set_low_reach(door: Callable[..., KioskWindow]) -> None:
    kiosk = door(low=True)

    assert max(tops(kiosk).values()) <= 0.5
    kiosk.tap("host")
    kiosk.wait_for("host_pin")
    assert max(tops(kiosk).values()) <= 0.5


def test_controls_that_appear_later_are_low(door: Callable[..., KioskWindow]) -> None:
    kiosk = door(low=True)
    for key in ("come_in", "size_more"):
        kiosk.tap(key)

    assert {"size_minus", "go_on"} <= tops(kiosk).keys()
    assert max(tops(kiosk).values()) <= 0.5


def test_navigation_comes_last_in_reading_order(door: Callable[..., KioskWindow]) -> None:
    from kiosk.ui.input.keyboard import in_reading_order
    from kiosk.ui.widgets.press import Press

    kiosk = door(low=True)
    kiosk.tap("come_in")
    buttons = [widget for widget in kiosk.page.walk() if isinstance(widget, Press)]

    assert [button.key for button in in_reading_order(buttons)][:3] == ["size_1", "size_2", "size_3"]
