"""Another language and an easier look, from any screen, without losing what was said so far; and who is still here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from kiosk import bootstrap
from kiosk.settings import Panel, Settings
from sync.hand_clock import HandClock


@dataclass(frozen=True)
class Stage:
    """The window, and who stands before it."""

    show: Callable[..., None]
    finger: Callable[..., None]
    frames: Callable[[int], None]


class Door:
    """A whole kiosk in the window, and a finger in front of it."""

    def __init__(self, folder: Path, stage: Stage, panel: Panel) -> None:
        from kiosk.app import HearthApp
        from kiosk.desk import hosts, sessions

        self.parts = bootstrap.build(Settings(), folder, HandClock())
        host = hosts.set_first_pin(self.parts.desk, "482913")
        sessions.open_session(self.parts.desk, self.parts.desk.house.templates[0], host.host)
        self.app = HearthApp(self.parts, panel)
        stage.show(self.app.build())
        self.tap, self._frames = stage.finger, stage.frames

    def wait_for(self, screen: str) -> None:
        """The desk writes on a thread of its own."""
        deadline = monotonic() + 60
        while self.screen != screen:
            assert monotonic() < deadline, f"{screen} did not come"
            self._frames(1)

    @property
    def screen(self) -> str:
        return str(self.app.pages.current)

    @property
    def page(self) -> object:
        return self.app.pages.current_screen

    def close(self) -> None:
        self.app._patience.count(0)
        self.app.bridge.stop()
        self.parts.stop()


@pytest.fixture
def door(
    tmp_path: Path, show: Callable[..., None], finger: Callable[..., None], frames: Callable[[int], None]
) -> Iterator[Callable[..., Door]]:
    from kiosk.widgets import manner

    doors: list[Door] = []

    def make(**panel: str) -> Door:
        doors.append(Door(tmp_path, Stage(show, finger, frames), Panel(motion=False, **panel)))
        return doors[-1]

    yield make
    for one in doors:
        one.close()
    manner.take_on(manner.Manner())


def test_a_language_is_spoken_at_once_and_what_was_counted_stays(door: Callable[..., Door]) -> None:
    kiosk = door()
    for key in ("come_in", "size_4", "phones_minus", "language", "language_ar"):
        kiosk.tap(key)

    from kiosk.widgets import i18n

    assert (kiosk.screen, i18n.language) == ("stow", "ar")
    assert (kiosk.page.phones, kiosk.page.party_size) == (3, 4)
    assert "هواتفكم" in kiosk.page.heading


def test_afterwards_the_door_speaks_the_venues_language_again(door: Callable[..., Door]) -> None:
    from kiosk.widgets import i18n

    kiosk = door(language="nl")
    for key in ("language", "language_fr", "come_in", "back"):
        kiosk.tap(key)

    assert (kiosk.screen, i18n.language) == ("welcome", "nl")


def test_at_the_door_a_chosen_language_stays(door: Callable[..., Door]) -> None:
    from kiosk.widgets import i18n

    kiosk = door()
    for key in ("language", "language_es"):
        kiosk.tap(key)

    assert (kiosk.screen, i18n.language) == ("welcome", "es")


def test_larger_text_and_contrast_are_seen_at_once(door: Callable[..., Door]) -> None:
    from kiosk.widgets import theme

    kiosk = door()
    usual = theme.body_text
    for key in ("access", "larger", "stronger"):
        kiosk.tap(key)

    assert theme.body_text == pytest.approx(1.5 * usual, abs=1)
    assert theme.paper == theme.colour(theme.CONTRAST["paper"])
    kiosk.tap("done")
    assert kiosk.screen == "welcome"


def test_typed_digits_outlive_a_change_of_language(door: Callable[..., Door]) -> None:
    kiosk = door()
    for key in ("leave", "digit_4", "digit_8", "language", "language_de"):
        kiosk.tap(key)

    assert kiosk.page.typed == "48"


def test_a_visitors_words_are_in_the_language_of_the_visit(door: Callable[..., Door]) -> None:
    kiosk = door()
    for key in ("language", "language_fr", "come_in", "size_1", "pouch"):
        kiosk.tap(key)
    kiosk.wait_for("confirmed")

    (visit,) = kiosk.parts.desk.ledger.present()
    assert visit.language == "fr"


def test_who_is_still_here_goes_on(door: Callable[..., Door], frames: Callable[[int], None]) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    kiosk.app._patience._ask(0)
    frames(2)

    kiosk.tap("still_here")

    assert kiosk.screen == "party"


def test_who_has_gone_is_forgotten(door: Callable[..., Door]) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    kiosk.app._patience._ask(0)

    kiosk.app._patience._asks.dispatch("on_gone")

    assert kiosk.screen == "welcome"
