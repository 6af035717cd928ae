"""Damps the feedback of a locker's door: a change counts once it was read twice, and a flickering wire is not believed.

Each change that is read takes one of a few allowed ones, which come back slowly; a command to open brings those of its
own door. When none is left the wire is unsteady: what it says counts no more until it has said the same for minutes. So
the number of changes that count is bounded by the time and the commands, whatever a wire does.
"""

from dataclasses import dataclass
from typing import Literal

ALLOWED = 8  # changes that are read one after another before the wire is unsteady
REFILL = 300.0  # seconds until one more change is allowed
BY_COMMAND = 2  # changes that a command to open allows: the door opens and is closed
STEADY = 300.0  # seconds without a change after which an unsteady wire is believed again
AFTER_STEADY = 2  # changes that it is allowed then

Noticed = Literal["opened", "closed", "unsteady", "steady"]


@dataclass
class DoorFeedback:
    """``is_open``: what counts; None: nothing was read yet. ``last_read``: what was read last."""

    is_open: bool | None = None
    last_read: bool | None = None
    is_unsteady: bool = False
    allowed: float = ALLOWED
    changed_at: float = 0.0
    refilled_at: float = 0.0

    @property
    def is_pending(self) -> bool:
        """Whether a change was read that must be read once more."""
        return not self.is_unsteady and self.last_read != self.is_open

    def command_sent(self) -> None:
        """The door was told to open."""
        self.allowed += BY_COMMAND

    def first_read(self, is_open: bool, now: float) -> bool:
        """Take the first reading after the board was silent, which counts at once; False: the wire is unsteady."""
        self._note_reading(is_open, now)
        if self.is_unsteady:
            return False
        self.is_open = is_open
        return True

    def read(self, is_open: bool, now: float) -> Noticed | None:
        """Take a reading, and return what counts of it now."""
        was_unsteady = self.is_unsteady
        is_change = self._note_reading(is_open, now)
        if self.is_unsteady:
            if not was_unsteady:
                return "unsteady"
            return self._believe_again() if now >= self.changed_at + STEADY else None
        if is_change or self.is_open == is_open:
            return None
        self.is_open = is_open
        return "opened" if is_open else "closed"

    def _note_reading(self, is_open: bool, now: float) -> bool:
        """Count a reading; whether it differs from the one before."""
        self._refill(now)
        is_change = self.last_read is not None and self.last_read != is_open
        self.last_read = is_open
        if is_change:
            self.changed_at = now
            self.is_unsteady = self.is_unsteady or self.allowed < 1
            self.allowed = max(0.0, self.allowed - 1)
        return is_change

    def _refill(self, now: float) -> None:
        if self.allowed < ALLOWED:
            self.allowed = min(float(ALLOWED), self.allowed + (now - self.refilled_at) / REFILL)
        self.refilled_at = now

    def _believe_again(self) -> Noticed:
        self.is_unsteady, self.allowed, self.is_open = False, AFTER_STEADY, self.last_read
        return "steady"
