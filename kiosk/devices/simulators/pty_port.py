"""A simulated device on a pseudo-terminal: the kiosk opens its path as it would a real port.

A pseudo-terminal ignores baud rate and flow control: a simulated device that is slow or stalled paces itself.
"""

import contextlib
import os
import select
import socket
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

LONGEST_WAIT = 0.5  # seconds between calls of ``tick`` at least
MOST_BYTES = 4096  # read at once


class SimulatedDevice(Protocol):
    """A device without I/O. Its methods are called with a lock held, one at a time."""

    write: Callable[[bytes], None]  # set when the device is plugged in: sends bytes to the kiosk

    def receive(self, data: bytes, now: float) -> None:
        """Take what the kiosk has sent; ``now``: seconds of a monotonic clock."""

    def tick(self, now: float) -> float:
        """Do what is due, and return when to be called again at the latest."""


class SimulatedPort:
    """The port of a simulated device: a symbolic link at ``path`` to the pseudo-terminal, while plugged in."""

    def __init__(self, device: SimulatedDevice, path: Path) -> None:
        self.device = device
        self.path = path
        self.lock = threading.RLock()  # held while the device is used
        self.is_stalled = False  # the device takes no bytes: the kiosk's writes fill the buffer and then block
        self._master: int | None = None
        self._slave: int | None = None  # stays open, so that the master can be read while the kiosk has it closed
        self._wake_receiver, self._wake_sender = socket.socketpair()
        self._thread: threading.Thread | None = None
        device.write = self._write

    def plug_in(self) -> None:
        """Make the port appear, if it has not."""
        with self.lock:
            if self._master is not None:
                return
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)  # else it echoes until it is opened
            temporary = self.path.with_name(self.path.name + ".new")
            temporary.unlink(missing_ok=True)
            temporary.symlink_to(os.ttyname(self._slave))
            temporary.replace(self.path)
        self._thread = threading.Thread(target=self._serve, args=(self._master,), name=f"simulated {self.path.name}")
        self._thread.start()

    def unplug(self) -> None:
        """Make the port disappear, in the middle of a byte if need be."""
        with self.lock:
            master, slave, self._master, self._slave = self._master, self._slave, None, None
            self.path.unlink(missing_ok=True)
        self._wake_sender.send(b"\0")
        if self._thread:
            self._thread.join()
            self._thread = None
        for descriptor in (master, slave):
            if descriptor is not None:
                os.close(descriptor)

    def close(self) -> None:
        """Unplug the device for good."""
        self.unplug()
        self._wake_receiver.close()
        self._wake_sender.close()

    def _write(self, data: bytes) -> None:
        """Send bytes to the kiosk; what comes while the port is unplugged, or not read, is lost as on a real line."""
        with self.lock:
            if self._master is not None:
                with contextlib.suppress(BlockingIOError):
                    os.write(self._master, data)

    def _serve(self, master: int) -> None:
        os.set_blocking(master, False)
        while True:
            with self.lock:
                if self._master != master:
                    return
                wait = min(max(self.device.tick(time.monotonic()) - time.monotonic(), 0.0), LONGEST_WAIT)
            wake = self._wake_receiver.fileno()
            readable, _, _ = select.select([wake] if self.is_stalled else [wake, master], [], [], wait)
            if wake in readable:
                self._wake_receiver.recv(MOST_BYTES)
            if master in readable:
                data = os.read(master, MOST_BYTES)
                with self.lock:
                    self.device.receive(data, time.monotonic())

    def wake(self) -> None:
        """Let the device's ``tick`` be called now, after a button of it was pressed."""
        self._wake_sender.send(b"\0")
