"""Replicates with the server in the background: soon after a commit, with exponential backoff after a failure."""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
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
    pass_exchange,
    resend,
    share_exchange,
    tokens,
)
from sync.client import enrolment as enrolments
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

MAX_TURNS = 3  # further heartbeats, where the server asks whether this device is still in use

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """Intervals in seconds; ``batch``: how many entries the first push has."""

    heartbeat: float = 60.0
    active: float = 15.0  # between heartbeats while other kiosks of the venue write entries
    active_for: float = 600.0  # since their last entry
    spread: float = 0.25  # of each interval, either way, so that kiosks don't stay in step
    first_pause: float = 1.0  # after a failure; doubled after each further one
    longest_pause: float = 300.0
    batch: int = 100


def pause(failures: int, pace: Pace, retry_after: float | None = None) -> float:
    """Seconds to wait after so many failures in a row, never less than the server's Retry-After.

    Full jitter, so that kiosks don't return all at once (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture
    Blog, 2015).
    """
    ceiling = min(pace.longest_pause, pace.first_pause * 2 ** min(failures - 1, 20))
    return (retry_after or 0.0) + random.uniform(0, ceiling)


class Replicator:
    """A thread that pushes waiting entries and sends heartbeats. No failure of it stops the kiosk."""

    def __init__(
        self,
        ledger: Ledger,
        enrolment: Enrolment,
        version: str,
        pace: Pace | None = None,
        allocation: KioskAllocation | None = None,  # None: for a venue without pouches
        *,
        sources: Sources = device_identity.read_sources,
        devices: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.contact_at: int | None = None  # ms since 1970 UTC of the last exchange that succeeded; None: none yet
        self._ledger = ledger
        self._enrolment = enrolment
        self._version = version
        self._sources = sources
        self._devices = devices  # by name, how the devices on wires are
        self._device: str | None = None  # a keyed hash; None: not read yet
        self._pace = pace or Pace()
        self._allocation = allocation or KioskAllocation(ledger, pouches=0)
        self._api = Api(enrolment.server, enrolment.token)
        self._api.send_fields(entry_fields.announced(ledger))
        self._upload = Upload(ledger, self._api, enrolment.kiosk, Batch(self._pace.batch))
        self._heartbeat_due = self._others_active_at = float("-inf")  # of time.monotonic
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replicator", daemon=True)

    def start(self) -> None:
        """Start the thread, and push after each commit from now on."""
        self._ledger.on_record(lambda _: self._wake.set())
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and close; what has not been sent waits for the next start."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self.close()

    def close(self) -> None:
        """Close the HTTP session."""
        self._api.close()

    def _run(self) -> None:
        self._wake.wait(random.uniform(0, self._pace.heartbeat * self._pace.spread))  # one switch may start many kiosks
        failures, was_well = 0, False
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self.exchange(heartbeat=time.monotonic() >= self._heartbeat_due)
            except (TryLater, Refused, EnrolAgain, StorageError) as error:
                failures += 1
                log.warning("the server has to wait: %s", error)
                self._wait_after(error, failures)
            except Exception as error:  # a bug, or an unexpected answer: the kiosk works on, and this is retried
                failures += 1
                log.exception("the exchange with the server failed")
                self._wait_after(error, failures)
            else:
                self.contact_at = self._ledger.clock.read().at
                failures, was_well = 0, self._clear_error(failures, was_well)
                self._wake.wait(max(0.0, self._heartbeat_due - time.monotonic()))

    def _wait_after(self, error: Exception, failures: int) -> None:
        seconds = pause(failures, self._pace, getattr(error, "after", None))
        with suppress(StorageError):  # a full disk can't store this; the log has it
            last_error.save(self._ledger, error, seconds)
        self._stopping.wait(seconds)

    def _clear_error(self, failures: int, was_well: bool) -> bool:
        """Remove the stored error, also of an earlier run."""
        with suppress(StorageError):
            if failures or not was_well:
                last_error.clear(self._ledger)
        return True

    def exchange(self, *, heartbeat: bool = True) -> None:
        """Push all that waits, restore what was lost here, send a heartbeat, read the feed.

        Without ``heartbeat`` the feed is read only if a push has shown news. Raises TryLater, Refused, EnrolAgain,
        StorageError.
        """
        copies.check(self._ledger)
        if self._device is None:
            self._device = device_identity.identify(self._ledger, self._sources)
            self._api.identify(self._device)
        try:
            tokens.with_known_token(self._ledger, self._api, lambda: self._exchange(heartbeat))
        except KioskCopied:
            copies.mark_as_copy(self._ledger, self._allocation)
            raise

    def _exchange(self, heartbeat: bool) -> None:
        kiosk, is_stopping = self._enrolment.kiosk, self._stopping.is_set
        self._send()
        answer = self._send_heartbeats() if heartbeat else None
        if self._upload.has_news and download.read_feed(self._ledger, self._api, kiosk, is_stopping):
            self._others_active_at = time.monotonic()
        self._upload.has_news = False
        if answer:
            if self._ledger.recall(resend.RESEND) or self._ledger.recall(download.RESTORING):
                self._upload.check_again()
                self._send()  # the answer or the feed has shown that entries are missing here or there
            share_exchange.apply_answer(self._allocation, answer, self._heartbeat)  # after the feed: it has who is in
            self._heartbeat_due = time.monotonic() + self._until_next_heartbeat()

    def _send(self) -> None:
        """Push what waits and what the server has lost; restore what was lost here."""
        kiosk, is_stopping = self._enrolment.kiosk, self._stopping.is_set
        self._upload.run(is_stopping)
        resend.run(self._ledger, self._api, is_stopping)
        download.restore(self._ledger, self._api, kiosk, is_stopping)

    def _until_next_heartbeat(self) -> float:
        is_active = time.monotonic() - self._others_active_at < self._pace.active_for
        seconds = min(self._pace.heartbeat, self._pace.active) if is_active else self._pace.heartbeat
        return seconds * random.uniform(1 - self._pace.spread, 1 + self._pace.spread)

    def _send_heartbeats(self) -> HeartbeatAnswer:
        """Send a heartbeat, and another at once while the server asks whether this device is still in use."""
        answer = self._heartbeat()
        for _ in range(MAX_TURNS):
            if answer.turn is None or self._device is None:
                break
            self._api.identify(self._device, answer.turn)
            answer = self._heartbeat()
        copies.request_copied(self._ledger, self._enrolment.kiosk, answer.copied)
        return answer

    def _heartbeat(self) -> HeartbeatAnswer:
        sent = self._ledger.clock.read()  # before counting: what is recorded from now on is not covered
        waiting, position = self._ledger.waiting(), download.load_position(self._ledger, self._enrolment.kiosk)
        answer = self._api.heartbeat(
            Heartbeat(
                version=self._version,
                waiting=waiting.count,
                oldest_waiting=self._upload.earliest_unsent(waiting) or None,
                clock=ClockState(at=sent.at, boot=sent.boot, up=sent.up, sure=sent.sure),
                devices=dict(self._devices()),
                share=self._allocation.report(),
                feed=position.number,
                feed_mark=position.mark,
                journal=waiting.journal,
                acknowledged=waiting.acknowledged,
                reads=list(SLIP_FORMATS),
                passes=pass_exchange.report(self._ledger),
            )
        )
        received = self._ledger.clock.read()
        clock_sync.anchor_by_system_clock(self._ledger, self._enrolment.kiosk)
        clock_sync.anchor_by_server(self._ledger, self._enrolment.kiosk, sent, received, answer.server_time)
        if answer.token:
            enrolments.renew(self._ledger, answer.token)
            self._api.use_token(answer.token)
        slip_formats.save(self._ledger, answer.slips)
        pass_exchange.apply_answer(self._ledger, answer.passes)
        entry_fields.keep(self._ledger, answer.entry_fields)
        self._api.send_fields(answer.entry_fields or ())
        self._upload.has_news |= answer.feed is None or (answer.feed, answer.feed_mark) != position
        if answer.stored is not None and answer.stored < waiting.acknowledged:
            self._ledger.remember(resend.RESEND, True)
        return answer
