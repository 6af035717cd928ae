"""Passes events of devices to the page in front: each slip and pass is processed once, in order, and is answered."""

from collections import deque
from collections.abc import Callable

from kivy.clock import Clock

from kiosk.rules.device_events import CardSeen, DeviceEvent, PassScanned, SlipScanned
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets import message

Scanned = SlipScanned | PassScanned | CardSeen
ANSWER_SHOWN_S = 1.5  # seconds that the answer to a scan is shown before the next is processed


class DeviceEventQueue:
    """``front`` returns the current page, None while pages change.

    A slip or pass waits while another is processed, while that answer is shown, and while a visitor is on a page that
    does not accept slips. The same one again while its answer is shown is ignored, as scanners repeat themselves. A
    card does not wait for a page that accepts slips: it may be a host's. Every other event is passed on at once; the
    last one that came during a page change goes to the next page.
    """

    def __init__(self, front: Callable[[], Page | None]) -> None:
        self._front = front
        self._waiting: deque[Scanned] = deque()
        self._is_processing = False
        self._answered: Scanned | None = None  # its answer is shown
        self._in_process: Scanned | None = None
        self._without_page: DeviceEvent | None = None  # came while no page was in front
        self._schedule_next = Clock.create_trigger(lambda _: self._process_next(), ANSWER_SHOWN_S)

    def add(self, event: DeviceEvent) -> None:
        """Handle an event; it acts now or later."""
        match event:
            case CardSeen() if (page := self._front()) and (page.takes_cards or not page.accepts_slips):
                self._pass_on(event)
            case SlipScanned() | PassScanned() | CardSeen():
                self._add_scan(event)
            case _:
                self._pass_on(event)

    def _add_scan(self, event: Scanned) -> None:
        if event in self._waiting or event in (self._answered, self._in_process):
            return
        self._waiting.append(event)
        if not self._answered:
            self._process_next()
        page = self._front()
        if event in self._waiting and page and not page.accepts_slips:
            is_slip = isinstance(event, SlipScanned)
            slip_read, pass_read = (
                say("Your slip was read. One moment, please."),
                say("Your pass was read. One moment, please."),
            )
            page.show_message(slip_read if is_slip else pass_read, message.SCAN)

    def _pass_on(self, event: DeviceEvent) -> None:
        page = self._front()
        self._without_page = None if page else event
        if page:
            page.device_event(event)

    def page_shown(self) -> None:
        """Go on with the queue after a page change."""
        if self._without_page:
            self._pass_on(self._without_page)
        self._is_processing = False
        self._answered, self._in_process = self._in_process, None
        self._schedule_next.cancel()
        if not self._waiting:
            return
        if self._answered:
            self._schedule_next()
        else:
            self._process_next()

    def _process_next(self) -> None:
        page = self._front()
        if self._waiting and page and page.can_accept_slip and not self._is_processing:
            self._is_processing = True
            self._in_process = self._waiting.popleft()
            page.device_event(self._in_process)
        elif self._waiting and page and page.accepts_slips:
            self._schedule_next()  # the page runs another job
