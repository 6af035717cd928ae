"""The commands for the kiosks: list them, end a pairing, withdraw a code."""

import argparse
from collections.abc import Callable
from contextlib import closing

from sync import command
from sync.command import Parser
from sync.folder import Mistake
from sync.server import device_identity, fleet, naming, pairing
from sync.server.device_identity import Copies
from sync.server.fleet import Kiosk
from sync.server.reports.attendance import iso
from sync.server.settings import Settings
from sync.server.storage import open_existing, open_for_reading
from sync.system_clock import SystemClock

HEADINGS = ("venue", "zone", "id", "last heard", "reported up to", "waiting", "version", "pairing")


def add(commands: "command.Commands", new: Callable[["command.Commands", str, str, str], Parser]) -> None:
    """Put them among the program's commands."""
    kiosks = new(commands, "kiosks", "list the kiosks, as the page of kiosks calls them", "kiosks")
    kiosks.set_defaults(run=list_kiosks)

    revoke = new(commands, "revoke", "end a kiosk's pairing; what it sent stays", 'revoke --kiosk "Mill café, Hall"')
    which = revoke.add_mutually_exclusive_group(required=True)
    which.add_argument("--kiosk", metavar="ID-OR-NAME", help="the first characters of its id, or its name: VENUE, ZONE")
    which.add_argument("--code", metavar="CODE", help="withdraw a pairing code that nobody has used yet")
    revoke.set_defaults(run=end_pairing)


def list_kiosks(settings: Settings, _asked: argparse.Namespace) -> None:
    """Print a line for each kiosk, in columns."""
    with closing(open_for_reading(settings.place, SystemClock())) as ledger:
        found, copies = fleet.kiosks(ledger.store), device_identity.copies(ledger.store)
    if not found:
        command.say("No kiosk is paired yet: `hearth-server pair` makes a code.")
        return
    zones = naming.zone_names(found)
    command.write(command.table(HEADINGS, (_cells(kiosk, zones[kiosk.id]) for kiosk in found)))
    for kiosk in found:
        if kiosk.id in copies:
            command.say(_copied(kiosk, zones[kiosk.id], copies[kiosk.id]))


def _copied(kiosk: Kiosk, zone: str, copies: Copies) -> str:
    devices = "another device" if copies.count == 1 else f"{copies.count} other devices"
    return (
        f"{kiosk.venue.name}, {zone} ({naming.short_id(kiosk)}): its data was copied to {devices} (noticed "
        f"{_time(kiosk, copies.found_at)}); this kiosk goes on, pair the other with its own code: hearth-server pair"
    )


def _cells(kiosk: Kiosk, zone: str) -> tuple[str, ...]:
    waiting = "-" if kiosk.waiting is None else str(kiosk.waiting)
    times = (_time(kiosk, kiosk.last_seen_at), _time(kiosk, kiosk.reported_up_to))
    pairing_words = f"ended {_time(kiosk, kiosk.revoked_at)}" if kiosk.is_revoked else "good"
    return (kiosk.venue.name, zone, naming.short_id(kiosk), *times, waiting, kiosk.version or "-", pairing_words)


def _time(kiosk: Kiosk, at: int | None) -> str:
    return "never" if at is None else iso(at, kiosk.venue.clock_zone)


def end_pairing(settings: Settings, asked: argparse.Namespace) -> None:
    """End the pairing of the kiosk that is named, or withdraw the code. Raises Mistake."""
    clock = SystemClock()
    with closing(open_existing(settings.place, clock)) as ledger:
        if asked.code is not None:
            code = pairing.find_code(ledger.store, asked.code)
            if code is None or not fleet.withdraw(ledger.store, code):
                raise Mistake("no code like this waits for a kiosk: it was used, withdrawn, or never made")
            command.say("The code is withdrawn: it pairs nothing any more.")
            return
        found = fleet.kiosks(ledger.store)
        kiosk = naming.find(found, asked.kiosk)
        name = naming.names(found)[kiosk.id]
        if kiosk.is_revoked:
            raise Mistake(f"the pairing of {name} ended {_time(kiosk, kiosk.revoked_at)} already")
        fleet.revoke(ledger.store, kiosk.id, clock.read().at)
    command.say(
        f"The pairing of {name} has ended. What it sent stays in the reports; what it did not send stays on it."
    )
    command.say("Its door goes on working. To bring it back, pair it again with a new code.")
