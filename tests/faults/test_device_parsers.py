"""Parsers of devices under any bytes, and ports that are pulled again and again: no exception, no hang, no growth."""

import gc
import queue
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from kiosk.devices.catalogue import make_driver
from kiosk.devices.driver import CHUNK, Driver
from kiosk.devices.hub import DeviceHub
from kiosk.devices.locker_frames import ASK, FEEDBACK, QUERY, STATUSES, UNLOCK, with_bcc
from kiosk.devices.simulators.card_reader import frame_of
from kiosk.devices.simulators.pty_port import SimulatedPort
from kiosk.devices.simulators.scanner import REPLY, SimulatedScanner
from kiosk.rules.device_commands import CancelOpening, CancelPaper, DeviceCommand, OpenLocker, PrintPaper
from kiosk.rules.device_events import CardSeen, DeviceEvent, DeviceStateChanged, SlipScanned
from kiosk.rules.device_settings import (
    CardReaderSettings,
    DeviceSettings,
    LockerBoardSettings,
    PrinterSettings,
    ScannerSettings,
)
from kiosk.rules.device_states import Condition
from kiosk.rules.paper import Paper, PaperLine
from kiosk.rules.slips import Slip, new_code
from tests.support.soak import figure, times

INPUTS = times(3_000, 1_000_000)  # for each kind of device
REPLUGS = times(2, 1_000)
PATIENCE = 20.0  # seconds, against a test that hangs
GROWTH = 64 * 1024  # bytes
MOST_CHUNKS = 1_000  # in a row
CODE = new_code(())
FIRST_BYTES = (UNLOCK, QUERY, FEEDBACK)
SLIP = Paper((PaperLine("7"),), "")


@dataclass(frozen=True)
class Fuzzed:
    """A kind of device: a frame that it may send, and what it is told now and then."""

    settings: DeviceSettings
    frame: Callable[[Random], bytes]
    command: Callable[[Random], DeviceCommand | None] = lambda random: None

    def __str__(self) -> str:
        return self.settings.name


def printer_command(random: Random) -> DeviceCommand | None:
    """A job, or the cancellation of one of the last."""
    job = UUID(int=random.randrange(1000))
    return random.choice([PrintPaper(job, SLIP, random.choice([0.0, 1.0, 60.0])), CancelPaper(job), None])


def locker_command(random: Random) -> DeviceCommand | None:
    """An opening, or the cancellation of one."""
    number = random.randrange(1, 17)
    return random.choice([OpenLocker(number, random.choice([False, True])), CancelOpening(number), None])


KINDS = [
    Fuzzed(
        ScannerSettings(name="scanner", ends_by_pause=True),
        lambda random: random.choice(
            [CODE.encode() + b"\r", b"]Q1" + CODE.encode() + b"\n", REPLY, b"\x02\x00", b"\r"]
        ),
    ),
    Fuzzed(
        CardReaderSettings(name="cards", lenient_checksum=True),
        lambda random: frame_of(random.getrandbits(32), random.choice([0, 0, 1])),
    ),
    Fuzzed(
        PrinterSettings(name="printer"),
        lambda random: bytes([random.choice([0x12, 0x16, 0x1E, 0x32, 0x36, 0x72, 0x00])]),
        printer_command,
    ),
    Fuzzed(
        LockerBoardSettings(name="lockers", boards=(1, 2)),
        lambda random: random.choice(
            [
                with_bcc(QUERY, random.choice([1, 2]), random.getrandbits(8), ASK),
                with_bcc(
                    random.choice(FIRST_BYTES), random.choice([1, 2]), random.randrange(9), random.choice(STATUSES)
                ),
            ]
        ),
        locker_command,
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


def used_memory() -> int:
    """Bytes, without what could be collected."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def run(driver: Driver, now: float) -> None:
    """Let the driver write, as a port does; it ends with something to wait for."""
    for _ in range(MOST_CHUNKS):
        if not (data := driver.output(now)):
            assert driver.wake_at > now
            return
        assert len(data) <= CHUNK
    pytest.fail("it never stops writing")


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_any_bytes_are_survived(kind: Fuzzed) -> None:
    random = Random(str(kind))
    counts = {"events": 0}

    def count(_: DeviceEvent) -> None:
        counts["events"] += 1

    driver = make_driver(kind.settings, count)
    driver.connected(0.0)
    now = 0.0
    tracemalloc.start()
    try:
        for number in range(INPUTS):
            if number == INPUTS // 2:
                before = used_memory()
            now += random.choice([0.001, 0.05, 0.5, 5.0])
            if command := kind.command(random):
                driver.handle(command, now)
            run(driver, now)
            driver.receive(disturbed(random, kind.frame(random)), now)
            run(driver, now)
        after = used_memory()
    finally:
        tracemalloc.stop()

    assert counts["events"] > INPUTS // 20  # some frames were whole
    assert after - before < GROWTH
    figure(f"{kind}: {INPUTS:,} disturbed frames, {counts['events']:,} events")


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
