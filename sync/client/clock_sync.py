"""Anchors this boot's uptime to real time, once, as soon as that is known."""

from uuid import UUID

from sync.domain.clock import Reading, is_plausible, server_anchor
from sync.domain.events import ClockAnchored
from sync.ledger import clock_anchors
from sync.ledger.ledger import Ledger

NTP_ERROR_MS = 100  # the usual error of a synchronised clock
RTC_ERROR_MS = 60_000  # a battery clock drifts by seconds a week


def anchor_by_system_clock(ledger: Ledger, subject: UUID) -> None:
    """Anchor this boot by its own wall clock, if that was set after entries had been written. Raises StorageError."""
    now = ledger.clock.read()
    if (
        now.source is None
        or not clock_anchors.has_unsure_entries(ledger.store, now.boot)
        or clock_anchors.is_anchored(ledger.store, now.boot)
    ):
        return
    if not is_plausible(now.at - now.up):  # a battery clock that has run down; the anchor would be ignored
        return
    error = NTP_ERROR_MS if now.source == "ntp" else RTC_ERROR_MS
    ledger.record((subject, ClockAnchored(boot=now.boot, offset=now.at - now.up, source=now.source, error=error)))


def anchor_by_server(ledger: Ledger, subject: UUID, sent: Reading, received: Reading, server_time: int) -> None:
    """Anchor this boot by the server's time (ms since 1970 UTC), if it has no anchor yet. Raises StorageError."""
    if sent.source is not None or sent.boot != received.boot or clock_anchors.is_anchored(ledger.store, sent.boot):
        return
    ledger.record((subject, server_anchor(sent.boot, sent.up, received.up, server_time, resolution=1)))
