"""The only place where threads meet Kivy's clock.

Jobs go to the writer thread, and their results come back between frames, as do the events of devices.
"""

import logging
import queue
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from kivy.clock import Clock

from kiosk.rules.device_events import DeviceEvent
from kiosk.services.context import KioskContext

log = logging.getLogger(__name__)
R = TypeVar("R")


class SignalWatch:
    """Blocks SIGTERM and SIGINT in the calling thread and those that it starts later, and waits for them on its own."""

    SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})

    def __init__(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, self.SIGNALS)

    def call_on_signal(self, stop: Callable[[], None]) -> None:
        """Call ``stop`` between frames when one of the signals comes."""
        threading.Thread(target=self._wait, args=(stop,), name="signals", daemon=True).start()

    def _wait(self, stop: Callable[[], None]) -> None:
        signal.sigwait(self.SIGNALS)
        _call_between_frames(stop)


def _call_between_frames(callback: Callable[[], None]) -> None:
    Clock.schedule_once(lambda _: callback(), -1)


class JobThread:
    """A thread that runs jobs one after the other."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def put(self, job: Callable[[], None]) -> None:
        """Queue a job, which handles its own exceptions."""
        self._jobs.put(job)

    def finish(self) -> None:
        """Run what is queued and end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


class Bridge:
    """Owns the writer thread, which uses the ledger for all screens, and the thread for slow jobs.

    ``on_device_event`` is called on Kivy's thread.
    """

    def __init__(self, context: KioskContext, on_device_event: Callable[[DeviceEvent], None]) -> None:
        self._context = context
        self._on_device_event = on_device_event
        self._is_stopped = False
        self._logged: dict[str, str] = {}  # by job: the error of a poll's last run, so that each outage is logged once
        self._writer = JobThread("writer")
        self._slow = JobThread("slow jobs")

    def ask(
        self,
        job: Callable[..., R],
        *args: object,
        then: Callable[[R], None],
        failed: Callable[[Exception], None] | None = None,
        slow: bool = False,
    ) -> None:
        """Run ``job(context, *args)`` on the writer thread and pass its result to ``then`` on Kivy's.

        ``slow``: on a second thread, one after the other, so that no check-in waits for a job that computes for long,
        such as a PIN's hash. Such a job may use the ledger, which serialises its writers.

        An exception is logged and passed to ``failed`` instead. Without ``failed`` the job is a poll: the same failure,
        repeated, is logged once.
        """
        thread = self._slow if slow else self._writer
        thread.put(partial(self._run, partial(job, self._context, *args), then, failed))

    def deliver(self, event: DeviceEvent) -> None:
        """Pass a device's event to the app between frames, in order. Any thread may call this."""
        _call_between_frames(partial(self._pass_event, event))

    def _pass_event(self, event: DeviceEvent) -> None:
        if not self._is_stopped:
            self._on_device_event(event)

    def stop(self) -> None:
        """Finish the queued jobs and end the threads; later events of devices are dropped."""
        self._is_stopped = True
        for thread in (self._slow, self._writer):
            thread.finish()

    def _run(self, job: partial[R], then: Callable[[R], None], failed: Callable[[Exception], None] | None) -> None:
        name = repr(job.func)
        try:
            result = job()
        except Exception as error:  # the caller gets any error, and the writer thread continues
            if failed:
                log.exception("a job has failed")
                _call_between_frames(partial(failed, error))
            elif self._logged.get(name) != repr(error):
                log.exception("a repeated job has failed; it is retried")
                self._logged[name] = repr(error)
        else:
            self._logged.pop(name, None)
            _call_between_frames(partial(then, result))
