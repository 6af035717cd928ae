"""Animations do not delay touches."""

from typing import TYPE_CHECKING

from kiosk.navigation import Intent

if TYPE_CHECKING:
    from tests.support.single_page import SinglePage


def test_a_touch_acts_before_the_next_frame_of_the_animation(stage: "SinglePage") -> None:
    from kivy.tests.common import UnitTestTouch

    stage.open("welcome")
    assert stage.page.moving, "the ember breathes"
    come_in = next(widget for widget in stage.page.walk() if getattr(widget, "key", "") == "come_in")

    touch = UnitTestTouch(*come_in.to_window(*come_in.center))
    touch.touch_down()
    touch.touch_up()

    assert stage.answers == [Intent.COME_IN]
