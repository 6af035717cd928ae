"""Brings the journal to the server in the background: soon after a tap, patiently when nobody answers."""

import logging
import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from sync.allocation.kiosk_side import KioskAllocation
from sync.client import (
    clock_sync,
    copies,
    device_identity,
    download,
    entry_fields,
    last_error,
    resend,
    share_exchange,
    tokens,
)
from sync.client import enrolment as kept_enrolment
from sync.client.api import Api, EnrolAgain, KioskCopied, Refused, TryLater
from sync.client.batch_size import Batch
from sync.client.device_identity import Sources
from sync.client.enrolment import Enrolment
from sync.client.upload import Upload
from sync.domain.visit import SLIP_FORMATS
from sync.ledger import slip_formats
from sync.ledger.ledger import Ledger
from sync.ledger.store import StorageError
from sync.protocol import ClockState, Heartbeat, HeartbeatAnswer

TURNS = 3  # heartbeats more, where the server asks whether this device is still in use

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often; all in seconds but ``batch``, which is the entries of the first push."""

    heartbeat: float = 60.0
    lively: float = 15.0  # between heartbeats while other kiosks of the venue have something to tell
    lively_for: float = 600.0  # after they last had
    spread: float = 0.25  # of each wait, either way, so that kiosks fall out of step
    first_pause: float = 1.0  # after a failure; doubled at each further one
    longest_pause: float = 300.0
    batch: int = 100


def pause(failures: int, pace: Pace, asked: float | None = None) -> float:
    """Seconds to wait after so many failures in a row: full jitter, so that kiosks don't come back all at once.

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. Never less than the server asked.
    """
    ceiling = min(pace.longest_pause, pace.first_pause * 2 ** min(failures - 1, 20))
    return (asked or 0.0) + random.uniform(0, ceiling)


class Replicator:
    """A thread that pushes what waits and sends a heartbeat. It never stops the kiosk, whatever the network does."""

    def __init__(
        self,
        ledger: Ledger,
        enrolment: Enrolment,
        version: str,
        pace: Pace | None = None,
        allocation: KioskAllocation | None = None,  # None: of a venue without pouches
        *,
        sources: Sources = device_identity.read_sources,
    ) -> None:
        self._ledger = ledger
        self._enrolment = enrolment
        self._version = version
        self._sources = sources
        self._device: str | None = None  # a keyed hash; None: not looked at yet
        self._pace = pace or Pace()
        self._allocation = allocation or KioskAllocation(ledger, pouches=0)
        self._api = Api(enrolment.server, enrolment.token)
        self._api.send_fields(entry_fields.announced(ledger))
        self._upload = Upload(ledger, self._api, enrolment.kiosk, Batch(self._pace.batch))
        self._beat_due = self._heard_at = float("-inf")  # of time.monotonic
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replicator", daemon=True)

    def start(self) -> None:
        """Begin, and listen for what is recorded."""
        self._ledger.on_record(lambda _: self._wake.set())
        self._thread.start()

    def stop(self) -> None:
        """End soon; what has not been sent waits for the next start."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._api.close()

    def _run(self) -> None:
        self._wake.wait(random.uniform(0, self._pace.heartbeat * self._pace.spread))  # one switch starts many kiosks
        failures, was_well = 0, False
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self.exchange(beat=time.monotonic() >= self._beat_due)
            except (TryLater, Refused, EnrolAgain, StorageError) as error:
                failures += 1
                log.warning("the server has to wait: %s", error)
                self._wait_after(error, failures)
            except Exception as error:  # a fault of ours, or of an answer: the kiosk works on, and it is tried again
                failures += 1
                log.exception("the exchange with the server failed")
                self._wait_after(error, failures)
            else:
                failures, was_well = 0, self._went_well(failures, was_well)
                self._wake.wait(max(0.0, self._beat_due - time.monotonic()))

    def _wait_after(self, error: Exception, failures: int) -> None:
        seconds = pause(failures, self._pace, getattr(error, "after", None))
        with suppress(StorageError):  # a full disk can't note that it is full; the log has it
            last_error.note(self._ledger, error, seconds)
        self._stopping.wait(seconds)

    def _went_well(self, failures: int, was_well: bool) -> bool:
        """Take back what was noted of the trouble before, also of an earlier run."""
        with suppress(StorageError):
            if failures or not was_well:
                last_error.forget(self._ledger)
        return True

    def exchange(self, *, beat: bool = True) -> None:
        """Push all that waits, take back what was lost here, say how this kiosk is, learn what others did.

        Without ``beat`` only what there is news of. Raises TryLater, Refused, EnrolAgain, StorageTrouble.
        """
        copies.check(self._ledger)
        if self._device is None:
            self._device = device_identity.identify(self._ledger, self._sources)
            self._api.identify(self._device)
        try:
            tokens.with_former(self._ledger, self._api, lambda: self._exchange(beat))
        except KioskCopied:
            copies.heard(self._ledger, self._allocation)
            raise

    def _exchange(self, beat: bool) -> None:
        kiosk, is_stopping = self._enrolment.kiosk, self._stopping.is_set
        self._send()
        answer = self._beat_in_turn() if beat else None
        if self._upload.has_news and download.learn(self._ledger, self._api, kiosk, is_stopping):
            self._heard_at = time.monotonic()
        self._upload.has_news = False
        if answer:
            if self._ledger.recall(resend.RESEND) or self._ledger.recall(download.RESTORING):
                self._upload.look_again()
                self._send()  # the answer, or the feed, has shown that something is missing on either side
            share_exchange.apply_answer(self._allocation, answer, self._beat)  # after learning who has what of it
            self._beat_due = time.monotonic() + self._until_next_beat()

    def _send(self) -> None:
        """Push what waits and what the server has lost; take back what was lost here."""
        kiosk, is_stopping = self._enrolment.kiosk, self._stopping.is_set
        self._upload.run(is_stopping)
        resend.run(self._ledger, self._api, is_stopping)
        download.restore(self._ledger, self._api, kiosk, is_stopping)

    def _until_next_beat(self) -> float:
        is_lively = time.monotonic() - self._heard_at < self._pace.lively_for
        seconds = min(self._pace.heartbeat, self._pace.lively) if is_lively else self._pace.heartbeat
        return seconds * random.uniform(1 - self._pace.spread, 1 + self._pace.spread)

    def _beat_in_turn(self) -> HeartbeatAnswer:
        """A heartbeat; another at once where the server asks whether this device is still in use."""
        answer = self._beat()
        for _ in range(TURNS):
            if answer.turn is None or self._device is None:
                break
            self._api.identify(self._device, answer.turn)
            answer = self._beat()
        copies.learn_from(self._ledger, self._enrolment.kiosk, answer.copied)
        return answer

    def _beat(self) -> HeartbeatAnswer:
        sent = self._ledger.clock.read()  # before counting: what is recorded from now on is not among what is reported
        waiting, learnt = self._ledger.waiting(), download.known(self._ledger, self._enrolment.kiosk)
        answer = self._api.heartbeat(
            Heartbeat(
                version=self._version,
                waiting=waiting.count,
                oldest_waiting=self._upload.earliest_unsent(waiting) or None,
                clock=ClockState(at=sent.at, boot=sent.boot, up=sent.up, sure=sent.sure),
                share=self._allocation.report(),
                feed=learnt.position,
                feed_mark=learnt.mark,
                journal=waiting.journal,
                acknowledged=waiting.acknowledged,
                reads=list(SLIP_FORMATS),
            )
        )
        received = self._ledger.clock.read()
        clock_sync.settle_by_system(self._ledger, self._enrolment.kiosk)
        clock_sync.settle_by_server(self._ledger, self._enrolment.kiosk, sent, received, answer.server_time)
        if answer.token:
            kept_enrolment.renew(self._ledger, answer.token)
            self._api.use(answer.token)
        slip_formats.save(self._ledger, answer.slips)
        entry_fields.keep(self._ledger, answer.entry_fields)
        self._api.send_fields(answer.entry_fields or ())
        self._upload.has_news |= answer.feed is None or (answer.feed, answer.feed_mark) != learnt
        if answer.stored is not None and answer.stored < waiting.acknowledged:
            self._ledger.remember(resend.RESEND, True)
        return answer
