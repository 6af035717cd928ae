"""Tells this device from others by a keyed hash, so that the server notices that a data folder was copied.

Neither a serial number nor its hash under a key that others have leaves the kiosk: the key is random and stays in the
data folder. A folder that is copied to another device has the same key there and another hash.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from sync.ledger.ledger import Ledger

KEY = "device identity"
GIVEN = "HEARTH_HARDWARE"  # names the hardware where it has no number of its own, as in a container
NUMBERS = (
    "proc/device-tree/serial-number",  # a Raspberry Pi
    "sys/class/dmi/id/product_uuid",  # a PC, where the kiosk may read it
    "sys/class/dmi/id/board_serial",
)
NETWORK = "sys/class/net"
PERMANENT = (
    "0"  # of addr_assign_type: the adapter's own address (kernel.org/doc/Documentation/ABI/testing/sysfs-class-net)
)
SHORTEST, DISTINCT = 6, 4  # characters of a number that was filled in
PLACEHOLDERS = ("default", "to be filled", "not specified", "serial")
LENGTH = 32  # hexadecimal digits

Sources = Callable[[], frozenset[str]]


class KnownDevice(msgspec.Struct, frozen=True):
    """The device that this data folder is on. ``sources``: hashes of its numbers; ``file``: the database's inode."""

    salt: str
    sources: tuple[str, ...]
    file: int
    device: str


def read_sources(root: Path = Path("/")) -> frozenset[str]:
    """What is engraved in this hardware: serial numbers, and addresses of adapters that are built in."""
    if given := os.environ.get(GIVEN):
        return frozenset({given})
    numbers = (number for path in NUMBERS if _is_number(number := _text(root / path)))
    return frozenset([*numbers, *_addresses(root / NETWORK)])


def identify(ledger: Ledger, sources: Sources = read_sources) -> str:
    """This device's keyed hash: the same as long as any of its numbers, and the database's place on the disk, stay.

    So an adapter that is added or can't be read changes nothing, and a copy beside the original is told from it too.
    Raises StorageTrouble.
    """
    kept = ledger.recall(KEY)
    known = msgspec.convert(kept, KnownDevice) if kept else None
    salt = known.salt if known else secrets.token_hex(32)
    read = {_hash(salt, source) for source in sources()}
    file = _inode(ledger)
    if known and _is_same(known, read, file):
        if read <= set(known.sources):
            return known.device
        read, device = read | set(known.sources), known.device
    else:
        device = _hash(salt, f"{sorted(read)} {file}")
    ledger.remember(KEY, msgspec.to_builtins(KnownDevice(salt, tuple(sorted(read)), file, device)))
    return device


def _is_same(known: KnownDevice, read: set[str], file: int) -> bool:
    if known.file != file:
        return False
    return not read or not known.sources or not read.isdisjoint(known.sources)


def _hash(salt: str, text: str) -> str:
    """HMAC-SHA-256 (RFC 2104)."""
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()[:LENGTH]


def _inode(ledger: Ledger) -> int:
    return Path(str(ledger.store.engine.url.database)).stat().st_ino


def _is_number(text: str) -> bool:
    """Whether it is one, and nothing that a maker has left in its place."""
    is_filled = len(text) >= SHORTEST and len(set(text)) >= DISTINCT
    return is_filled and not any(word in text.lower() for word in PLACEHOLDERS)


def _addresses(network: Path) -> Iterator[str]:
    """Of adapters that are built in; one at a USB port may be at another device tomorrow."""
    for adapter in sorted(network.glob("*")):
        device = adapter / "device"
        if device.exists() and "/usb" not in str(device.resolve()) and _text(adapter / "addr_assign_type") == PERMANENT:
            yield _text(adapter / "address")


def _text(file: Path) -> str:
    """What the kernel says there; nothing where it is not, or may not be read."""
    try:
        return file.read_text(errors="replace").strip("\0 \n")
    except OSError:
        return ""
