"""A real program reads aloud: it is cut off, fails and is missing, and whoever asked never waits for it."""

import logging
import shlex
import shutil
import sys
import wave
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.devices.voice import Voice
from tests.support.x11_display import until

HEARS = """
import sys, time
text = sys.stdin.buffer.read().decode()
with open({file!r}, "a", encoding="utf-8") as heard:
    print(sys.argv[1], text, sep="|", file=heard, flush=True)
    if "slowly" in text:
        time.sleep(600)
    print("end", file=heard)
"""


@pytest.fixture
def heard(tmp_path: Path) -> Callable[[], list[str]]:
    file = tmp_path / "heard"
    (tmp_path / "ear.py").write_text(HEARS.format(file=str(file)))
    return lambda: file.read_text("utf-8").splitlines() if file.exists() else []


@pytest.fixture
def voice(tmp_path: Path, heard: object) -> Iterator[Voice]:
    stop = shlex.join([sys.executable, "-c", f"open({str(tmp_path / 'stopped')!r}, 'w').close()"])
    voice = Voice(shlex.join([sys.executable, str(tmp_path / "ear.py"), "{language}"]), stop)
    yield voice
    voice.close()


def test_it_hears_text_and_language(voice: Voice, heard: Callable[[], list[str]]) -> None:
    voice.say("Wo ruht dein Handy? أرح هاتفك", "de")

    until(lambda: "end" in heard(), "the end of the sentence")
    assert heard() == ["de|Wo ruht dein Handy? أرح هاتفك", "end"]


def test_what_is_said_is_cut_off_by_what_is_said_next(
    voice: Voice, heard: Callable[[], list[str]], tmp_path: Path
) -> None:
    voice.say("slowly", "en")
    until(lambda: bool(heard()), "the first sentence")

    voice.say("and now this", "en")

    until(lambda: "end" in heard(), "the second sentence")
    assert heard() == ["en|slowly", "en|and now this", "end"]
    assert (tmp_path / "stopped").exists(), "the program that hands speech on is told as well"


def test_it_is_silent_when_asked_to_be(voice: Voice, heard: Callable[[], list[str]]) -> None:
    voice.say("slowly", "en")
    until(lambda: bool(heard()), "the first sentence")

    voice.stop_speaking()
    voice.close()

    assert heard() == ["en|slowly"]


def test_only_the_last_of_many_wishes_counts(voice: Voice, heard: Callable[[], list[str]]) -> None:
    for number in range(50):
        voice.say(f"slowly {number}", "en")
    voice.say("the last", "en")

    until(lambda: "end" in heard(), "the last sentence")
    assert heard()[-2:] == ["en|the last", "end"]


@pytest.mark.parametrize("command", ["/no/such/voice", f"{sys.executable} -c 'raise SystemExit(3)'"])
def test_a_voice_that_fails_is_told_once(command: str, caplog: pytest.LogCaptureFixture) -> None:
    voice = Voice(command)
    with caplog.at_level(logging.WARNING):
        voice.say("one", "en")
        until(lambda: bool(caplog.records), "the first failure in the log")
        failed = voice._thread
        voice.say("two", "en")
        until(lambda: voice._wish is None and voice._process is None, "the second try")
    voice.close()

    assert failed and not failed.is_alive()
    assert len(caplog.records) == 1
    assert "everything else goes on" in caplog.text


def test_a_missing_program_is_known() -> None:
    assert Voice("no-such-voice --stdin").missing == "no-such-voice"
    assert Voice(f"{sys.executable} -c pass").missing == ""


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not here")
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "How many are you?"),
        ("es", "¿Cuántos sois?"),
        ("fr", "Combien êtes-vous ?"),
        ("de", "Wie viele seid ihr?"),
        ("nl", "Met hoeveel zijn jullie?"),
        ("ar", "كم عددكم؟"),
    ],
)
def test_espeak_speaks_every_language(tmp_path: Path, language: str, text: str) -> None:
    file = tmp_path / "spoken.wav"
    voice = Voice(f"espeak-ng -v {{language}} -s 150 --stdin -w {file}")
    voice.say(text, language)
    until(lambda: file.exists() and voice._process is None and file.stat().st_size > 1000, "the sound")
    voice.close()

    with wave.open(str(file)) as sound:
        rate, samples = sound.getframerate(), array("h", sound.readframes(sound.getnframes()))
    assert len(samples) > 0.3 * rate
    assert max(samples) > 3000
