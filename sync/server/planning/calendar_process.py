"""Reads a calendar's file and works out its sessions within limits; what takes long, in a process of its own.

A hostile file can take seconds and much memory in spite of all budgets. In a process of its own that stops at a limit,
and the server's threads answer meanwhile. A file that is small and soon done is read at once: starting a process takes
longer.
"""

import os
import resource
import subprocess
import sys
import uuid
from collections.abc import Sequence
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from sync.server.planning.calendar_components import NotACalendar
from sync.server.planning.calendar_file import read_calendar
from sync.server.planning.calendar_import import SessionRule, WantedSessions, wanted_sessions
from sync.server.planning.recurrence_rules import MOST_STEPS_OF_CALENDAR, ExpansionBudget

SMALL_BYTES = 64 * 1024
SMALL_STEPS = 40_000  # about a tenth of a second
MOST_SECONDS = 10  # of processor time
WAIT_S = 30.0  # for the process, on a machine that is busy
MOST_MEMORY = 1024 * 1024 * 1024  # bytes of address space
PRIORITY = 10  # lower than the server's own
OUT_OF_MEMORY = 3  # the process's return code
ARGUMENTS: Sequence[str] = ("-P", "-m", "sync.server.planning.calendar_process")


class ReadingLimits(Struct, frozen=True):
    """How much a calendar's file may take."""

    seconds: int = MOST_SECONDS
    wait_s: float = WAIT_S
    memory: int = MOST_MEMORY


class ReadingTask(Struct, frozen=True):
    """What the process is to do; ``now``: ms since 1970 UTC."""

    content: bytes
    calendar: UUID
    rule: SessionRule
    time_zone: str
    now: int
    limits: ReadingLimits = ReadingLimits()


class ReadingResult(Struct, frozen=True):
    """What came of it; ``refusal``: why nothing is wanted."""

    wanted: WantedSessions | None = None
    refusal: str | None = None


def read_wanted(task: ReadingTask) -> WantedSessions:
    """The sessions that a calendar's file wants. Raises NotACalendar, also for one that takes too much."""
    if len(task.content) <= SMALL_BYTES:
        budget = ExpansionBudget(SMALL_STEPS)
        wanted = _wanted(task, budget)
        if not budget.is_spent:
            return wanted
    return _in_process(task)


def _wanted(task: ReadingTask, budget: ExpansionBudget) -> WantedSessions:
    file = read_calendar(task.content, task.calendar, budget)
    series_of = partial(uuid.uuid5, task.calendar)
    return wanted_sessions(file, task.rule, ZoneInfo(task.time_zone), task.now, series_of, budget=budget)


def _in_process(task: ReadingTask) -> WantedSessions:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            [sys.executable, *ARGUMENTS],
            input=msgspec.msgpack.encode(task),
            capture_output=True,
            timeout=task.limits.wait_s,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotACalendar(f"reading it takes longer than {task.limits.wait_s:g} seconds") from error
    if done.returncode == OUT_OF_MEMORY:
        raise NotACalendar("reading it takes too much memory")
    if done.returncode != 0:
        raise NotACalendar("reading it takes too long, or fails")
    result = msgspec.msgpack.decode(done.stdout, type=ReadingResult)
    if result.wanted is None:
        raise NotACalendar(result.refusal or "it can't be read")
    return result.wanted


def run() -> int:
    """What the process does: read a task from its input, within the task's limits, and write the result."""
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=ReadingTask)
    _limit(resource.RLIMIT_CPU, task.limits.seconds)
    _limit(resource.RLIMIT_AS, task.limits.memory)
    _limit(resource.RLIMIT_CORE, 0)
    os.nice(PRIORITY)
    try:
        result = ReadingResult(_wanted(task, ExpansionBudget(MOST_STEPS_OF_CALENDAR)))
    except NotACalendar as error:
        result = ReadingResult(refusal=str(error))
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(msgspec.msgpack.encode(result))
    return 0


def _limit(kind: int, value: int) -> None:
    """Limit this process; a lower limit that holds already stays."""
    _, hard = resource.getrlimit(kind)
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (allowed, allowed))


if __name__ == "__main__":
    sys.exit(run())
