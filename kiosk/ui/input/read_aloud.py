"""Reads pages aloud while enabled: a page when it is shown, its changes, and the focused button."""

from collections.abc import Callable
from typing import Protocol

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.input import spoken_text
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.press import Press

CHECK_INTERVAL = 0.25  # seconds


class SpeechOutput(Protocol):
    """Speaks one text at a time."""

    @property
    def is_private(self) -> bool:
        """Whether only the visitor hears it (a headset)."""

    def say(self, text: str, language: str) -> None:
        """Speak this text in place of the current one."""

    def stop_speaking(self) -> None:
        """Stop the current text."""


class ReadAloud:
    """``front`` returns the widget to read, a page or an overlay. Does nothing while disabled."""

    def __init__(self, voice: SpeechOutput | None, front: Callable[[], Widget]) -> None:
        self._voice = voice
        self._front = front
        self._checks = Clock.create_trigger(lambda _: self.check(), CHECK_INTERVAL, interval=True)
        self._page_identity: tuple[Widget, object] | None = None
        self._texts: list[str] = []
        self._names: list[str] = []  # of all buttons at the last check
        self.is_enabled = False

    def set_enabled(self, on: bool) -> None:
        """Start or stop reading."""
        if on == self.is_enabled or self._voice is None:
            return
        self.is_enabled, self._page_identity = on, None
        self._checks.cancel()
        if on:
            self._checks()
        else:
            self._voice.stop_speaking()

    def touched(self) -> None:
        """Stop speaking after a touch."""
        if self.is_enabled and self._voice:
            self._voice.stop_speaking()

    def focused(self, button: Press) -> None:
        """Read the button that got the keyboard focus."""
        self._say(spoken_text.name(button))

    def check(self) -> None:
        """Read what has changed since the last check."""
        if not self._voice:
            return
        front = self._front()
        identity = front, getattr(front, "activation", None)
        texts, names = spoken_text.texts(front, self._voice.is_private), spoken_text.names(front)
        if identity != self._page_identity:
            self._say(spoken_text.page_text(front, self._voice.is_private))
        else:
            new_texts, new_names = spoken_text.added(self._texts, texts), spoken_text.added(self._names, names)
            if new_texts or new_names:
                self._say(
                    spoken_text.join_sentences(
                        [*new_texts, *([spoken_text.buttons_sentence(new_names)] if new_names else [])]
                    )
                )
        self._page_identity, self._texts, self._names = identity, texts, spoken_text.all_names(front)

    def _say(self, text: str) -> None:
        if self.is_enabled and self._voice and text:
            self._voice.say(text, theme.language)
