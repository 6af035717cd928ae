"""A device is identified by its hardware's numbers, and none of them can be read back from the hash."""

from pathlib import Path

import pytest

from sync.client import device_identity
from sync.ledger.ledger import Ledger

PI = "proc/device-tree/serial-number"
UUID_OF_PC = "sys/class/dmi/id/product_uuid"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A system's root folder, as the kernel shows it."""
    return tmp_path / "root"


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def adapter(root: Path, name: str, address: str, bus: str = "pci0000:00", kind: str = "0") -> None:
    device = root / "sys/devices" / bus / name
    device.mkdir(parents=True)
    write(root, f"sys/class/net/{name}/address", f"{address}\n")
    write(root, f"sys/class/net/{name}/addr_assign_type", f"{kind}\n")
    (root / "sys/class/net" / name / "device").symlink_to(device)


def test_a_raspberry_pi_is_identified_by_its_serial_number(root: Path) -> None:
    write(root, PI, "10000000a3b2c1d0\0")

    assert device_identity.read_sources(root) == {"10000000a3b2c1d0"}


def test_adapters_count_only_where_they_are_built_in_and_have_their_own_address(root: Path) -> None:
    adapter(root, "eth0", "dc:a6:32:01:02:03")
    adapter(root, "eth1", "00:e0:4c:01:02:03", bus="pci0000:00/usb1/1-2")
    adapter(root, "wlan0", "12:34:56:78:9a:bc", kind="3")  # one that is random at each connection
    write(root, "sys/class/net/lo/address", "00:00:00:00:00:00\n")

    assert device_identity.read_sources(root) == {"dc:a6:32:01:02:03"}


@pytest.mark.parametrize("number", ["", "0", "00000000", "Default string", "To Be Filled By O.E.M.", "Not Specified"])
def test_a_manufacturers_placeholder_is_not_a_number(root: Path, number: str) -> None:
    write(root, UUID_OF_PC, number)

    assert device_identity.read_sources(root) == frozenset()


def test_the_number_can_be_set_where_there_is_none(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.setenv("HEARTH_HARDWARE", "the container at the door")

    assert device_identity.read_sources(root) == {"the container at the door"}


def test_a_device_keeps_its_identity_while_any_of_its_numbers_stays(ledger: Ledger) -> None:
    first = device_identity.identify(ledger, lambda: frozenset({"board", "adapter"}))
    for numbers in ({"board"}, {"board", "another adapter"}, {"another adapter"}, set(), {"adapter"}):
        assert device_identity.identify(ledger, lambda numbers=numbers: frozenset(numbers)) == first  # type: ignore[misc]

    assert device_identity.identify(ledger, lambda: frozenset({"another board"})) != first


def test_a_device_that_had_no_number_before_an_upgrade_stays_itself(ledger: Ledger) -> None:
    assert device_identity.identify(ledger, frozenset) == device_identity.identify(ledger, lambda: frozenset({"board"}))


def test_the_hash_is_of_this_folder_alone_and_no_number_is_stored(open_ledger) -> None:
    board = frozenset({"10000000a3b2c1d0"})
    first, second = (open_ledger(name) for name in ("one", "other"))

    assert device_identity.identify(first, lambda: board) != device_identity.identify(second, lambda: board)
    assert "a3b2c1d0" not in str(first.recall(device_identity.KEY))
