"""A clock that is set by hand, for tests and the demo."""

from typing import Literal
from uuid import UUID, uuid4

from sync.domain.clock import Reading

NS = 1_000_000  # nanoseconds in a millisecond
AT_PHASE, UP_PHASE = 412_345, 871_234  # ns past a whole millisecond: two real clocks don't tick at the same time


class ManualClock:
    """It advances only when it is moved. ``at``: ms since 1970 UTC; ``source``: what set it, None if nothing did.

    Like a real machine it has two clocks, which are rounded to milliseconds separately. ``drift``: how much faster the
    wall clock runs than the boot time, in parts per million (a Pi's quartz: some 20).
    """

    def __init__(
        self, at: int = 1_795_507_200_000, source: Literal["ntp", "rtc"] | None = "ntp", drift: int = 0
    ) -> None:
        self.source = source
        self._drift = drift
        self._at = at * NS + AT_PHASE
        self._up = UP_PHASE
        self._boot: UUID = uuid4()

    def move(self, minutes: float = 0, *, ms: float = 0) -> None:
        """Let time pass; ``ms`` may have a fraction."""
        passed = round(minutes * 60_000 * NS) + round(ms * NS)
        self._up += passed
        self._at += passed + passed * self._drift // 1_000_000

    def jump(self, ms: int) -> None:
        """Set the wall clock to another time, as a person or a time server would; no time passes."""
        self._at += ms * NS

    def reboot(self, at: int | None = None) -> None:
        """Begin another boot, perhaps with another wall clock time."""
        self._boot, self._up = uuid4(), UP_PHASE
        self._at = self._at if at is None else at * NS + AT_PHASE

    def read(self) -> Reading:
        """The current time."""
        return Reading(at=self._at // NS, boot=self._boot, up=self._up // NS, source=self.source)
