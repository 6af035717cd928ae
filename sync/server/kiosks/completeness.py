"""How complete a report is: up to when its kiosks have reported, and which are silent."""

from collections.abc import Iterable
from dataclasses import dataclass

from sync.server.kiosks.repository import Kiosk

SILENT_AFTER_MS = 60 * 60 * 1000  # kiosks send a heartbeat about every minute


@dataclass(frozen=True)
class Completeness:
    """How far the kiosks of a report have reported."""

    kiosks: int
    reporting: tuple[Kiosk, ...]
    silent: tuple[Kiosk, ...]
    up_to: Kiosk | None  # of those that report, the one that is furthest behind
    is_final: bool  # every kiosk has reported past the period's end: the figures won't change


def completeness(kiosks: Iterable[Kiosk], end: int, now: int) -> Completeness:
    """Of a period up to ``end``; both times in ms since 1970 UTC. A kiosk that reported past the end is not silent."""
    paired = [kiosk for kiosk in kiosks if not kiosk.is_revoked]
    due = min(end, now - SILENT_AFTER_MS)
    reporting = tuple(kiosk for kiosk in paired if _reported_up_to(kiosk) >= due)
    silent = tuple(kiosk for kiosk in paired if _reported_up_to(kiosk) < due)
    up_to = min(reporting, key=_reported_up_to, default=None)
    is_final = bool(paired) and all(_reported_up_to(kiosk) >= end for kiosk in paired)
    return Completeness(len(paired), reporting, silent, up_to, is_final)


def _reported_up_to(kiosk: Kiosk) -> int:
    return -1 if kiosk.reported_up_to is None else kiosk.reported_up_to
