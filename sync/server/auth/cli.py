"""The commands for accounts: list them, make a link for a forgotten password, remove one."""

import argparse
from collections.abc import Callable
from contextlib import closing

from sync import command_line
from sync.command_line import Parser
from sync.server import server_address
from sync.server.auth import accounts, invitations
from sync.server.settings import ServerSettings
from sync.server.storage import open_existing, open_for_reading
from sync.system_clock import SystemClock

EXAMPLE = "hearth-server account list"
HEADINGS = ("login", "signed in", "link")


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Put them among the program's commands."""
    account = command_line.add(commands, "account", "list accounts, set a password anew, remove one", EXAMPLE)
    these = command_line.commands(account)

    listing = new(these, "list", "list the accounts that can sign in", "account list")
    listing.set_defaults(run=list_accounts)

    link = new(these, "link", "print a one-time link to set an account's password anew", "account link ada")
    link.add_argument("login", metavar="LOGIN", help="the account's login name")
    link.add_argument("--listen", metavar="HOST:PORT", help="where the server listens, for the link")
    link.set_defaults(run=print_link)

    removing = new(these, "remove", "remove an account; its sessions end at once", "account remove ada")
    removing.add_argument("login", metavar="LOGIN", help="the account's login name")
    removing.add_argument("--last", action="store_true", help="even if nobody can sign in any more")
    removing.set_defaults(run=remove)


def list_accounts(settings: ServerSettings, _asked: argparse.Namespace) -> None:
    """Print a line for each account, in columns."""
    clock = SystemClock()
    with closing(open_for_reading(settings.place, clock)) as ledger:
        listed = accounts.listed(ledger.store, clock.read().at)
    if not listed:
        command_line.say("There is no account yet: `hearth-server init` prints a link that makes the first.")
        return
    rows = [(one.login, _browsers(one.sessions), "open" if one.has_link else "-") for one in listed]
    command_line.write(command_line.table(HEADINGS, rows))


def _browsers(count: int) -> str:
    return "-" if not count else f"in {count} browser{'' if count == 1 else 's'}"


def print_link(settings: ServerSettings, asked: argparse.Namespace) -> None:
    """Print a link that sets the password of this account. Raises UserError."""
    clock = SystemClock()
    with closing(open_existing(settings.place, clock)) as ledger:
        token = invitations.create_invitation(ledger.store, clock.read().at, asked.login)
    command_line.say(f"Open this link once, within seven days, to choose a new password for {asked.login}:")
    command_line.say(f"{server_address.address(settings, asked.listen)}/welcome/{token}")


def remove(settings: ServerSettings, asked: argparse.Namespace) -> None:
    """Remove the account. Raises UserError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        login = accounts.remove(ledger.store, asked.login, even_last=asked.last)
    command_line.say(f"The account {login} is removed, and signed out everywhere.")
