"""A scanner in front of the whole kiosk: every scan is answered, in order, and says so on whatever page is in front."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.navigation import CodeFor, Destination, HelpAsked, PartyChosen
from kiosk.rules import slips
from kiosk.services import visits
from kiosk.services.records import CheckedIn, CheckInRequest
from kiosk.ui.style.preferences import DisplayPreferences
from sync.ledger import slip_formats
from tests.support.keyboard_layouts import FRENCH, GERMAN, US, Keyboard
from tests.support.kiosk_window import Door

ENTER, TAB = 13, 9
UNREADABLE = "That couldn’t be read"
Frames = Callable[[int], None]


def come_in(door: Door, phones: int = 1) -> CheckedIn:
    answer = visits.check_in(door.runtime.context, CheckInRequest(1, phones, 0))
    assert isinstance(answer, CheckedIn)
    return answer


def scan(text: str, *suffix: int) -> None:
    """As fast as a scanner types: all within one frame."""
    keys([*map(ord, text.lower()), *suffix])


def keys(codes: list[int]) -> None:
    from kivy.core.window import Window

    for code in codes:
        Window.dispatch("on_key_down", code, 0, None, [])


def message(door: Door) -> str:
    from kiosk.ui.widgets.message import Message

    return "".join(child.text for child in door.page.children if isinstance(child, Message))


def inside(door: Door) -> set[object]:
    return {visit.id for visit in door.runtime.context.ledger.present()}


@pytest.mark.parametrize("suffix", [(ENTER,), (TAB,), ()])
@pytest.mark.parametrize("checked", [True, False])
def test_a_slip_lets_its_holder_leave_with_any_suffix(
    door: Callable[..., Door], suffix: tuple[int, ...], checked: bool
) -> None:
    here = door()
    if not checked:
        slip_formats.keep(here.runtime.context.ledger, ["HS1"])
    welcomed = come_in(here)

    scan(welcomed.slip, *suffix)

    here.wait_for("thanks")
    assert inside(here) == set()


@pytest.mark.parametrize(("scanner", "machine"), [(US, GERMAN), (GERMAN, US), (US, FRENCH), (FRENCH, US)])
def test_a_slip_in_another_layout_is_read_right_and_makes_no_visit_up(
    door: Callable[..., Door], frames: Frames, scanner: Keyboard, machine: Keyboard
) -> None:
    here = door()
    here.runtime.context.profile = replace(here.runtime.context.profile, paired=True)
    slip_formats.keep(here.runtime.context.ledger, ["HS1", "HS2"])
    welcomed = come_in(here)
    before = here.runtime.context.ledger.waiting().count

    keys([*machine.codes(scanner.places(welcomed.slip)), ENTER])

    here.wait_for("thanks")
    assert inside(here) == set()
    assert here.runtime.context.ledger.waiting().count == before + 1


PAGES = [
    Destination("welcome"),
    Destination("party"),
    Destination("stow", PartyChosen(2)),
    Destination("code", CodeFor.LEAVING),
    Destination("code", CodeFor.STEPPING_OUT),
    Destination("number", HelpAsked(CodeFor.LEAVING, code="4827")),
    Destination("host_pin"),
    Destination("first_pin"),
    Destination("language", DisplayPreferences()),
    Destination("access", DisplayPreferences()),
]


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("wrong", ["HS2:BCDEFGHJKLNPRTUVBCDEFGHJKLNP", "HS1:234567234567", "]E0978"])
def test_a_scan_that_cannot_be_read_says_so_on_every_page_and_presses_nothing(
    door: Callable[..., Door], frames: Frames, wrong: str, language: str
) -> None:
    from kiosk.ui.text.i18n import say

    here = door(language=language)
    before = here.runtime.context.ledger.waiting().count
    for destination in PAGES:
        here.app.go(destination)
        here.wait_for(destination.screen)

        scan(wrong, ENTER)
        frames(2)

        assert message(here) == say("That couldn’t be read. Hold your slip up once more, or type your four numbers.")
        assert here.screen == destination.screen
        assert not getattr(here.page, "typed", "")
    assert here.runtime.context.ledger.waiting().count == before


def test_what_could_not_be_read_is_no_longer_said_on_the_next_page(door: Callable[..., Door], frames: Frames) -> None:
    here = door()
    scan("HS2:BCDFG", ENTER)
    assert message(here)

    here.tap("leave")
    here.wait_for("code")

    assert not message(here)


def test_a_touch_on_the_message_takes_it_away_and_presses_nothing_beneath(
    door: Callable[..., Door], frames: Frames
) -> None:
    from kivy.tests.common import UnitTestTouch

    from kiosk.ui.widgets.message import Message

    here = door()
    scan("HS2:BCDFG", ENTER)
    frames(3)
    [shown] = [child for child in here.page.children if isinstance(child, Message)]
    while not here.app.guard.is_readable():
        frames(1)
    touch = UnitTestTouch(*shown.to_window(*shown.center))
    touch.touch_down()
    touch.touch_up()
    frames(3)

    assert not message(here)
    assert here.screen == "welcome"


def test_two_slips_without_a_pause_are_both_taken_in_order(
    door: Callable[..., Door], frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = door()
    first, second = come_in(here), come_in(here)
    left: list[object] = []
    go = here.app.go
    monkeypatch.setattr(here.app, "go", lambda to: (left.append(getattr(to.given, "visit", None)), go(to)))

    scan(first.slip)
    scan(second.slip)

    here._until(lambda: not inside(here), "both to have left")
    here._until(lambda: len(left) == 2, "both answers")
    assert left == [first.visit, second.visit]
    assert here.screen == "thanks"


def test_a_slip_within_the_seconds_of_thanks_is_taken(door: Callable[..., Door]) -> None:
    here = door()
    first, second = come_in(here), come_in(here)
    scan(first.slip, ENTER)
    here.wait_for("thanks")

    scan(second.slip, ENTER)

    here._until(lambda: not inside(here), "the second to have left")
    here._until(lambda: getattr(here.page.argument, "visit", None) == second.visit, "its thanks")


def test_the_same_slip_again_while_its_answer_stands_is_one_scan(door: Callable[..., Door], frames: Frames) -> None:
    here = door()
    welcomed = come_in(here)
    visits.step(here.runtime.context, welcomed.code)
    for _ in range(2):
        scan(welcomed.slip, ENTER)
    here.wait_for("stepped")
    scan(welcomed.slip, ENTER)
    frames(10)

    assert here.screen == "stepped"
    [visit] = here.runtime.context.ledger.present()
    assert not visit.on_break, "back, and not gone"


def test_a_slip_that_is_read_while_somebody_comes_in_waits_for_them(door: Callable[..., Door], frames: Frames) -> None:
    here = door()
    welcomed = come_in(here)
    here.tap("come_in")
    here.wait_for("party")

    scan(welcomed.slip, ENTER)
    frames(3)
    assert "One moment" in message(here)
    assert here.screen == "party"
    here.tap("back")

    here.wait_for("thanks")
    assert inside(here) == set()


def test_a_slip_never_lands_in_a_pin_or_a_code(door: Callable[..., Door], frames: Frames) -> None:
    here = door()
    slip_formats.keep(here.runtime.context.ledger, ["HS1"])
    for screen, given in (("host_pin", None), ("code", CodeFor.LEAVING)):
        here.app.go(Destination(screen, given))
        here.wait_for(screen)
        scan("HS1:2345672345672345"[:15], TAB)
        frames(3)

        assert here.page.typed == ""
        assert UNREADABLE in message(here)


def test_an_old_slip_from_another_screen_asks_for_its_digits(door: Callable[..., Door], frames: Frames) -> None:
    from sync.domain.visit import code_of, visit_of

    here = door()
    here.runtime.context.profile = replace(here.runtime.context.profile, paired=True)
    slip = slips.draw((), checked=False)
    before = here.runtime.context.ledger.waiting().count
    scan(slip, ENTER)
    here.wait_for("code")
    assert "another screen" in here.page.text
    assert here.runtime.context.ledger.waiting().count == before

    here.key(*map(ord, code_of(visit_of(slip))))

    here.wait_for("thanks")
    assert here.runtime.context.ledger.waiting().count == before + 1


def test_a_slip_held_up_while_the_door_asks_who_is_there_is_an_answer(door: Callable[..., Door]) -> None:
    here = door()
    welcomed = come_in(here)
    here.tap("leave")
    here.wait_for("code")
    here.app._patience._show_prompt(0)
    assert here.app._patience.prompt

    scan(welcomed.slip, ENTER)

    here.wait_for("thanks")
    assert not here.app._patience.prompt


def test_a_slip_that_is_read_while_typed_digits_are_looked_up_is_taken_after_them(door: Callable[..., Door]) -> None:
    here = door()
    welcomed = come_in(here)
    wrong = f"{(int(welcomed.code) + 1) % 10_000:04d}"
    here.tap("leave")
    here.wait_for("code")
    for digit in wrong:
        here.page.digit(digit)
    assert here.page.busy

    scan(welcomed.slip, ENTER)

    here.wait_for("thanks")
    assert inside(here) == set()
