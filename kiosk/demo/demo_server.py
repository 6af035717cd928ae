"""The demonstration's server: hearth-server as a process, controlled through its commands."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from sync.errors import UserError

SERVER = [sys.executable, "-m", "sync.server"]
PRINTED_ADDRESS = re.compile(r"http://\S+?:(\d+)")


class DemoServer:
    """A server on loopback with a data folder; ``port`` 0: the first start chooses a free one."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._folder = folder
        self.port = port
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Host and port that it listens on."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Its URL."""
        return f"http://{self.address}"

    def start(self) -> None:
        """Start it and wait until it listens. Raises UserError where it doesn't."""
        log = self._folder.parent / "server.log"
        with log.open("a") as out:
            self._process = subprocess.Popen(
                [*SERVER, "serve", "--data", str(self._folder), "--listen", self.address],
                stdout=subprocess.PIPE,
                stderr=out,
                text=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if match := PRINTED_ADDRESS.search(line):
                self.port = int(match[1])
                return
        raise UserError(f"the server did not start; {log} says why")

    def stop(self) -> None:
        """Stop it and wait for its exit."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.communicate()  # drains its output until it exits
            self._process = None

    def run(self, *command: str) -> str:
        """Run another of its commands on the same data; returns its output. Raises UserError where it fails."""
        done = subprocess.run(
            [*SERVER, *command, "--data", str(self._folder)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise UserError(done.stderr.strip() or f"hearth-server {command[0]} ended with {done.returncode}")
        return done.stdout.strip()
