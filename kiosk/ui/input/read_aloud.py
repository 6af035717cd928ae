"""Reads the screens aloud while somebody wants it: a page when it comes, what changes on it, and where the focus is."""

from collections.abc import Callable
from typing import Protocol

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.input import spoken_text
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.press import Press

LOOK_AGAIN = 0.25  # seconds; a page is read when it stands


class SpeechOutput(Protocol):
    """Who says it."""

    @property
    def is_private(self) -> bool:
        """Whether the visitor alone hears it."""

    def say(self, text: str, language: str) -> None:
        """This now, and nothing of what was before."""

    def stop_speaking(self) -> None:
        """Nothing more."""


class ReadAloud:
    """``front`` is the page, or what lies over it. Costs nothing while it is off."""

    def __init__(self, voice: SpeechOutput | None, front: Callable[[], Widget]) -> None:
        self._voice = voice
        self._front = front
        self._look = Clock.create_trigger(lambda _: self.look(), LOOK_AGAIN, interval=True)
        self._place: tuple[Widget, object] | None = None
        self._texts: list[str] = []
        self._names: list[str] = []  # of all the buttons that stood there at the last look
        self.is_on = False

    def turn(self, on: bool) -> None:
        """On or off."""
        if on == self.is_on or self._voice is None:
            return
        self.is_on, self._place = on, None
        self._look.cancel()
        if on:
            self._look()
        else:
            self._voice.stop_speaking()

    def touched(self) -> None:
        """Whoever touches has heard enough."""
        if self.is_on and self._voice:
            self._voice.stop_speaking()

    def focused(self, button: Press) -> None:
        """A keyboard or a switch has come to it."""
        self._say(spoken_text.name(button))

    def look(self) -> None:
        """Say what is new since the last look."""
        if not self._voice:
            return
        front = self._front()
        place = front, getattr(front, "turn", None)
        texts, names = spoken_text.texts(front, self._voice.is_private), spoken_text.names(front)
        if place != self._place:
            self._say(spoken_text.whole(front, self._voice.is_private))
        else:
            fresh, choices = spoken_text.news(self._texts, texts), spoken_text.news(self._names, names)
            if fresh or choices:
                self._say(spoken_text.sentences([*fresh, *([spoken_text.can_press(choices)] if choices else [])]))
        self._place, self._texts, self._names = place, texts, spoken_text.all_names(front)

    def _say(self, text: str) -> None:
        if self.is_on and self._voice and text:
            self._voice.say(text, theme.language)
