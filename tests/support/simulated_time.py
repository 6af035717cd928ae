"""Simulated time that advances only when all threads wait: they run one after the other, and hours take no time."""

import heapq
import threading
from types import SimpleNamespace


class SimulatedTime:
    """Seconds since it began. Replaces ``threading`` in a module whose threads wait for events."""

    def __init__(self) -> None:
        self.now = 0.0
        self._order = 0
        self._due: list[tuple[float, int, threading.Event]] = []
        self._waits = threading.Semaphore(0)
        self.threading = SimpleNamespace(Event=lambda: SimulatedEvent(self), Thread=threading.Thread)

    def settle(self) -> None:
        """Run the current thread until its next wait."""
        assert self._waits.acquire(timeout=60), "a thread neither waits nor ends"

    def until(self, end: float) -> None:
        """Let time pass, one thread after the other."""
        while self._due and self._due[0][0] <= end:
            self.now, _, turn = heapq.heappop(self._due)
            turn.set()
            self.settle()
        self.now = end

    def wait(self, turn: threading.Event, seconds: float) -> None:
        """Called by a thread: sleep for that many seconds."""
        self._order += 1
        heapq.heappush(self._due, (self.now + seconds, self._order, turn))
        self._waits.release()
        turn.wait()


class SimulatedEvent:
    """A threading.Event in simulated time, for one waiting thread."""

    def __init__(self, time: SimulatedTime) -> None:
        self._time = time
        self._set = False
        self._turn = threading.Event()

    def is_set(self) -> bool:
        return self._set

    def clear(self) -> None:
        self._set = False

    def set(self) -> None:
        self._set = True
        self._turn.set()

    def wait(self, seconds: float) -> bool:
        if not self._set:
            self._turn.clear()
            self._time.wait(self._turn, seconds)
        return self._set
