"""The one place where threads meet Kivy's clock: questions go to the writer thread, answers come between frames."""

import logging
import queue
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from kivy.clock import Clock

from kiosk.services.context import KioskContext

log = logging.getLogger(__name__)
R = TypeVar("R")


class SignalWatch:
    """Takes SIGTERM and SIGINT off the main thread, from its making on; threads started later inherit that."""

    SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})

    def __init__(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, self.SIGNALS)

    def then(self, end: Callable[[], None]) -> None:
        """Call ``end`` between frames when one of them comes."""
        threading.Thread(target=self._wait, args=(end,), name="signals", daemon=True).start()

    def _wait(self, end: Callable[[], None]) -> None:
        signal.sigwait(self.SIGNALS)
        _between_frames(end)


def _between_frames(call: Callable[[], None]) -> None:
    Clock.schedule_once(lambda _: call(), -1)


class Bridge:
    """Owns the writer thread, and with it the desk; nobody else touches the ledger while the app runs."""

    def __init__(self, context: KioskContext) -> None:
        self._context = context
        self._logged: dict[str, str] = {}  # polls that failed last time, with the error: each outage is logged once
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._work, name="writer", daemon=True)
        self._writer.start()

    def ask(
        self,
        job: Callable[..., R],
        *args: object,
        then: Callable[[R], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``job(desk, *args)`` on the writer thread and hand its answer to ``then`` on Kivy's.

        An exception is logged and handed to ``failed`` instead; without ``failed``, nobody waits for the answer, and
        the same failure again and again is logged once.
        """
        self._jobs.put(partial(self._answer, partial(job, self._context, *args), then, failed))

    def stop(self) -> None:
        """Finish what was asked and end the writer thread."""
        self._jobs.put(None)
        self._writer.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _answer(self, job: partial[R], then: Callable[[R], None], failed: Callable[[Exception], None] | None) -> None:
        name = repr(job.func)
        try:
            answer = job()
        except Exception as error:  # whatever went wrong: who asked is told, and the writer lives on
            if failed:
                log.exception("the desk could not answer")
                _between_frames(partial(failed, error))
            elif self._logged.get(name) != repr(error):
                log.exception("the desk could not answer; it is asked again")
                self._logged[name] = repr(error)
        else:
            self._logged.pop(name, None)
            _between_frames(partial(then, answer))
