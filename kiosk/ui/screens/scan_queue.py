"""Queues scans for the current page: each is processed once, in order, and gets visible feedback."""

from collections import deque
from collections.abc import Callable
from functools import partial

from kivy.clock import Clock

from kiosk.rules.scan_parser import Scan, UnreadableScan
from kiosk.rules.slips import Slip
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.text.i18n import say

ANSWER_SHOWN_S = 1.5  # seconds that the answer to a slip is shown before the next is processed


class ScanQueue:
    """``front`` returns the current page, None while pages change.

    A slip waits while another is processed, while that answer is shown, and while a visitor is on a page that does not
    accept slips. The same slip again while its answer is shown is ignored, as scanners repeat themselves.
    """

    def __init__(self, front: Callable[[], Page | None]) -> None:
        self._front = front
        self._waiting: deque[Slip] = deque()
        self._is_processing = False
        self._answered: Slip | None = None  # its answer is shown
        self._in_process: Slip | None = None
        self._was_unreadable = False  # while no page was in front
        self._schedule_next = Clock.create_trigger(lambda _: self._process_next(), ANSWER_SHOWN_S)

    def read(self, scan: Scan) -> None:
        """Handle a scan."""
        page = self._front()
        if isinstance(scan, UnreadableScan):
            self._report_unreadable(page)
            return
        if scan in self._waiting or scan in (self._answered, self._in_process):
            return
        self._waiting.append(scan)
        if not self._answered:
            self._process_next()
        if scan in self._waiting and page and not page.accepts_slips:
            page.show_message(say("Your slip was read. One moment, please."))

    def _report_unreadable(self, page: Page | None) -> None:
        self._was_unreadable = page is None
        if page:
            page.show_message(say("That couldn’t be read. Hold your slip up once more, or type your four numbers."))

    def page_shown(self) -> None:
        """Go on with the queue after a page change."""
        if self._was_unreadable:
            self._report_unreadable(self._front())
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
            slip = self._waiting.popleft()
            page.is_awaiting_slip = True
            self._in_process = slip
            page.ask(page.slip_job(), slip, then=partial(self._pass_answer, page))
        elif self._waiting and page and page.accepts_slips:
            self._schedule_next()  # the page runs another job

    def _pass_answer(self, page: Page, outcome: object) -> None:
        page.is_awaiting_slip = False
        page.answer(outcome)
