"""Brings the own journal to the server, in batches that suit the link; what was confirmed there is done, nothing else.

How far an upload is stands in the ledger, written with each acknowledgement, so that another process can read it.
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
    """Of the upload that began when something waited and nothing was under way. ``seconds`` were spent sending."""

    began: int  # ms since 1970 UTC, as this kiosk believed
    sent: int = 0
    left: int = 0
    seconds: float = 0.0


def progress(ledger: Ledger) -> UploadProgress | None:
    """How far the newest upload is; None: there has been none."""
    kept = ledger.recall(UPLOAD)
    return msgspec.convert(kept, UploadProgress) if kept else None


class Upload:
    """What is known of the link and of the server's end of the journal, between one push and the next."""

    def __init__(self, ledger: Ledger, api: Api, kiosk: UUID, batch: Batch) -> None:
        self._ledger = ledger
        self._api = api
        self._kiosk = kiosk
        self._batch = batch
        self._unsent = Unsent(ledger)
        self._is_open = True  # whether somebody may have stored what we were not told of: so it is at the start
        self._progress = UploadProgress(0)
        self.has_news = False  # whether an answer said that the venue's feed has more than is known here

    def look_again(self) -> None:
        """The server may have lost entries: ask it how far it is before anything is sent."""
        self._is_open = True

    def earliest_unsent(self, waiting: Waiting) -> int | None:
        """When the earliest waiting entry happened (ms since 1970 UTC); UNKNOWN: nobody can tell, None: none waits."""
        return self._unsent.earliest(waiting.journal, waiting.acknowledged) if waiting.journal else None

    def run(self, is_stopping: Callable[[], bool]) -> None:
        """Push all that waits. Raises TryLater, Refused, EnrolAgain, StorageTrouble."""
        waiting = self._ledger.waiting()
        if waiting.count:
            kept = progress(self._ledger)
            self._progress = kept if kept and kept.left else UploadProgress(self._ledger.clock.read().at)
        while not is_stopping() and (waiting.count or self._is_open):
            self._step(waiting)
            waiting = self._ledger.waiting()

    def _step(self, waiting: Waiting) -> None:
        if waiting.journal is None:
            self._is_open = False
            return
        try:
            there = self._look(waiting.journal, waiting) if self._is_open else waiting.acknowledged
            if there is not None and waiting.count:
                self._push(waiting.journal, waiting, there)
        except Forked as error:
            download.begin_restoring(self._ledger, self._kiosk, carry_after=min(error.forked - 1, waiting.acknowledged))
        except Gapped as error:
            self._resume(waiting.journal, waiting, error.expected)

    def _look(self, journal: UUID, waiting: Waiting) -> int | None:
        """Ask how far the server is; None: not where we thought, and that has been settled.

        Where it has more than was ever written here, the disk has lost commits that it had confirmed: their places are
        taken, so this journal ends, and what they said comes back from there.
        """
        began = time.monotonic()
        there = self._api.push(journal, ()).acknowledged
        self._batch = batch_size.looked(self._batch, time.monotonic() - began)
        self._is_open = False
        if there > waiting.last:
            download.begin_restoring(self._ledger, self._kiosk, carry_after=waiting.acknowledged)
            return None
        if there < waiting.acknowledged:
            self._ledger.acknowledge(journal, there, resend.wanted())
            return None
        return there

    def _push(self, journal: UUID, waiting: Waiting, there: int) -> None:
        """Send a batch. What is there already begins it by one entry: if that is another fact, the answer is a fork."""
        after = max(waiting.acknowledged, there - 1)
        lines = batch_size.fitting(self._ledger.lines(journal, after, self._batch.size))
        began = time.monotonic()
        try:
            pushed = self._api.push(journal, lines, self._unsent.earliest(journal, after + len(lines)))
        except ConnectionCut:
            self._is_open = True
            self._batch = batch_size.unanswered(self._batch, len(lines))
            raise
        except TooLarge as error:
            if len(lines) == 1:
                raise Refused("one entry alone is too large") from error
            self._batch = batch_size.too_large(self._batch, len(lines))
            return
        seconds = time.monotonic() - began
        self._batch = batch_size.answered(self._batch, len(lines), seconds)
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
        learnt = download.known(self._ledger, self._kiosk)
        known = {UPLOAD: msgspec.to_builtins(self._progress)}
        if before_these == learnt and pushed.feed is not None:
            known |= download.kept(
                self._kiosk, download.FeedPosition(pushed.feed, pushed.feed_mark)
            )  # all that is new is our own
        elif pushed.feed is not None and pushed.feed != learnt.position:
            self.has_news = True
        self._ledger.acknowledge(journal, done, known)

    def _resume(self, journal: UUID, waiting: Waiting, expected: int) -> None:
        """Go on where the server is, should it have lost some; it can't expect what we never sent."""
        if expected > waiting.acknowledged + 1:
            download.begin_restoring(self._ledger, self._kiosk, carry_after=waiting.acknowledged)
        elif expected == waiting.acknowledged + 1:
            raise TryLater(f"the server asks for entry {expected}, which is what it was sent")
        else:
            self._ledger.acknowledge(journal, expected - 1, resend.wanted())
