"""The phases of a session: which one it is in now, and until when."""

from collections.abc import Sequence

from msgspec import Struct

from sync.domain.events import Phase

MINUTE = 60_000  # ms


class TimedPhase(Struct, frozen=True):
    """One phase of an open session; times in ms since 1970 UTC."""

    phase: str
    start: int
    end: int


def timed_phases(rhythm: Sequence[Phase], opened: int) -> tuple[TimedPhase, ...]:
    """The phases of a session that was opened then, one after the other."""
    phases, start = [], opened
    for part in rhythm:
        end = start + part.minutes * MINUTE
        phases.append(TimedPhase(part.phase, start, end))
        start = end
    return tuple(phases)


def phase_at(rhythm: Sequence[Phase], opened: int, now: int) -> TimedPhase | None:
    """The phase that the session is in; None before it was opened, and after the last phase."""
    return next((phase for phase in timed_phases(rhythm, opened) if phase.start <= now < phase.end), None)


def remaining(rhythm: Sequence[Phase], elapsed: int) -> tuple[Phase, ...]:
    """What is left of a rhythm after ``elapsed`` ms, for a session that goes on; whole minutes."""
    phases = (timed for timed in timed_phases(rhythm, 0) if timed.end > elapsed)
    left = ((timed.phase, timed.end - max(timed.start, elapsed)) for timed in phases)
    return tuple(Phase(phase, -(-ms // MINUTE)) for phase, ms in left)
