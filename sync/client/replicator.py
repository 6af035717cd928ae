"""Brings the journal to the server in the background: soon after a tap, patiently when nobody answers."""

import logging
import random
import threading
from dataclasses import dataclass

from sync.client import timekeeping
from sync.client.api import Api, EnrolAgain, Forked, Gapped, Refused, TooLarge, TryLater
from sync.client.enrolment import Enrolment
from sync.ledger.engine import StorageTrouble
from sync.ledger.ledger import Ledger
from sync.protocol import ClockState, Heartbeat

log = logging.getLogger(__name__)
FEED = "feed"  # under this, how far the venue's feed is known here


@dataclass(frozen=True)
class Pace:
    """How often; all in seconds but ``batch``, which is entries a push."""

    heartbeat: float = 60.0
    first_pause: float = 1.0  # after a failure; doubled at each further one
    longest_pause: float = 300.0
    batch: int = 500


def pause(failures: int, pace: Pace, asked: float | None = None) -> float:
    """Seconds to wait after so many failures in a row: full jitter, so that kiosks don't come back all at once.

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. Never less than the server asked.
    """
    ceiling = min(pace.longest_pause, pace.first_pause * 2 ** min(failures - 1, 20))
    return (asked or 0.0) + random.uniform(0, ceiling)


class Replicator:
    """A thread that pushes what waits and sends a heartbeat. It never stops the kiosk, whatever the network does."""

    def __init__(self, ledger: Ledger, enrolment: Enrolment, version: str, pace: Pace | None = None) -> None:
        self._ledger = ledger
        self._enrolment = enrolment
        self._version = version
        self._pace = pace or Pace()
        self._api = Api(enrolment.server, enrolment.token)
        self._batch = self._pace.batch
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replicator", daemon=True)

    def start(self) -> None:
        """Begin, and listen for what is recorded."""
        self._ledger.listen(lambda _: self._wake.set())
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
        failures = 0
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self.exchange()
            except (TryLater, Refused, EnrolAgain, StorageTrouble) as error:
                failures += 1
                log.warning("the server has to wait: %s", error)
                self._stopping.wait(pause(failures, self._pace, getattr(error, "after", None)))
            except Exception:  # a fault of ours, or of an answer: the kiosk works on, and it is tried again
                failures += 1
                log.exception("the exchange with the server failed")
                self._stopping.wait(pause(failures, self._pace))
            else:
                failures = 0
                self._wake.wait(self._pace.heartbeat)

    def exchange(self) -> None:
        """Push all that waits, learn what others did, then say how this kiosk is.

        Raises TryLater, Refused, EnrolAgain, StorageTrouble.
        """
        while not self._stopping.is_set() and self._ledger.waiting().count:
            self._push()
        self._learn()
        self._beat()

    def _push(self) -> None:
        waiting = self._ledger.waiting()
        if waiting.journal is None:
            return
        lines = self._ledger.lines(waiting.journal, waiting.acknowledged, self._batch)
        try:
            pushed = self._api.push(waiting.journal, lines)
        except TooLarge as error:
            if self._batch == 1:
                raise Refused("one entry alone is too large") from error
            self._batch = max(1, self._batch // 2)
        except Forked as error:
            self._ledger.start_journal(carry_after=min(error.forked - 1, waiting.acknowledged))
        except Gapped as error:
            self._resume(error.expected, waiting.last)
        else:
            self._ledger.acknowledge(waiting.journal, min(pushed.acknowledged, waiting.last))

    def _resume(self, expected: int, last: int) -> None:
        """Go on where the server is; where it has more than we do, this journal's end was lost: begin another."""
        waiting = self._ledger.waiting()
        if waiting.journal is None or expected > last + 1:
            self._ledger.start_journal(carry_after=waiting.acknowledged)
        elif expected == waiting.acknowledged + 1:
            raise TryLater(f"the server asks for entry {expected}, which is what it was sent")
        else:
            self._ledger.acknowledge(waiting.journal, expected - 1)

    def _learn(self) -> None:
        """Take in the venue's feed from where it was left. A position belongs to one enrolment."""
        kiosk = str(self._enrolment.kiosk)
        kept = self._ledger.recall(FEED) or {}
        position = kept.get("position", 0) if kept.get("kiosk") == kiosk else 0
        while not self._stopping.is_set():
            page = self._api.feed(position, self._pace.batch)
            if page.position == position:
                return
            position = page.position
            self._ledger.learn(map(bytes, page.entries), {FEED: {"kiosk": kiosk, "position": position}})

    def _beat(self) -> None:
        waiting = self._ledger.waiting()
        sent = self._ledger.clock.read()
        answer = self._api.heartbeat(
            Heartbeat(
                version=self._version,
                waiting=waiting.count,
                oldest_waiting=waiting.oldest_at,
                clock=ClockState(at=sent.at, boot=sent.boot, up=sent.up, sure=sent.sure),
            )
        )
        received = self._ledger.clock.read()
        timekeeping.settle_by_system(self._ledger, self._enrolment.kiosk)
        timekeeping.settle_by_server(self._ledger, self._enrolment.kiosk, sent, received, answer.server_time)
