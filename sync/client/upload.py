"""Pushes the current journal to the server, in batches that suit the link; only what is acknowledged counts as sent.

The progress is stored in the ledger with each acknowledgement, so that another process can read it.
"""

import time
from collections.abc import Callable
from uuid import UUID

import msgspec

from sync.client import batch_size, download, resend
from sync.client.api import Api, ConnectionCut, Forked, Gapped, Refused, TooLarge, TryLater
from sync.client.batch_size import Batch
from sync.client.unsent import Unsent
from sync.ledger.ledger import Ledger, Waiting
from sync.protocol import Pushed

UPLOAD = "upload"


class UploadProgress(msgspec.Struct, frozen=True):
    """Of the upload that began when the first of the waiting entries was sent. ``seconds`` were spent sending."""

    began: int  # ms since 1970 UTC, by this kiosk's clock
    sent: int = 0
    left: int = 0
    seconds: float = 0.0


def progress(ledger: Ledger) -> UploadProgress | None:
    """How far the newest upload is; None: there has been none."""
    stored = ledger.recall(UPLOAD)
    return msgspec.convert(stored, UploadProgress) if stored else None


class Upload:
    """The upload's state between two pushes: of the link, and of the server's copy of the journal."""

    def __init__(self, ledger: Ledger, api: Api, kiosk: UUID, batch: Batch) -> None:
        self._ledger = ledger
        self._api = api
        self._kiosk = kiosk
        self._batch = batch
        self._unsent = Unsent(ledger)
        self._must_check = True  # whether the server may have stored entries without our receiving its answer
        self._progress = UploadProgress(0)
        self.has_news = False  # whether an answer showed that the venue's feed has more than is known here

    def check_again(self) -> None:
        """The server may have lost entries: ask how far it is before the next push."""
        self._must_check = True

    def earliest_unsent(self, waiting: Waiting) -> int | None:
        """When the earliest waiting entry happened (ms since 1970 UTC); UNKNOWN: not known, None: none waits."""
        return self._unsent.earliest(waiting.journal, waiting.acknowledged) if waiting.journal else None

    def run(self, is_stopping: Callable[[], bool]) -> None:
        """Push all that waits. Raises TryLater, Refused, EnrolAgain, StorageError."""
        waiting = self._ledger.waiting()
        if waiting.count:
            last = progress(self._ledger)
            self._progress = last if last and last.left else UploadProgress(self._ledger.clock.read().at)
        while not is_stopping() and (waiting.count or self._must_check):
            self._step(waiting)
            waiting = self._ledger.waiting()

    def _step(self, waiting: Waiting) -> None:
        if waiting.journal is None:
            self._must_check = False
            return
        try:
            stored = self._check(waiting.journal, waiting) if self._must_check else waiting.acknowledged
            if stored is not None and waiting.count:
                self._push(waiting.journal, waiting, stored)
        except Forked as error:
            download.begin_restoring(self._ledger, self._kiosk, carry_after=min(error.forked - 1, waiting.acknowledged))
        except Gapped as error:
            self._resume(waiting.journal, waiting, error.expected)

    def _check(self, journal: UUID, waiting: Waiting) -> int | None:
        """Ask how far the server has the journal; None: it has more or less than expected, which has been handled.

        If it has more than was written here, this disk has lost commits. Their places are taken at the server, so this
        journal ends, and their entries are restored from there.
        """
        began = time.monotonic()
        stored = self._api.push(journal, ()).acknowledged
        self._batch = batch_size.after_empty_push(self._batch, time.monotonic() - began)
        self._must_check = False
        if stored > waiting.last:
            download.begin_restoring(self._ledger, self._kiosk, carry_after=waiting.acknowledged)
            return None
        if stored < waiting.acknowledged:
            self._ledger.acknowledge(journal, stored, resend.request())
            return None
        return stored

    def _push(self, journal: UUID, waiting: Waiting, stored: int) -> None:
        """Send a batch, from the last entry on that the server has: if it has another fact there, it answers a fork."""
        after = max(waiting.acknowledged, stored - 1)
        lines = batch_size.fit_request(self._ledger.lines(journal, after, self._batch.size))
        began = time.monotonic()
        try:
            pushed = self._api.push(journal, lines, self._unsent.earliest(journal, after + len(lines)))
        except ConnectionCut:
            self._must_check = True
            self._batch = batch_size.after_no_answer(self._batch, len(lines))
            raise
        except TooLarge as error:
            if len(lines) == 1:
                raise Refused("one entry alone is too large") from error
            self._batch = batch_size.after_too_large(self._batch, len(lines))
            return
        seconds = time.monotonic() - began
        self._batch = batch_size.after_answer(self._batch, len(lines), seconds)
        self._acknowledge(journal, waiting, pushed, seconds)

    def _acknowledge(self, journal: UUID, waiting: Waiting, pushed: Pushed, seconds: float) -> None:
        done = min(pushed.acknowledged, waiting.last)
        if done <= waiting.acknowledged:
            raise TryLater(f"the server acknowledges entry {done}, which it had before")
        before = self._progress
        self._progress = UploadProgress(
            before.began, before.sent + done - waiting.acknowledged, waiting.last - done, before.seconds + seconds
        )
        before_these = download.FeedPosition(
            -1 if pushed.feed_before is None else pushed.feed_before, pushed.feed_mark_before
        )
        position = download.load_position(self._ledger, self._kiosk)
        remember = {UPLOAD: msgspec.to_builtins(self._progress)}
        if before_these == position and pushed.feed is not None:  # all that is new in the feed is our own
            end = download.FeedPosition(pushed.feed, pushed.feed_mark)
            remember |= download.stored_position(self._kiosk, end)
        elif pushed.feed is not None and pushed.feed != position.number:
            self.has_news = True
        self._ledger.acknowledge(journal, done, remember)

    def _resume(self, journal: UUID, waiting: Waiting, expected: int) -> None:
        """Continue where the server is, if it has lost entries; it can't expect what was never sent."""
        if expected > waiting.acknowledged + 1:
            download.begin_restoring(self._ledger, self._kiosk, carry_after=waiting.acknowledged)
        elif expected == waiting.acknowledged + 1:
            raise TryLater(f"the server asks for entry {expected}, which is what it was sent")
        else:
            self._ledger.acknowledge(journal, expected - 1, resend.request())
