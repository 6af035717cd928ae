"""This machine's clock: the only module that reads the operating system's time."""

import time
from pathlib import Path
from typing import Literal
from uuid import UUID

from sync.domain.clock import Reading

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SYNCHRONIZED = Path("/run/systemd/timesync/synchronized")  # touched by systemd-timesyncd(8) at each synchronisation
RTC = Path("/sys/class/rtc/rtc0/hctosys")  # "1": the kernel set the wall clock from it at boot


class SystemClock:
    """Wall clock, boot id and CLOCK_BOOTTIME of this machine."""

    def __init__(self) -> None:
        self._boot = UUID(BOOT_ID.read_text().strip())

    def read(self) -> Reading:
        """The current time. ``source``: what set the wall clock in this boot, as far as the system shows it."""
        up = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
        return Reading(at=time.time_ns() // 1_000_000, boot=self._boot, up=up, source=_source())


def _source() -> Literal["ntp", "rtc"] | None:
    if SYNCHRONIZED.exists():
        return "ntp"
    return "rtc" if RTC.exists() and RTC.read_text().strip() == "1" else None
