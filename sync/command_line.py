"""What Hearth's command lines have in common: a mistake gets one line, and every command an example."""

import argparse
import io
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn

from sync.printable import printable, printable_lines

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]


class Parser(argparse.ArgumentParser):
    """Says a mistake in one line, without the usage before it, and exits with 2."""

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """As usual, but for an argument that is no text in this terminal's encoding."""
        for argument in sys.argv[1:] if args is None else args:
            if not argument.isprintable() and any("\ud800" <= char <= "\udfff" for char in argument):
                self.error(f"{argument.encode(errors='replace').decode()!r} is not UTF-8 text")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """What is wrong, and where help is."""
        complain(self.prog, f"{message}; see {self.prog} --help")
        raise SystemExit(2)


class Version(argparse.Action):
    """Prints the version; looks it up only when asked, for that takes as long as reading all arguments."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print and exit."""
        from importlib.metadata import version

        write(f"hearth {version('hearth')}\n")
        parser.exit()


def add_version(parser: Parser) -> None:
    """Let the program tell its version."""
    parser.add_argument("--version", action=Version, nargs=0, help="show the version and exit")


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


class Unwritten(Exception):
    """Nobody takes what the command prints; ``code`` is what to exit with."""

    def __init__(self, words: str, code: int) -> None:
        super().__init__(words)
        self.code = code


def say(line: str, *, now: bool = False) -> None:
    """Print one line for a person, without control characters; ``now``: without waiting for the next :func:`write`."""
    print(printable(line), flush=now)


def complain(program: str, line: str) -> None:
    """Print one line about what went wrong, on standard error."""
    print(f"{program}: {printable(line)}", file=sys.stderr)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under headings, in columns as wide as they need to be."""
    cells = [headings, *([printable(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def write(text: str) -> None:
    """Print these lines, and all that was printed before, now; control characters are replaced. Raises Unwritten."""
    try:
        if sys.stdout is None:  # Python's way to say that it was closed before we began
            raise Unwritten("can't print: the output is closed", 2)
        sys.stdout.write(printable_lines(text))
        sys.stdout.flush()
    except BrokenPipeError as error:
        _forget_output()
        raise Unwritten("whoever read the output stopped before its end", 1) from error
    except OSError as error:
        _forget_output()
        raise Unwritten(f"can't print: {error.strerror}", 2) from error


def _forget_output() -> None:
    """Python tries once more at its end, and would complain at length."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def speak_utf8() -> None:
    """Names have letters of every language: print UTF-8 whatever the locale says. What is printed waits for a flush."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=False, write_through=False)  # so that write() meets what goes wrong


def said_words() -> list[str]:
    """What was typed after the program's name, read as UTF-8 whatever the locale says."""
    return [os.fsencode(word).decode("utf-8", "surrogateescape") for word in sys.argv[1:]]
