"""Identifies this device by a keyed hash, so that the server notices that a data folder was copied.

Neither a serial number nor its hash under a shared key leaves the kiosk: the key is random and stays in the data
folder. A folder that is copied to another device has the same key there and another hash.
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
VARIABLE = "HEARTH_HARDWARE"  # identifies the hardware where it has no number, as in a container
NUMBERS = (
    "proc/device-tree/serial-number",  # a Raspberry Pi
    "sys/class/dmi/id/product_uuid",  # a PC, if it is readable
    "sys/class/dmi/id/board_serial",
)
NETWORK = "sys/class/net"
PERMANENT = "0"  # addr_assign_type of a permanent address (kernel.org/doc/Documentation/ABI/testing/sysfs-class-net)
SHORTEST, DISTINCT = 6, 4  # characters of a real number
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
    """What identifies this hardware: serial numbers, and addresses of built-in network adapters."""
    if value := os.environ.get(VARIABLE):
        return frozenset({value})
    numbers = (number for path in NUMBERS if _is_number(number := _text(root / path)))
    return frozenset([*numbers, *_addresses(root / NETWORK)])


def identify(ledger: Ledger, sources: Sources = read_sources) -> str:
    """This device's keyed hash: constant as long as any of its numbers and the database's inode stay the same.

    So an adapter that is added or can't be read changes nothing, and a copy beside the original has another hash.
    Raises StorageError.
    """
    stored = ledger.recall(KEY)
    identity = msgspec.convert(stored, KnownDevice) if stored else None
    salt = identity.salt if identity else secrets.token_hex(32)
    read = {_hash(salt, source) for source in sources()}
    file = _inode(ledger)
    if identity and _is_same(identity, read, file):
        if read <= set(identity.sources):
            return identity.device
        read, device = read | set(identity.sources), identity.device
    else:
        device = _hash(salt, f"{sorted(read)} {file}")
    ledger.remember(KEY, msgspec.to_builtins(KnownDevice(salt, tuple(sorted(read)), file, device)))
    return device


def _is_same(identity: KnownDevice, read: set[str], file: int) -> bool:
    if identity.file != file:
        return False
    return not read or not identity.sources or not read.isdisjoint(identity.sources)


def _hash(salt: str, text: str) -> str:
    """HMAC-SHA-256 (RFC 2104)."""
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()[:LENGTH]


def _inode(ledger: Ledger) -> int:
    return Path(str(ledger.store.engine.url.database)).stat().st_ino


def _is_number(text: str) -> bool:
    """Whether it is a real number and no manufacturer's placeholder."""
    is_filled = len(text) >= SHORTEST and len(set(text)) >= DISTINCT
    return is_filled and not any(placeholder in text.lower() for placeholder in PLACEHOLDERS)


def _addresses(network: Path) -> Iterator[str]:
    """Addresses of built-in adapters; one at a USB port can move to another device."""
    for adapter in sorted(network.glob("*")):
        device = adapter / "device"
        if device.exists() and "/usb" not in str(device.resolve()) and _text(adapter / "addr_assign_type") == PERMANENT:
            yield _text(adapter / "address")


def _text(file: Path) -> str:
    """The content of a file of the kernel; empty where it does not exist or is not readable."""
    try:
        return file.read_text(errors="replace").strip("\0 \n")
    except OSError:
        return ""
