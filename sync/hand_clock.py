"""A clock with a hand: an afternoon passes in a minute, and nobody waits for it."""

from typing import Literal
from uuid import UUID, uuid4

from sync.domain.clock import Reading


class HandClock:
    """Stands still until its hand is turned. ``at``: ms since 1970 UTC; ``source``: who set it, None for nobody."""

    def __init__(self, at: int = 1_795_507_200_000, source: Literal["ntp", "rtc"] | None = "ntp") -> None:
        self.source = source
        self._at = at
        self._up = 0
        self._boot: UUID = uuid4()

    def move(self, minutes: float = 0, *, ms: int = 0) -> None:
        """Let time pass."""
        passed = round(minutes * 60_000) + ms
        self._at += passed
        self._up += passed

    def jump(self, ms: int) -> None:
        """Set the wall clock to another time, as a person or a time server would; no time passes."""
        self._at += ms

    def reboot(self, at: int | None = None) -> None:
        """Begin another boot, which may believe in another time."""
        self._boot, self._up = uuid4(), 0
        self._at = self._at if at is None else at

    def read(self) -> Reading:
        """What the hand shows."""
        return Reading(at=self._at, boot=self._boot, up=self._up, source=self.source)
