"""The command hearth-kiosk devices simulate: a device on a pseudo-terminal, with its buttons on a terminal."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import gettempdir

from kiosk.devices.simulators import console
from kiosk.devices.simulators.catalogue import SIMULATORS
from kiosk.devices.simulators.pty_port import SimulatedPort
from kiosk.rules.device_states import DeviceKind
from sync.errors import UserError


def page_lines(name: str, path: Path | None, lines: Iterable[str]) -> Iterator[str]:
    """Plug in a simulated device at ``path``, and press its buttons by the ``lines`` typed; yields what to print.

    ``name``: that of its kind. Raises UserError where there is no such kind, or something else is at ``path``.
    """
    kind = _kind(name)
    path = (path or Path(gettempdir(), f"hearth-{kind}")).absolute()
    if path.exists() or path.is_symlink():
        raise UserError(f"there is something at {path} already: remove it, or choose another --port")
    if not path.parent.is_dir():
        raise UserError(f"there is no folder {path.parent}: make it, or choose another --port")
    device = SIMULATORS[kind]()
    with closing(SimulatedPort(device, path)) as port:
        port.plug_in()
        yield f"A simulated {kind} is plugged in. In kiosk.toml:"
        yield from ("", "[[devices]]", f'kind = "{kind}"', 'name = "simulated"', f'port = "{path}"', "")
        yield from console.page(port, device.buttons(), lines)


def _kind(name: str) -> DeviceKind:
    for kind in SIMULATORS:
        if kind == name:
            return kind
    raise UserError(f"no device of the kind {name!r} can be simulated: choose {' or '.join(SIMULATORS)}")
