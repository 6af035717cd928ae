"""A keyboard-wedge scanner: gets every key before the window's other handlers, and detects the end of a scan.

Only a page for letters does anything with a letter, so elsewhere a letter begins a scan. For letters on such a page,
and for digits on any, the speed decides (:mod:`kiosk.rules.key_burst`): they are held until it is known. A scanner that
is slower is found out by what it types on a page for letters: a slip that is recognised takes back what it has typed.
"""

from collections.abc import Callable
from typing import Protocol

from kivy.clock import Clock

from kiosk.rules import key_burst
from kiosk.rules.device_events import DeviceEvent, PairingCodeScanned, PassScanned, SlipScanned
from kiosk.rules.key_burst import DigitBurst, KeyBurst
from kiosk.rules.scan_parser import KEYPAD_SIGNS, MODIFIERS, SPACE, SUFFIXES, ScanParser, is_digit, is_sign
from kiosk.ui.input.key_repeat import KeyRepeat

PAUSE = 0.3  # seconds without a key; a scanner types far faster


class TextPage(Protocol):
    """A page on which letters are typed."""

    typed: str
    activation: int  # changes whenever the page is shown or left

    def type_text(self, text: str) -> None:
        """Append what a person has typed."""


class KeyboardScanner:
    """Calls ``report`` with each scan, in order.

    ``text_page`` returns the page in front if letters are typed on it; ``space_moves`` whether the space bar operates
    buttons; ``on_typed`` is called when a person types. ``front`` returns the identity of what is in front, and
    ``press_digit`` gets the digits that a person presses on a page for numbers.
    """

    def __init__(
        self,
        report: Callable[[DeviceEvent], None],
        text_page: Callable[[], TextPage | None],
        space_moves: Callable[[], bool],
        on_typed: Callable[[], None],
        *,
        front: Callable[[], object],
        press_digit: Callable[[int], None],
    ) -> None:
        self._report = report
        self._text_page = text_page
        self._space_moves = space_moves
        self._on_typed = on_typed
        self._front = front
        self._scanner = ScanParser(self._handle_scan)
        self._burst = KeyBurst(self._type)
        self._digits = DigitBurst(press_digit)
        self._repeat = KeyRepeat(Clock.time)
        self._page: TextPage | None = None  # on which the burst and the scan before it were begun
        self._activation = 0
        self._text_before = ""  # the scan; it may yet turn out to be one
        self._has_scan_burst = False  # since then
        self._takes_text = False  # the last key's
        self._slips = 0  # that were recognised
        # After a long frame a timer runs before the keys of that frame are delivered, so wait for one more frame.
        self._flush_in_next_frame = Clock.create_trigger(lambda _: self._scanner.handle_pause(), 0)
        self._pause_over = Clock.create_trigger(lambda _: self._flush_in_next_frame(), PAUSE)
        self._end_burst_in_next_frame = Clock.create_trigger(lambda _: self._end_bursts(), 0)
        self._burst_over = Clock.create_trigger(lambda _: self._end_burst_in_next_frame(), key_burst.PAUSE)

    def down(self, code: int, usage: int = 0) -> bool:
        """Handle a key, by Kivy's code and USB usage id; returns whether it is part of a scan or typed."""
        page = self._text_page()
        self._takes_text = False
        if page is None:
            self._page = None
            self._burst.drop()
            is_consumed = self._handle_key_elsewhere(code, usage)
        elif code in MODIFIERS:
            return False
        else:
            is_consumed = self._handle_key_on(page, code, usage)
        self._restart_timers()
        return is_consumed

    def up(self, code: int) -> None:
        """Handle a key release."""
        self._repeat.up(code)

    def text(self, text: str) -> None:
        """Handle the text of the last key."""
        if self._takes_text:
            self._burst.add_text(text)

    def _handle_key_on(self, page: TextPage, code: int, usage: int) -> bool:
        """Handle a key on a page for letters."""
        is_repeat = self._repeat.down(code)
        if is_sign(code) or (code == SPACE and not self._space_moves()):
            if not is_repeat:
                self._add(page, code, usage)
            return True
        if code in SUFFIXES and self._ends_scan(code, usage):
            self._burst.drop()
            return True
        self._scanner.reset()
        self._burst.end()
        return False

    def _handle_key_elsewhere(self, code: int, usage: int) -> bool:
        """Handle a key on any other page, on which a number may be typed."""
        if code in MODIFIERS:
            return False
        if not self._digits.is_held and (self._scanner.is_scanning or not is_digit(code)):
            return self._scanner.handle_key(code, usage)
        if is_sign(code) or code == SPACE or code in KEYPAD_SIGNS:
            if not self._repeat.down(code):
                self._digits.add_key(code, self._front())
                self._scanner.handle_key(code, usage, digit_begins=True)
            return True
        if code in SUFFIXES and self._digits.is_scan(suffixes=1):
            self._digits.drop()
            return self._scanner.handle_key(code, usage)
        self._end_digits()
        return False

    def _end_bursts(self) -> None:
        self._burst.end()
        self._end_digits()

    def _end_digits(self) -> None:
        """Press the digits that are held; if they are a scan's, it goes on until its suffix or a longer pause."""
        if self._digits.is_held and not self._digits.is_scan():
            self._scanner.reset()
        self._digits.end(self._front())

    def _add(self, page: TextPage, code: int, usage: int) -> None:
        if not self._scanner.is_scanning and not self._burst.is_held:
            self._page, self._activation = page, page.activation
            self._text_before, self._has_scan_burst = page.typed, False
        self._takes_text = True
        self._burst.add_key()
        self._has_scan_burst = self._has_scan_burst or self._burst.is_scan
        self._scanner.handle_key(code, usage, digit_begins=True)

    def _ends_scan(self, code: int, usage: int) -> bool:
        """Whether an Enter or Tab belongs to a scan, which it ends."""
        slips, is_held = self._slips, self._burst.is_held
        is_second = self._scanner.is_waiting and not self._scanner.is_scanning
        self._has_scan_burst = self._has_scan_burst or is_held
        is_fast = self._has_scan_burst and self._scanner.is_waiting
        self._scanner.handle_key(code, usage)
        return is_held or is_second or is_fast or self._slips > slips

    def _handle_scan(self, event: DeviceEvent) -> None:
        """Report a scan; on a page for letters not what a person has typed, which no reading can parse either."""
        page = self._current_page()
        if isinstance(event, SlipScanned | PassScanned | PairingCodeScanned):
            self._slips += 1
            self._burst.drop()
            if page:
                page.typed = self._text_before
        elif self._page and not self._has_scan_burst:
            return
        self._report(event)

    def _type(self, text: str) -> None:
        if page := self._current_page():
            self._on_typed()
            page.type_text(text)

    def _current_page(self) -> TextPage | None:
        """The page on which the keys were begun; None where it was left meanwhile."""
        page = self._text_page()
        return page if page is self._page and page and page.activation == self._activation else None

    def _restart_timers(self) -> None:
        for trigger in (self._pause_over, self._flush_in_next_frame, self._burst_over, self._end_burst_in_next_frame):
            trigger.cancel()
        if self._scanner.is_waiting:
            self._pause_over()
        if self._burst.is_held or self._digits.is_held:
            self._burst_over()
