"""A serial port with a thread of its own: opens it, reads and writes for a driver, and revives it after a failure.

pyserial's ``ReaderThread`` is not used: it ends without notice when a device is unplugged, because ``in_waiting``
raises a plain OSError and ``flush`` a ``termios.error``, which is none.
"""

import contextlib
import errno
import logging
import queue
import random
import select
import socket
import termios
import threading
import time
from collections.abc import Callable

import serial

from kiosk.devices.driver import Driver
from kiosk.rules.device_commands import DeviceCommand
from kiosk.rules.device_states import Condition, DeviceState

FIRST_RETRY, LAST_RETRY = 0.5, 5.0  # seconds between attempts to open: doubled up to the second
STABLE_AFTER = 5.0  # seconds that a port must have stayed open before the wait starts over with the first
WRITE_TIMEOUT = 2.0  # seconds; never 0, with which pyserial spins while the device takes nothing
LONGEST_WAIT = 60.0  # seconds
MOST_BYTES = 4096  # read at once
JOIN_TIMEOUT = 5.0  # seconds; closing a port whose device is stalled may take longer, and then ends with the process
# Unplugging raises SerialException (an OSError), OSError or termios.error; closing while reading, TypeError.
PORT_ERRORS = (OSError, termios.error, TypeError)

log = logging.getLogger(__name__)


class Port:
    """The port of one device, and the thread on which its driver runs.

    ``find`` returns the path to open now, None while the device is absent. ``changed`` is called on the port's thread
    with each new state.
    """

    def __init__(
        self,
        name: str,
        driver: Driver,
        find: Callable[[], str | None],
        changed: Callable[[DeviceState], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.state = DeviceState(name, driver.kind, Condition.ABSENT)
        self._driver = driver
        self._find = find
        self._changed = changed
        self._clock = clock
        self._commands: queue.SimpleQueue[DeviceCommand] = queue.SimpleQueue()
        self._wake_receiver, self._wake_sender = socket.socketpair()  # interrupts the thread's wait
        self._wake_receiver.setblocking(False)
        self._wake_sender.setblocking(False)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"device {name}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._stopping.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join(JOIN_TIMEOUT)
        else:
            self._close_wake()

    def submit(self, command: DeviceCommand) -> bool:
        """Queue a command for the driver if it is the one to carry it out, and return whether it is."""
        if not self._driver.accepts(command):
            return False
        self._commands.put(command)
        self._wake()
        return True

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full of bytes that wake it already, or closed after the end
            self._wake_sender.send(b"\0")

    def _run(self) -> None:
        try:
            self._run_until_stopped()
        finally:
            self._close_wake()

    def _close_wake(self) -> None:
        self._wake_receiver.close()
        self._wake_sender.close()

    def _run_until_stopped(self) -> None:
        retry = FIRST_RETRY
        while not self._stopping.is_set():
            opened_at = self._clock()
            if port := self._open():
                self._serve(port)
                self._close(port)
            if self._clock() - opened_at > STABLE_AFTER:
                retry = FIRST_RETRY
            self._wait_for_retry(retry * random.uniform(1, 1.25))
            retry = min(retry * 2, LAST_RETRY)

    def _open(self) -> serial.Serial | None:
        path = self._find()
        if path is None:
            self._set_state(Condition.ABSENT)
            return None
        line = self._driver.line
        try:
            port = serial.Serial(
                path,
                line.baud,
                timeout=0,
                write_timeout=WRITE_TIMEOUT,
                rtscts=line.rtscts,
                xonxoff=line.xonxoff,
                exclusive=True,
            )
        except (*PORT_ERRORS, ValueError) as error:
            is_taken = isinstance(error, OSError) and error.errno in (errno.EAGAIN, errno.EBUSY)
            self._set_state(Condition.BUSY if is_taken else Condition.ABSENT, path, str(error))
            return None
        self._driver.connected(self._clock())
        self._set_state(self._driver.condition, path)
        return port

    def _serve(self, port: serial.Serial) -> None:
        """Run the driver until the port fails or the thread is stopped."""
        try:
            while not self._stopping.is_set():
                self._handle_commands()
                while data := self._driver.output(self._clock()):
                    port.write(data)
                    self._receive(port, 0.0)
                self._set_state(self._driver.condition, self.state.port)
                self._receive(port, min(max(self._driver.wake_at - self._clock(), 0.0), LONGEST_WAIT))
        except serial.SerialTimeoutException as error:
            self._fail(Condition.FAULT, error)  # plugged in, but it takes nothing
        except PORT_ERRORS as error:
            self._fail(Condition.ABSENT, error)
        except Exception as error:  # a bug in a driver: this device starts again, everything else goes on
            log.exception("the driver of %s failed", self.state.name)
            self._fail(Condition.FAULT, error)

    def _receive(self, port: serial.Serial, wait: float) -> None:
        """Pass what has come, after waiting at most ``wait`` seconds for it or for a command."""
        if self._wait_for_input(wait, port):
            data = port.read(min(max(port.in_waiting, 1), MOST_BYTES))
            self._driver.receive(data, self._clock())

    def _wait_for_input(self, seconds: float, port: serial.Serial | None = None) -> bool:
        """Wait for input of the port, or until the thread is woken; whether there is input."""
        wake = self._wake_receiver.fileno()
        descriptor = port.fileno() if port else None
        readable, _, _ = select.select([wake] if descriptor is None else [wake, descriptor], [], [], seconds)
        if wake in readable:
            self._wake_receiver.recv(MOST_BYTES)
        return descriptor in readable

    def _fail(self, condition: Condition, error: Exception) -> None:
        log.warning("%s at %s failed: %s", self.state.name, self.state.port, error)
        self._set_state(condition, self.state.port, str(error))

    def _close(self, port: serial.Serial) -> None:
        with contextlib.suppress(*PORT_ERRORS):  # it is gone: nothing is left to close
            port.close()
        self._driver.disconnected(self._clock())

    def _wait_for_retry(self, seconds: float) -> None:
        """Wait before the next attempt to open; commands are still answered."""
        until = self._clock() + seconds
        while not self._stopping.is_set() and (left := until - self._clock()) > 0:
            self._wait_for_input(left)
            self._handle_commands()

    def _handle_commands(self) -> None:
        while not self._commands.empty():
            self._driver.handle(self._commands.get(), self._clock())

    def _set_state(self, condition: Condition, path: str = "", detail: str = "") -> None:
        state = DeviceState(self.state.name, self._driver.kind, condition, path, detail)
        if state != self.state:
            self.state = state
            self._changed(state)
