"""What Hearth's command lines have in common: a mistake gets one line, and every command an example."""

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]


class Parser(argparse.ArgumentParser):
    """Says a mistake in one line, without the usage before it, and exits with 2."""

    def error(self, message: str) -> NoReturn:
        """What is wrong, and where help is."""
        print(f"{self.prog}: {message}; see {self.prog} --help", file=sys.stderr)
        raise SystemExit(2)


def commands(parser: Parser) -> "Commands":
    """Where the program's commands are added."""
    return parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)


def add(commands: "Commands", name: str, help: str, example: str) -> Parser:
    """A command that explains itself; ``example`` is what stands behind the program's name."""
    return commands.add_parser(
        name,
        help=help,
        description=help[0].upper() + help[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
