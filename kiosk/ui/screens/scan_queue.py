"""Brings what a scanner has read to the page in front: each scan once, in order, and never without a word."""

from collections import deque
from collections.abc import Callable
from functools import partial

from kivy.clock import Clock

from kiosk.rules.scan_parser import Scan, UnreadableScan
from kiosk.rules.slips import Slip
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.text.i18n import say

READ_FIRST = 1.5  # seconds that the answer to one slip stands before that of the next replaces it


class ScanQueue:
    """``front`` is the page in front; None while another one is about to come.

    A slip waits while the one before is being answered, while that answer is read, and while somebody is in the middle
    of something. The same slip again while its answer stands is one scan: scanners repeat themselves.
    """

    def __init__(self, front: Callable[[], Page | None]) -> None:
        self._front = front
        self._waiting: deque[Slip] = deque()
        self._is_asking = False
        self._answered: Slip | None = None  # its answer is in front
        self._answer_comes: Slip | None = None
        self._was_unreadable = False  # while no page was in front
        self._take_next = Clock.create_trigger(lambda _: self._take(), READ_FIRST)

    def read(self, scan: Scan) -> None:
        """A scanner has read this."""
        page = self._front()
        if isinstance(scan, UnreadableScan):
            self._tell_unreadable(page)
            return
        if scan in self._waiting or scan in (self._answered, self._answer_comes):
            return
        self._waiting.append(scan)
        if not self._answered:
            self._take()
        if scan in self._waiting and page and not page.takes_slips:
            page.tell(say("Your slip was read. One moment, please."))

    def _tell_unreadable(self, page: Page | None) -> None:
        self._was_unreadable = page is None
        if page:
            page.tell(say("That couldn’t be read. Hold your slip up once more, or type your four numbers."))

    def page_shown(self) -> None:
        """Another page is in front."""
        if self._was_unreadable:
            self._tell_unreadable(self._front())
        self._is_asking = False
        self._answered, self._answer_comes = self._answer_comes, None
        self._take_next.cancel()
        if not self._waiting:
            return
        if self._answered:
            self._take_next()
        else:
            self._take()

    def _take(self) -> None:
        page = self._front()
        if self._waiting and page and page.can_take_slip and not self._is_asking:
            self._is_asking = True
            slip = self._waiting.popleft()
            page.awaits_slip = True
            self._answer_comes = slip
            page.ask(page.slip_job(), slip, then=partial(self._lead_on, page))
        elif self._waiting and page and page.takes_slips:
            self._take_next()  # it is busy with something else just now

    def _lead_on(self, page: Page, outcome: object) -> None:
        page.awaits_slip = False
        page.answer(outcome)
