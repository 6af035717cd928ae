"""The commands for kiosks: list them, end a pairing, withdraw a code."""

import argparse
from collections.abc import Callable
from contextlib import closing

from sync import command_line
from sync.command_line import Parser
from sync.errors import UserError
from sync.server.auth.scope import command_scope
from sync.server.kiosks import device_identity, naming, pairing
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.kiosks.device_identity import Copies
from sync.server.kiosks.repository import Kiosk
from sync.server.settings import ServerSettings
from sync.server.storage import open_existing, open_for_reading
from sync.server.web.venue_time import iso
from sync.system_clock import SystemClock

HEADINGS = ("venue", "zone", "id", "last heard", "reported up to", "waiting", "version", "pairing")


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Add the commands to the program's."""
    kiosks = new(commands, "kiosks", "list the kiosks, as the page of kiosks calls them", "kiosks")
    kiosks.set_defaults(run=list_kiosks)

    revoke = new(commands, "revoke", "end a kiosk's pairing; what it sent stays", 'revoke --kiosk "Mill café, Hall"')
    which = revoke.add_mutually_exclusive_group(required=True)
    which.add_argument("--kiosk", metavar="ID-OR-NAME", help="the first characters of its id, or its name: VENUE, ZONE")
    which.add_argument("--code", metavar="CODE", help="withdraw an unused pairing code")
    revoke.set_defaults(run=end_pairing)


def list_kiosks(settings: ServerSettings, _options: argparse.Namespace) -> None:
    """Print a line for each kiosk, in columns."""
    with closing(open_for_reading(settings.place, SystemClock())) as ledger:
        kiosks = kiosk_repository.kiosks(ledger.store, command_scope(ledger.store))
        copies = device_identity.copies(ledger.store)
    if not kiosks:
        command_line.print_line("No kiosk is paired yet: `hearth-server pair` makes a code.")
        return
    zones = naming.zone_names(kiosks)
    command_line.write(command_line.table(HEADINGS, (_cells(kiosk, zones[kiosk.id]) for kiosk in kiosks)))
    for kiosk in kiosks:
        if kiosk.id in copies:
            command_line.print_line(_copy_warning(kiosk, zones[kiosk.id], copies[kiosk.id]))


def _copy_warning(kiosk: Kiosk, zone: str, copies: Copies) -> str:
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


def end_pairing(settings: ServerSettings, options: argparse.Namespace) -> None:
    """End the pairing of the named kiosk, or withdraw the code. Raises UserError."""
    clock = SystemClock()
    with closing(open_existing(settings.place, clock)) as ledger:
        scope = command_scope(ledger.store)
        if options.code is not None:
            code = pairing.find_code(ledger.store, options.code)
            if code is None or not kiosk_repository.withdraw_code(ledger.store, scope, code):
                raise UserError("no code like this waits for a kiosk: it was used, withdrawn, or never made")
            command_line.print_line("The code is withdrawn: it pairs nothing any more.")
            return
        kiosks = kiosk_repository.kiosks(ledger.store, scope)
        kiosk = naming.find_kiosk(kiosks, options.kiosk)
        name = naming.names(kiosks)[kiosk.id]
        if kiosk.is_revoked:
            raise UserError(f"the pairing of {name} ended {_time(kiosk, kiosk.revoked_at)} already")
        kiosk_service.revoke(ledger, scope, kiosk.id, clock.read().at)
    command_line.print_line(
        f"The pairing of {name} has ended. What it sent stays in the reports; what it did not send stays on it."
    )
    command_line.print_line(
        "The venue's other kiosks ask a lead to give every host a new PIN; the old ones work until then."
    )
    command_line.print_line("Its door goes on working. To bring it back, pair it again with a new code.")
