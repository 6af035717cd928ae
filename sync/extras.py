"""Checks which extras of the package are installed: the kiosk's and the server's, each of which has a command."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec

from sync import command_line
from sync.errors import UserError

SENTINELS = {"kiosk": "kivy", "server": "fastapi"}  # a module that only this extra installs
OURS = ("kiosk", "sync", "assets")


def check(*extras: str) -> None:
    """Raises UserError if one of these extras is not installed."""
    missing = [extra for extra in extras if find_spec(SENTINELS[extra]) is None]
    if missing:
        raise UserError(f"this needs {_package(missing)}: pip install '{_package(missing)}'")


def _package(extras: Iterable[str]) -> str:
    return f"hearth[{','.join(extras)}]"


def run(program: str, extra: str, main: Callable[[], int]) -> int:
    """Run ``main``, which does its imports itself; if its extra is not installed, print how to install it, return 2."""
    try:
        return main()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in OURS:
            raise
        missing = [name for name, module in SENTINELS.items() if find_spec(module) is None] or [extra]
        package = _package(missing)
        command_line.complain(
            program, f"{error.name} is not installed; it comes with {package}: pip install '{package}'"
        )
        return 2
