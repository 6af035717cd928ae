"""Reading aloud: a page when it is shown, its changes and the focus; never a visitor's code on a loudspeaker."""

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
from tests.support.kiosk_window import KioskWindow
from tests.support.single_page import FAREWELL, WELCOMED, SinglePage
from tests.support.x11_display import until


class RecordingVoice:
    """A voice that records the texts."""

    missing = ""

    def __init__(self, is_private: bool = False) -> None:
        self.is_private = is_private
        self.spoken: list[str] = []
        self.stops = 0

    def say(self, text: str, language: str) -> None:
        self.spoken.append(text)

    def stop_speaking(self) -> None:
        self.stops += 1

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def reading(stage: SinglePage) -> Callable[..., tuple[RecordingVoice, Callable[[], None]]]:
    """Opens a page that is read; returns the voice and the check for changes."""

    def read(name: str, argument: object = None, is_private: bool = False) -> tuple[RecordingVoice, Callable[[], None]]:
        from kiosk.ui.input.read_aloud import ReadAloud

        voice = RecordingVoice(is_private)
        stage.open(name, argument)
        reader = ReadAloud(voice, lambda: stage.page)
        reader.set_enabled(True)
        reader.check()
        return voice, reader.check

    return read


def test_a_page_is_read_as_its_texts_and_then_its_buttons(
    reading: Callable[..., tuple[RecordingVoice, object]],
) -> None:
    voice, _ = reading("stow", PartyChosen(1))

    assert voice.spoken == [
        "Where will your phone rest? You can press: Back; Another language; What makes it easier; "
        "In a pouch, You keep it with you, closed; I have no phone with me, Come straight in; "
        "I need mine with me, No reason asked."
    ]


def test_the_ten_digits_are_read_as_one_entry(reading: Callable[..., tuple[RecordingVoice, object]]) -> None:
    voice, _ = reading("code", CodeFor.LEAVING)

    assert "Type the four numbers" in voice.spoken[0]
    assert voice.spoken[0].count("the digits") == 1
    assert "Delete" in voice.spoken[0]


@pytest.mark.parametrize(
    ("screen", "argument", "secret"),
    [
        ("confirmed", WELCOMED, "4, 8, 2, 7"),
        ("confirmed", WELCOMED, "1, 4"),
        ("stepped", visitor_records.SteppedOut((14,)), "14"),
        ("thanks", FAREWELL, "14"),
    ],
)
def test_a_visitors_numbers_are_read_only_in_a_headset(
    reading: Callable[..., tuple[RecordingVoice, object]], screen: str, argument: object, secret: str
) -> None:
    on_a_speaker, _ = reading(screen, argument)
    in_a_headset, _ = reading(screen, argument, is_private=True)

    assert secret in in_a_headset.spoken[0]
    assert "14" not in on_a_speaker.spoken[0] and "4, 8, 2, 7" not in on_a_speaker.spoken[0]
    assert "Your numbers are on the screen." in on_a_speaker.spoken[0]
    assert "Your numbers are on the screen." not in in_a_headset.spoken[0]


def test_only_changes_are_read_after_that(
    reading: Callable[..., tuple[RecordingVoice, Callable[[], None]]], stage: SinglePage
) -> None:
    voice, check = reading("stow", PartyChosen(4))
    assert "Staying with their owners one more" in voice.spoken[0]

    stage.tap("kept_plus")
    check()

    assert voice.spoken[1:] == ["3. 1."]


def test_a_wrong_code_is_read_and_its_countdown_is_not(
    reading: Callable[..., tuple[RecordingVoice, Callable[[], None]]], stage: SinglePage
) -> None:
    stage.context.answers[visits.check_out] = visitor_records.NoSuchCode(wait=5)
    voice, check = reading("code", CodeFor.LEAVING)

    stage.type("1111")
    check()
    stage.page.seconds_left = 4
    check()
    stage.page.seconds_left = 0
    check()

    assert "Nobody in the room has these numbers" in voice.spoken[1]
    assert "Listening again in 5 seconds." in voice.spoken[1]
    assert voice.spoken[2:] == []


def test_typed_digits_are_echoed_only_in_a_headset(
    reading: Callable[..., tuple[RecordingVoice, Callable[[], None]]], stage: SinglePage
) -> None:
    for is_private, expected in ((True, ["4", "4"]), (False, [])):
        voice, check = reading("code", CodeFor.LEAVING, is_private=is_private)
        for _ in range(2):
            stage.tap("digit_4")
            check()

        assert [text.rstrip(".") for text in voice.spoken[1:]] == expected


def test_nothing_is_read_without_a_change(reading: Callable[..., tuple[RecordingVoice, Callable[[], None]]]) -> None:
    voice, check = reading("welcome")

    check()
    check()

    assert len(voice.spoken) == 1


def test_reading_is_enabled_by_a_visitor_and_disabled_for_the_next(
    door: Callable[..., KioskWindow], frames: Callable[[int], None]
) -> None:
    kiosk = door(voice=RecordingVoice())
    voice = kiosk.runtime.voice
    kiosk.tap("access")
    kiosk.tap("aloud")
    kiosk.pause(1)
    assert "Read aloud: on" in voice.spoken[-1]

    kiosk.tap("done")
    kiosk.tap("come_in")
    kiosk.wait_for("party")
    kiosk.pause(1)
    assert voice.spoken[-1].startswith("How many are you?")
    kiosk.key(TAB)
    assert voice.spoken[-1] == "Back"
    before = voice.stops
    kiosk.tap("size_4")
    assert voice.stops > before

    for screen in ("stow", "party"):
        kiosk.wait_for(screen)
        kiosk.key(TAB, ENTER)
    kiosk.wait_for("welcome")
    spoken = len(voice.spoken)
    kiosk.pause(1)
    assert len(voice.spoken) == spoken


def test_an_external_program_gets_the_text(
    door: Callable[..., KioskWindow], frames: Callable[[int], None], tmp_path: Path
) -> None:
    file = tmp_path / "spoken"
    program = f"import sys; open({str(file)!r}, 'ab').write(sys.stdin.buffer.read())"
    kiosk = door(voice=Voice(shlex.join([sys.executable, "-c", program])))

    def is_read() -> bool:
        frames(1)
        return file.exists() and "Read aloud: on" in file.read_text("utf-8")

    for key in ("access", "aloud"):
        kiosk.tap(key)

    until(is_read, "the page that was read")


def test_reading_is_not_offered_without_a_voice(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    kiosk.tap("access")

    assert "aloud" not in {getattr(widget, "key", "") for widget in kiosk.page.walk()}
