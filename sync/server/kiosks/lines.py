"""The kiosks with their states, as texts for the pages."""

from dataclasses import dataclass
from typing import Literal

from sync.ledger.store import Store
from sync.server.kiosks import device_identity, missing, naming
from sync.server.kiosks.clocks import offset_words
from sync.server.kiosks.completeness import SILENT_AFTER_MS
from sync.server.kiosks.device_identity import Copies
from sync.server.kiosks.repository import Kiosk
from sync.server.kiosks.words import contact_words, device_words
from sync.server.web.i18n import later, say
from sync.server.web.words import moment_words

KioskState = Literal["ended", "unheard", "silent", "behind", "in touch"]
STATES: dict[KioskState, str] = {
    "ended": later("ended"),
    "unheard": later("never heard of"),
    "silent": later("silent"),
    "behind": later("behind"),
    "in touch": later("in touch"),
}


@dataclass(frozen=True)
class KioskLine:
    """A row of the table of kiosks, with its texts."""

    kiosk: Kiosk
    zone: str  # with a number where the zone has several
    short_id: str
    state: KioskState
    state_words: str  # with what is the matter with its clock
    is_late: bool
    seen: str
    reported: str
    unread: int
    why: str
    devices: str  # what is the matter with its devices; empty: nothing
    has_wrong_clock: bool
    copy: str  # when an unpaired copy of it was found; empty: no copy


def kiosk_lines(store: Store, kiosks: list[Kiosk], now: int) -> list[KioskLine]:
    """A line for each kiosk; ``now``: ms since 1970 UTC. Raises StorageError."""
    zones = naming.zone_names(kiosks)
    unread = {item.kiosk.id: item for item in missing.unread(store, kiosks)}
    copies = device_identity.copies(store)
    return [_kiosk_line(kiosk, zones[kiosk.id], unread.get(kiosk.id), copies.get(kiosk.id), now) for kiosk in kiosks]


def _kiosk_line(
    kiosk: Kiosk, zone: str, unread: missing.Quarantined | None, copies: Copies | None, now: int
) -> KioskLine:
    state = state_of(kiosk, now)
    clock = "" if kiosk.is_revoked else offset_words(kiosk)
    return KioskLine(
        kiosk=kiosk,
        zone=zone,
        short_id=naming.short_id(kiosk),
        state=state,
        state_words=say(", ").join(filter(None, (say(STATES[state]), clock))),
        is_late=state in ("silent", "behind", "unheard"),
        seen=contact_words(kiosk.last_seen_at, kiosk, now),
        reported=contact_words(kiosk.reported_up_to, kiosk, now),
        unread=unread.entries if unread else 0,
        why=unread.reason.words() if unread else "",
        devices="" if kiosk.is_revoked else device_words(kiosk.devices),
        has_wrong_clock=bool(clock),
        copy=moment_words(copies.found_at, kiosk.venue.clock_zone, now) if copies else "",
    )


def state_of(kiosk: Kiosk, now: int) -> KioskState:
    """A kiosk's state; ``now``: ms since 1970 UTC."""
    if kiosk.is_revoked:
        return "ended"
    if kiosk.last_seen_at is None:
        return "unheard"
    if kiosk.last_seen_at < now - SILENT_AFTER_MS:
        return "silent"
    return "behind" if (kiosk.reported_up_to or 0) < now - SILENT_AFTER_MS else "in touch"
