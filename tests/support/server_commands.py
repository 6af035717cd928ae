"""Output of the server's commands, and a real server process for commands that run beside one."""

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class CommandResult:
    returncode: int
    stdout: str
    stderr: str


@contextmanager
def serving(data, config=None):
    """The real command on a free port; gives its address and process."""
    words = ["--config", str(config)] if config else []
    started = subprocess.Popen(
        [sys.executable, "-m", "sync.server", "serve", "--listen", "127.0.0.1:0", "--data", str(data), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with started:
        try:
            yield started.stdout.readline().removeprefix("Hearth server at ").strip(), started
        finally:
            started.kill()


def mistake(ran):
    assert ran.returncode == 2
    assert ran.stdout == ""
    [line] = ran.stderr.splitlines()
    return line
