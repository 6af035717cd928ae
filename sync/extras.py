"""Which half of Hearth is installed: each comes with an extra of the package, and each has a command."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec

from sync import command_line
from sync.errors import UserError

SENTINELS = {"kiosk": "kivy", "server": "fastapi"}  # a module that comes with the extra and no other way
OURS = ("kiosk", "sync", "assets")


def check(*extras: str) -> None:
    """Raises UserError where one of these halves is not installed."""
    missing = [one for one in extras if find_spec(SENTINELS[one]) is None]
    if missing:
        raise UserError(f"this needs {_package(missing)}: pip install '{_package(missing)}'")


def _package(extras: Iterable[str]) -> str:
    return f"hearth[{','.join(extras)}]"


def run(program: str, extra: str, main: Callable[[], int]) -> int:
    """Run a command's ``main``; where the half that it needs is not installed, say how to install it and return 2.

    ``main`` imports what it needs itself.
    """
    try:
        return main()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in OURS:
            raise
        missing = [one for one, module in SENTINELS.items() if find_spec(module) is None] or [extra]
        package = _package(missing)
        command_line.complain(
            program, f"{error.name} is not installed; it comes with {package}: pip install '{package}'"
        )
        return 2
