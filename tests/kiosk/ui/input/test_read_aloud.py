"""What is read aloud: a page as it comes, what changes on it, the focus; and nobody's code on a loudspeaker."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.devices.voice import Voice
from kiosk.navigation import CodeFor, PartyChosen
from kiosk.services import visits
from kiosk.services.records import visitor_records
from kiosk.ui.input.keyboard import ENTER, TAB
from tests.support.kiosk_window import Door
from tests.support.single_page import FAREWELL, WELCOMED, Stage
from tests.support.x11_display import until


class Ear:
    """A voice that remembers what it was to say."""

    missing = ""

    def __init__(self, is_private: bool = False) -> None:
        self.is_private = is_private
        self.heard: list[str] = []
        self.hushed = 0

    def say(self, text: str, language: str) -> None:
        self.heard.append(text)

    def stop_speaking(self) -> None:
        self.hushed += 1

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def reading(stage: Stage) -> Callable[..., tuple[Ear, Callable[[], None]]]:
    """A page that is read, and a way to look at it again."""

    def read(name: str, given: object = None, is_private: bool = False) -> tuple[Ear, Callable[[], None]]:
        from kiosk.ui.input.read_aloud import ReadAloud

        ear = Ear(is_private)
        stage.open(name, given)
        reader = ReadAloud(ear, lambda: stage.page)
        reader.turn(True)
        reader.look()
        return ear, reader.look

    return read


def test_a_page_says_its_texts_and_then_what_can_be_pressed(reading: Callable[..., tuple[Ear, object]]) -> None:
    ear, _ = reading("stow", PartyChosen(1))

    assert ear.heard == [
        "Where will your phone rest? You can press: Back; Another language; What makes it easier; "
        "In a pouch, You keep it with you, closed; I have no phone with me, Come straight in; "
        "I need mine with me, No reason asked."
    ]


def test_ten_keys_are_said_once(reading: Callable[..., tuple[Ear, object]]) -> None:
    ear, _ = reading("code", CodeFor.LEAVING)

    assert "Type the four numbers" in ear.heard[0]
    assert ear.heard[0].count("the digits") == 1
    assert "Delete" in ear.heard[0]


@pytest.mark.parametrize(
    ("screen", "given", "secret"),
    [
        ("confirmed", WELCOMED, "4, 8, 2, 7"),
        ("confirmed", WELCOMED, "1, 4"),
        ("stepped", visitor_records.SteppedOut((14,)), "14"),
        ("thanks", FAREWELL, "14"),
    ],
)
def test_a_visitors_numbers_are_for_a_headset_alone(
    reading: Callable[..., tuple[Ear, object]], screen: str, given: object, secret: str
) -> None:
    on_a_speaker, _ = reading(screen, given)
    in_a_headset, _ = reading(screen, given, is_private=True)

    assert secret in in_a_headset.heard[0]
    assert "14" not in on_a_speaker.heard[0] and "4, 8, 2, 7" not in on_a_speaker.heard[0]
    assert "Your numbers are on the screen." in on_a_speaker.heard[0]
    assert "Your numbers are on the screen." not in in_a_headset.heard[0]


def test_what_changes_is_said_alone(reading: Callable[..., tuple[Ear, Callable[[], None]]], stage: Stage) -> None:
    ear, look = reading("stow", PartyChosen(4))
    assert "Staying with their owners one more" in ear.heard[0]

    stage.tap("kept_plus")
    look()

    assert ear.heard[1:] == ["3. 1."]


def test_a_wrong_code_is_said_and_its_countdown_is_not(
    reading: Callable[..., tuple[Ear, Callable[[], None]]], stage: Stage
) -> None:
    stage.context.answers[visits.check_out] = visitor_records.NoSuchCode(wait=5)
    ear, look = reading("code", CodeFor.LEAVING)

    stage.type("1111")
    look()
    stage.page.left = 4
    look()
    stage.page.left = 0
    look()

    assert "Nobody in the room has these numbers" in ear.heard[1]
    assert "Listening again in 5 seconds." in ear.heard[1]
    assert ear.heard[2:] == []


def test_typed_digits_are_echoed_in_a_headset_alone(
    reading: Callable[..., tuple[Ear, Callable[[], None]]], stage: Stage
) -> None:
    for is_private, heard in ((True, ["4", "4"]), (False, [])):
        ear, look = reading("code", CodeFor.LEAVING, is_private=is_private)
        for _ in range(2):
            stage.tap("digit_4")
            look()

        assert [text.rstrip(".") for text in ear.heard[1:]] == heard


def test_nothing_new_is_nothing_said(reading: Callable[..., tuple[Ear, Callable[[], None]]]) -> None:
    ear, look = reading("welcome")

    look()
    look()

    assert len(ear.heard) == 1


def test_a_visitor_turns_it_on_hears_the_focus_and_is_forgotten(
    door: Callable[..., Door], frames: Callable[[int], None]
) -> None:
    kiosk = door(voice=Ear())
    ear = kiosk.runtime.voice
    kiosk.tap("access")
    kiosk.tap("aloud")
    kiosk.app._reader.look()
    assert "Read aloud: on" in ear.heard[-1]

    kiosk.tap("done")
    kiosk.tap("come_in")
    kiosk.app._reader.look()
    assert ear.heard[-1].startswith("How many are you?")
    kiosk.key(TAB)
    assert ear.heard[-1] == "Back"
    before = ear.hushed
    kiosk.tap("size_4")
    assert ear.hushed > before

    for screen in ("stow", "party"):
        kiosk.wait_for(screen)
        kiosk.key(TAB, ENTER)
    kiosk.wait_for("welcome")
    assert not kiosk.app._reader.is_on


def test_a_real_program_hears_the_real_screens(
    door: Callable[..., Door], frames: Callable[[int], None], tmp_path: Path
) -> None:
    file = tmp_path / "heard"
    program = f"import sys; open({str(file)!r}, 'ab').write(sys.stdin.buffer.read())"
    kiosk = door(voice=Voice(shlex.join([sys.executable, "-c", program])))

    def heard() -> bool:
        frames(1)
        return file.exists() and "Read aloud: on" in file.read_text("utf-8")

    for key in ("access", "aloud"):
        kiosk.tap(key)

    until(heard, "the page that was read")


def test_without_a_voice_it_is_not_offered(door: Callable[..., Door]) -> None:
    kiosk = door()
    kiosk.tap("access")

    assert "aloud" not in {getattr(widget, "key", "") for widget in kiosk.page.walk()}
