"""Which half of Hearth is installed: each comes with an extra of the package, and each has a command."""

from collections.abc import Callable
from importlib.util import find_spec

from sync import command

SENTINELS = {"kiosk": "kivy", "server": "fastapi"}  # a module that comes with the extra and no other way
OURS = ("kiosk", "sync", "assets")


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
        package = f"hearth[{','.join(missing)}]"
        command.complain(program, f"{error.name} is not installed; it comes with {package}: pip install '{package}'")
        return 2
