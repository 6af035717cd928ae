"""The commands for the calendars of venues; what they do is in calendar_commands.py."""

import argparse
from collections.abc import Callable
from typing import get_args

from sync import command_line
from sync.command_line import Parser
from sync.domain.events import SessionKind
from sync.server.settings import ServerSettings

EXAMPLE = "hearth-server calendar list"


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Add the commands to the program's."""
    help = "plan sessions from a venue's calendars, and publish what is planned"
    calendar_commands = command_line.commands(command_line.add(commands, "calendar", help, EXAMPLE))

    example = 'calendar add "Mill agenda" --venue "Mill café" --address webcal://example.org/mill.ics'
    add_parser = new(calendar_commands, "add", "fetch a calendar every hour, and plan its events as sessions", example)
    add_parser.add_argument("calendar", metavar="CALENDAR", help="what it is called here")
    add_parser.add_argument("--venue", required=True, metavar="NAME")
    add_parser.add_argument("--address", required=True, metavar="URL", help="https, http or webcal")
    add_parser.add_argument("--zone", metavar="NAME", help="needed where the venue has several")
    add_parser.add_argument("--kind", choices=get_args(SessionKind), default="event", help="(default: event)")
    add_parser.add_argument("--capacity", type=int, metavar="N", help="people at most (default: no limit)")
    add_parser.add_argument("--title-contains", metavar="WORDS", help="only events whose title has these words")
    add_parser.add_argument("--category", metavar="NAME", help="only events of this category")
    add_parser.add_argument("--whole-days", action="store_true", help="events of whole days too")
    add_parser.set_defaults(run=_run, calendar_command="add")

    list_parser = new(calendar_commands, "list", "list the calendars, with what became of them", "calendar list")
    list_parser.set_defaults(run=_run, calendar_command="list")

    refresh_help = "fetch one calendar, or all, now"
    refresh_parser = new(calendar_commands, "refresh", refresh_help, 'calendar refresh "Mill agenda"')
    refresh_parser.add_argument("calendar", nargs="?", metavar="CALENDAR", help="(default: all)")
    refresh_parser.add_argument("--accept", action="store_true", help="cancel also what vanished as if by mistake")
    refresh_parser.set_defaults(run=_run, calendar_command="refresh")

    remove_help = "fetch a calendar no more, and cancel its sessions to come"
    remove_parser = new(calendar_commands, "remove", remove_help, 'calendar remove "Mill agenda"')
    remove_parser.add_argument("calendar", metavar="CALENDAR")
    remove_parser.add_argument("--keep-sessions", action="store_true", help="leave what is planned")
    remove_parser.set_defaults(run=_run, calendar_command="remove")

    publish_help = "print the address at which calendar programs read a venue's plans"
    publish_parser = new(calendar_commands, "publish", publish_help, 'calendar publish --venue "Mill café"')
    publish_parser.add_argument("--venue", required=True, metavar="NAME")
    publish_parser.add_argument("--listen", metavar="HOST:PORT", help="where the server listens, for the address")
    publish_parser.set_defaults(run=_run, calendar_command="publish")

    unpublish_help = "end that address; the next one will be another"
    unpublish_parser = new(calendar_commands, "unpublish", unpublish_help, 'calendar unpublish --venue "Mill café"')
    unpublish_parser.add_argument("--venue", required=True, metavar="NAME")
    unpublish_parser.set_defaults(run=_run, calendar_command="unpublish")


def _run(settings: ServerSettings, options: argparse.Namespace) -> None:
    from sync.server.planning import calendar_commands  # imported here, so that other commands start without icalendar

    calendar_commands.RUN[options.calendar_command](settings, options)
