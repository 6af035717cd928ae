"""Touches on buttons, keypad, stepper and faces; and widgets without touches."""

from collections.abc import Callable

Show = Callable[..., None]


def test_a_button_acts_when_a_touch_ends_inside(show: Show, finger: Show) -> None:
    from kiosk.ui.widgets.buttons import Ember

    acted = []
    button = Ember(text="Done", key="done", size_hint=(0.5, 0.5))
    button.bind(on_release=acted.append)
    show(button)

    finger("done", lift_at=(790, 470))
    assert acted == []
    finger("done")
    assert acted == [button]


def test_a_pressed_button_is_darker_at_once(show: Show) -> None:
    from kiosk.ui.widgets.buttons import Ember

    button = Ember(text="Done")
    show(button)
    before = button.shown_ground

    button.state = "down"

    assert sum(button.shown_ground[:3]) < sum(before[:3])


def test_a_disabled_button_does_not_act(show: Show, finger: Show) -> None:
    from kiosk.ui.widgets.buttons import Sand

    acted = []
    button = Sand(text="Leave", key="leave", disabled=True)
    button.bind(on_release=acted.append)
    show(button)

    finger("leave")

    assert acted == []


def test_the_keypad_dispatches_its_keys(show: Show, finger: Show) -> None:
    from kiosk.ui.widgets.keypad import PinKeypad

    events = []
    keypad = PinKeypad(ready=True)
    keypad.bind(
        on_digit=lambda _, digit: events.append(digit),
        on_delete=lambda _: events.append("delete"),
        on_check=lambda _: events.append("check"),
    )
    show(keypad)

    for key in ("digit_4", "digit_0", "delete", "check"):
        finger(key)

    assert events == ["4", "0", "delete", "check"]


def test_a_locked_keypad_ignores_touches(show: Show, finger: Show) -> None:
    from kiosk.ui.widgets.keypad import Keypad

    events = []
    keypad = Keypad(is_locked=True)
    keypad.bind(on_digit=lambda _, digit: events.append(digit))
    show(keypad)

    finger("digit_4")

    assert events == []


def test_a_stepper_stays_within_its_limits(show: Show, finger: Show) -> None:
    from kiosk.ui.widgets.stepper import Stepper

    stepper = Stepper(name="size", least=7, most=8, value=7)
    show(stepper)

    finger("size_minus")
    assert stepper.value == 7
    finger("size_plus")
    finger("size_plus")
    assert stepper.value == 8


def test_one_face_is_chosen(show: Show, finger: Show) -> None:
    from kiosk.ui.widgets.faces import Faces

    events = []
    faces = Faces()
    faces.bind(on_face=lambda _, score: events.append(score))
    show(faces)

    finger("face_4")
    faces.score = 4

    assert events == [4]
    assert [face.key for face in faces.walk() if getattr(face, "chosen", False)] == ["face_4"]


def test_a_busy_page_ignores_touches(show: Show, finger: Show) -> None:
    from kiosk.ui.layout.panes import PageRoot
    from kiosk.ui.widgets.buttons import Ember

    acted = []
    root, button = PageRoot(ignores_touch=True), Ember(key="done")
    button.bind(on_release=acted.append)
    root.add_widget(button)
    show(root)

    finger("done")

    assert acted == []


def test_either_shows_the_named_case(show: Show) -> None:
    from kiosk.ui.layout.panes import Case, Either

    either = Either(shown="open")
    for name in ("open", "shut"):
        case = Case()
        either.add_widget(case)
        case.name = name
    show(either)
    assert [case.name for case in either.children] == ["open"]

    either.shown = "shut"

    assert [case.name for case in either.children] == ["shut"]


def test_text_shrinks_until_it_fits(show: Show) -> None:
    from kiosk.ui.widgets.labels import Fitting

    few = Fitting(text="14", one_line=False, size_hint=(None, None), size=(260, 240))
    many = Fitting(text="1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23", one_line=False)
    few.largest = many.largest = 150
    many.size_hint, many.size = (None, None), (260, 240)
    show(few)
    show(many)

    assert few.font_size == 150
    assert few.font_size > many.font_size >= many.smallest
    assert many.texture_size[0] <= 260


def test_a_stopped_countdown_does_not_finish(show: Show, frames: Show) -> None:
    from kiosk.ui.widgets.countdown import Countdown

    done = []
    bar = Countdown(seconds=0.01)
    bar.bind(on_done=done.append)
    show(bar)

    bar.start()
    bar.stop()
    frames(5)

    assert done == []


def test_a_qr_code_has_a_quiet_zone_and_whole_pixels(show: Show) -> None:
    from kiosk.ui.widgets.qr import Qr, modules

    rows = modules("HS2:BBBCBDBEBFBGBHBJBKBLFHTJHRFG")
    assert len(rows) == 25  # version 2, the smallest but one
    assert rows[0][:7] == [True] * 7  # a finder pattern begins in the corner

    code = Qr(text="HS2:BBBCBDBEBFBGBHBJBKBLFHTJHRFG", size_hint=(None, None), size=(150, 150))
    show(code)

    assert code.drawn == 25 * 4
    assert code.plate == 33 * 4
