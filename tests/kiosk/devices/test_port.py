"""A port's thread on pseudo-terminals: reads, writes, survives being unplugged, and reports how it is."""

import fcntl
import os
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.devices.driver import NEVER, LineSettings
from kiosk.devices.port import Port
from kiosk.devices.simulators.pty_port import SimulatedPort
from kiosk.rules.device_commands import DeviceCommand, TestDevice
from kiosk.rules.device_states import Condition, DeviceKind, DeviceState

PATIENCE = 20.0  # seconds, against a test that hangs


class EchoDriver:
    """Writes what it is commanded to, and notes everything that happens to it."""

    kind: DeviceKind = "scanner"
    condition = Condition.READY
    line = LineSettings()
    wake_at = NEVER

    def __init__(self) -> None:
        self.happened: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        self.to_write = b""
        self.fails_on = b""

    def connected(self, now: float) -> None:
        self.happened.put(("connected", b""))

    def disconnected(self, now: float) -> None:
        self.happened.put(("disconnected", b""))

    def accepts(self, command: DeviceCommand) -> bool:
        return command.name != "another"

    def handle(self, command: DeviceCommand, now: float) -> None:
        self.to_write += command.name.encode()
        self.happened.put(("command", command.name.encode()))

    def receive(self, data: bytes, now: float) -> None:
        self.happened.put(("received", data))
        if self.fails_on and self.fails_on in data:
            raise RuntimeError("a bug")

    def output(self, now: float) -> bytes:
        data, self.to_write = self.to_write[:256], self.to_write[256:]
        return data

    def next(self, what: str) -> bytes:
        """The next thing of this kind that happens; others are passed over."""
        while True:
            kind, data = self.happened.get(timeout=PATIENCE)
            if kind == what:
                return data

    def receives(self, expected: bytes) -> None:
        received = b""
        while expected not in received:
            received += self.next("received")


class Recorder:
    """A simulated device that notes what it gets."""

    write: Callable[[bytes], None]

    def __init__(self) -> None:
        self.received: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def receive(self, data: bytes, now: float) -> None:
        self.received.put(data)

    def tick(self, now: float) -> float:
        return now + 60

    def gets(self, expected: bytes) -> None:
        received = b""
        while expected not in received:
            received += self.received.get(timeout=PATIENCE)


class Bench:
    """A port with its driver and a simulated device."""

    def __init__(self, folder: Path) -> None:
        self.device = Recorder()
        self.simulated = SimulatedPort(self.device, folder / "port")
        self.driver = EchoDriver()
        self.states: queue.SimpleQueue[DeviceState] = queue.SimpleQueue()
        path = self.simulated.path
        self.port = Port("test", self.driver, lambda: str(path) if path.exists() else None, self.states.put)

    def reaches(self, condition: Condition) -> DeviceState:
        while (state := self.states.get(timeout=PATIENCE)).condition is not condition:
            pass
        return state


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.port.stop()
    bench.simulated.close()


def test_bytes_go_both_ways(bench: Bench) -> None:
    bench.simulated.plug_in()
    bench.port.start()
    bench.driver.next("connected")
    bench.device.write(b"\x00\xff\x11\x13hello")
    bench.driver.receives(b"\x00\xff\x11\x13hello")

    assert bench.port.submit(TestDevice("question"))
    bench.device.gets(b"question")


def test_a_command_for_another_device_is_not_taken(bench: Bench) -> None:
    assert not bench.port.submit(TestDevice("another"))


def test_a_device_is_found_when_it_comes_and_again_after_it_was_unplugged(bench: Bench) -> None:
    bench.port.start()
    for text in (b"first", b"second"):
        bench.simulated.plug_in()
        bench.reaches(Condition.READY)
        bench.driver.next("connected")
        bench.device.write(text)
        bench.driver.receives(text)
        bench.simulated.unplug()
        bench.reaches(Condition.ABSENT)
        bench.driver.next("disconnected")


def test_a_command_reaches_the_driver_of_an_absent_device(bench: Bench) -> None:
    bench.port.start()

    bench.port.submit(TestDevice("nobody"))

    assert bench.driver.next("command") == b"nobody"


def test_a_driver_that_fails_starts_again(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.driver.fails_on = b"!"
    bench.simulated.plug_in()
    bench.port.start()
    bench.driver.next("connected")
    bench.device.write(b"!")
    state = bench.reaches(Condition.FAULT)

    assert state.detail == "a bug"
    bench.driver.next("connected")
    assert "the driver of test failed" in caplog.text


def test_a_port_that_another_program_has_opened_is_busy(bench: Bench) -> None:
    bench.simulated.plug_in()
    other = os.open(bench.simulated.path, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    bench.port.start()
    bench.reaches(Condition.BUSY)
    os.close(other)

    bench.reaches(Condition.READY)


def test_a_device_that_takes_nothing_is_a_fault_and_stops_nothing(bench: Bench) -> None:
    bench.simulated.is_stalled = True
    bench.simulated.plug_in()
    bench.port.start()
    bench.driver.next("connected")
    bench.port.submit(TestDevice("x" * 100_000))

    bench.reaches(Condition.FAULT)


def test_a_port_that_was_never_started_can_be_stopped(bench: Bench) -> None:
    bench.port.stop()

    assert bench.port.state.condition is Condition.ABSENT


def test_a_thread_that_ends_late_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.devices.port.JOIN_TIMEOUT", 0.0)
    before = len(list(Path("/proc/self/fd").iterdir()))
    goes_on = threading.Event()
    port = Port("late", EchoDriver(), lambda: None if goes_on.wait(PATIENCE) else "", lambda state: None)
    port.start()
    [thread] = [thread for thread in threading.enumerate() if thread.name == "device late"]

    port.stop()
    goes_on.set()
    thread.join(PATIENCE)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
