"""Parsers of devices under any bytes, and ports that are pulled again and again: no exception, no hang, no growth."""

import queue
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from kiosk.devices.catalogue import make_driver
from kiosk.devices.driver import CHUNK, NEVER
from kiosk.devices.hub import DeviceHub
from kiosk.devices.simulators.card_reader import frame_of
from kiosk.devices.simulators.pty_port import SimulatedPort
from kiosk.devices.simulators.scanner import REPLY, SimulatedScanner
from kiosk.rules.device_events import CardSeen, DeviceEvent, DeviceStateChanged, SlipScanned
from kiosk.rules.device_settings import CardReaderSettings, DeviceSettings, ScannerSettings
from kiosk.rules.device_states import Condition
from kiosk.rules.slips import Slip, new_code
from tests.support.soak import figure, times

INPUTS = times(3_000, 1_000_000)  # for each kind of device
REPLUGS = times(2, 1_000)
PATIENCE = 20.0  # seconds, against a test that hangs
GROWTH = 64 * 1024  # bytes
CODE = new_code(())
KINDS: list[tuple[DeviceSettings, Callable[[Random], bytes]]] = [
    (
        ScannerSettings(name="scanner", ends_by_pause=True),
        lambda random: random.choice(
            [CODE.encode() + b"\r", b"]Q1" + CODE.encode() + b"\n", REPLY, b"\x02\x00", b"\r"]
        ),
    ),
    (
        CardReaderSettings(name="cards", lenient_checksum=True),
        lambda random: frame_of(random.getrandbits(32), random.choice([0, 0, 1])),
    ),
]


def disturbed(random: Random, frame: bytes) -> bytes:
    """The bytes of a frame, or noise: cut, changed, doubled."""
    data = bytearray(frame if random.random() < 0.7 else random.randbytes(random.randrange(40)))
    for _ in range(random.choice([0, 0, 1, 3])):
        if data:
            data[random.randrange(len(data))] = random.randrange(256)
    start = random.randrange(len(data) + 1) if random.random() < 0.2 else 0
    return bytes(data[start:]) * random.choice([1, 1, 1, 2])


@pytest.mark.parametrize(("settings", "frame"), KINDS, ids=lambda part: getattr(part, "name", ""))
def test_any_bytes_are_survived(settings: DeviceSettings, frame: Callable[[Random], bytes]) -> None:
    random = Random(settings.name)
    counts = {"events": 0}

    def count(_: DeviceEvent) -> None:
        counts["events"] += 1

    driver = make_driver(settings, count)
    driver.connected(0.0)
    now = 0.0
    tracemalloc.start()
    try:
        for number in range(INPUTS):
            if number == INPUTS // 2:
                before, _ = tracemalloc.get_traced_memory()
            now += random.choice([0.001, 0.05, 0.5, 5.0])
            driver.receive(disturbed(random, frame(random)), now)
            assert len(driver.output(now)) <= CHUNK
            assert driver.wake_at > now or driver.wake_at == NEVER
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert counts["events"] > INPUTS // 20  # some frames were whole
    assert after - before < GROWTH
    figure(f"{settings.name}: {INPUTS:,} disturbed frames, {counts['events']:,} events")


def test_a_scanner_is_pulled_and_put_back(tmp_path: Path) -> None:
    """It works after every replug, also where it was pulled in the middle of a code."""
    random, device = Random(1), SimulatedScanner()
    port = SimulatedPort(device, tmp_path / "port")
    events: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()
    hub = DeviceHub([ScannerSettings(name="door", port=str(port.path))])
    hub.start(events.put)

    def wait_for(expected: Callable[[DeviceEvent], bool]) -> None:
        while not expected(events.get(timeout=PATIENCE)):
            pass

    try:
        for _ in range(REPLUGS):
            port.plug_in()
            wait_for(lambda event: isinstance(event, DeviceStateChanged) and event.state.condition is Condition.UNKNOWN)
            code = new_code(())
            device.scan(code)
            wait_for(lambda event, code=code: event == SlipScanned(Slip((code,))))
            device.write(code.encode()[: random.randrange(len(code))])
            port.unplug()
            wait_for(lambda event: isinstance(event, DeviceStateChanged) and event.state.condition is Condition.ABSENT)
    finally:
        hub.stop()
        port.close()
    figure(f"a scanner was pulled and put back {REPLUGS:,} times")


def test_a_card_event_does_not_show_the_card() -> None:
    assert "0063E9AE" not in repr(CardSeen("0063E9AE"))
