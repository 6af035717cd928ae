"""Shared parts of the command lines: errors in one line, an example for every command, printable output."""

import argparse
import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, TextIO

from sync.printable import printable, printable_lines

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]


class Parser(argparse.ArgumentParser):
    """Reports an error in one line, without the usage, and exits with 2."""

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """Parse, but reject an argument that is not UTF-8 text."""
        for argument in sys.argv[1:] if args is None else args:
            if not argument.isprintable() and any("\ud800" <= char <= "\udfff" for char in argument):
                self.error(f"{argument.encode(errors='replace').decode()!r} is not UTF-8 text")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Print the error and how to get help, and exit."""
        complain(self.prog, f"{message}; see {self.prog} --help")
        raise SystemExit(2)


class Version(argparse.Action):
    """Prints the version; looked up only here, because that takes as long as parsing all arguments."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print and exit."""
        from importlib.metadata import version

        write(f"hearth {version('hearth')}\n")
        parser.exit()


def add_version(parser: Parser) -> None:
    """Add the option ``--version``."""
    parser.add_argument("--version", action=Version, nargs=0, help="show the version and exit")


def commands(parser: Parser) -> "Commands":
    """The collection to which the program's commands are added."""
    return parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)


def add(commands: "Commands", name: str, help: str, example: str) -> Parser:
    """Add a command; ``example`` is a command line after the program's name."""
    return commands.add_parser(
        name,
        help=help,
        description=help[0].upper() + help[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


class OutputError(Exception):
    """Standard output can't be written; ``code``: the exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def print_line(line: str, *, now: bool = False) -> None:
    """Print one line without control characters; ``now``: flush, instead of waiting for the next :func:`write`."""
    print(printable(line), flush=now)


def complain(program: str, line: str) -> None:
    """Print one line about an error on standard error."""
    print(f"{program}: {printable(line)}", file=sys.stderr)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under headings, in columns as wide as their content."""
    cells = [headings, *([printable(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def write(text: str) -> None:
    """Print these lines and flush; control characters are replaced. Raises OutputError."""
    with _writing() as output:
        output.write(printable_lines(text))


def write_bytes(content: bytes) -> None:
    """Print a file as it is, and flush. Raises OutputError."""
    with _writing() as output:
        if output.isatty():
            raise OutputError("this is no text for a terminal; write it to a file: … > FILE", 2)
        output.flush()
        output.buffer.write(content)


@contextmanager
def _writing() -> Iterator[TextIO]:
    """The output, flushed afterwards. Raises OutputError."""
    try:
        if sys.stdout is None:  # Python sets None if it was closed at the start
            raise OutputError("can't print: the output is closed", 2)
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError as error:
        _forget_output()
        raise OutputError("the reader of the output stopped before its end", 1) from error
    except OSError as error:
        _forget_output()
        raise OutputError(f"can't print: {error.strerror}", 2) from error


def _forget_output() -> None:
    """Python flushes again at its exit, and would print another error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def use_utf8() -> None:
    """Print UTF-8 whatever the locale is, because names have letters of every language; buffer until a flush."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=False, write_through=False)  # so that errors are raised in write()


def arguments() -> list[str]:
    """The arguments after the program's name, read as UTF-8 whatever the locale is."""
    return [os.fsencode(argument).decode("utf-8", "surrogateescape") for argument in sys.argv[1:]]
