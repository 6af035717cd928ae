"""What is drawn and when: touches in the next frame, few frames for the ember, nothing without a change."""

import itertools
from collections.abc import Callable

import pytest

from kiosk.ui.style.colours import pressed

Show = Callable[..., None]
Frames = Callable[[int], None]
Pixel = tuple[int, int, int]


@pytest.fixture
def glimpses() -> list[Pixel]:
    """The colour at the left edge, half way up, in each frame that is drawn from now on."""
    from kivy.core.window import Window
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    seen: list[Pixel] = []

    def record(*_: object) -> None:
        red, green, blue, _alpha = glReadPixels(30, Window.height // 2, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE)[:4]
        seen.append((red, green, blue))

    Window.bind(on_flip=record)
    yield seen
    Window.unbind(on_flip=record)


def as_pixel(colour: tuple[float, ...]) -> Pixel:
    red, green, blue = (round(part * 255) for part in colour[:3])
    return red, green, blue


def near(first: Pixel, second: Pixel) -> bool:
    return all(abs(a - b) <= 2 for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("kind", ["Ember", "Sand", "Card"])
def test_a_touch_is_seen_in_the_next_frame(show: Show, frames: Frames, glimpses: list[Pixel], kind: str) -> None:
    from kivy.tests.common import UnitTestTouch

    from kiosk.ui.widgets import buttons

    button = getattr(buttons, kind)(text="Done")
    show(button)
    ground = tuple(button.ground)
    assert near(glimpses[-1], as_pixel(ground))
    glimpses.clear()

    touch = UnitTestTouch(*button.center)
    touch.touch_down()
    frames(1)

    assert len(glimpses) == 1
    assert near(glimpses[0], as_pixel(pressed(ground)))
    assert sum(glimpses[0]) < sum(as_pixel(ground))
    touch.touch_up()


def test_nothing_is_drawn_without_a_change(show: Show, frames: Frames, glimpses: list[Pixel]) -> None:
    from kiosk.ui.widgets.buttons import Ember

    show(Ember(text="Done"))
    glimpses.clear()

    frames(20)

    assert glimpses == []


def test_the_focus_ring_exists_only_while_focused(show: Show) -> None:
    from kiosk.ui.widgets.buttons import Ember
    from kiosk.ui.widgets.press import FocusRing

    def rings() -> list[FocusRing]:
        return [child for child in button.children if isinstance(child, FocusRing)]

    button = Ember(text="Done")
    show(button)
    assert rings() == []

    button.focused = True
    (ring,) = rings()
    button.do_layout()
    assert (ring.pos, ring.size, ring.corner) == (button.pos, button.size, button.corner)

    button.focused = False
    assert rings() == []


def test_an_edge_is_drawn_only_if_it_differs_from_the_background(show: Show) -> None:
    from kiosk.ui.style.theme import theme
    from kiosk.ui.widgets.buttons import Card, Ember

    ember, card = Ember(text="Done"), Card(text="Two")
    show(ember)

    assert (ember.rim, tuple(ember.edge_size)) == (0, (0, 0))
    assert (card.rim, tuple(card.edge_size)) == (theme.rim, tuple(card.size))

    ember.state = "down"
    assert (ember.rim, tuple(ember.edge_size)) == (theme.rim, tuple(ember.size))


def test_a_breath_has_equal_steps(show: Show) -> None:
    from kiosk.ui.widgets.flame import STEPS, Flame

    flame = Flame(moving=True)
    show(flame)
    breaths = [flame.breath]
    for _ in range(2 * STEPS):
        flame._breathe(0)
        breaths.append(flame.breath)
    flame.moving = False

    assert breaths[0] == breaths[-1] == 0
    assert max(breaths) == 1
    assert {abs(after - before) for before, after in itertools.pairwise(breaths)} == {1 / STEPS}


def test_a_breath_is_slow_at_its_ends_and_has_its_duration() -> None:
    from kiosk.ui.widgets.flame import BREATH, STEPS, seconds_to_step

    waits = [seconds_to_step(step + 1) - seconds_to_step(step) for step in range(STEPS)]

    assert sum(waits) == pytest.approx(BREATH / 2)
    assert waits[0] == max(waits) == pytest.approx(waits[-1])
    assert min(waits) == pytest.approx(waits[STEPS // 2])


def test_there_is_a_pause_between_breaths(show: Show) -> None:
    from kiosk.ui.widgets.flame import BREATH, PAUSE, STEPS, Flame

    flame = Flame(moving=True)
    show(flame)
    waits = []
    for _ in range(2 * STEPS):
        waits.append(flame._next.timeout)
        flame._breathe(0)
    flame.moving = False

    assert sum(waits) == pytest.approx(BREATH + PAUSE)
    assert waits[0] == max(waits)
    assert max(waits[1:]) < PAUSE


def test_a_still_flame_schedules_no_step(show: Show) -> None:
    from kiosk.ui.widgets.flame import Flame

    flame = Flame(moving=True)
    show(flame)
    assert flame._next.is_triggered

    flame.moving = False

    assert not flame._next.is_triggered


@pytest.mark.parametrize(("side", "pixels"), [(33, 64), (64, 64), (100, 128), (195, 256), (400, 256)])
def test_a_flame_uses_the_picture_for_its_size(show: Show, side: int, pixels: int) -> None:
    from kiosk.ui.widgets.flame import Flame

    flame = Flame(size_hint=(None, None), size=(side, side))
    show(flame)

    assert flame.picture.size == (pixels, pixels)
