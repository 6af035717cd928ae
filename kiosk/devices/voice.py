"""Speaks texts through an external program without blocking the caller.

The default is espeak-ng. The text is written to its standard input, in UTF-8. A process is started for each text,
because speech has to end at once when the screen is touched: then its whole process group is killed.
"""

import contextlib
import logging
import os
import shlex
import shutil
import signal
import subprocess
from threading import Condition, Thread

NULL = subprocess.DEVNULL
log = logging.getLogger(__name__)


class Voice:
    """Speaks one text at a time, on its own thread. ``is_private``: through a headset that only the visitor hears."""

    def __init__(self, command: str, stop: str = "", is_private: bool = False) -> None:
        self.is_private = is_private
        self._command = shlex.split(command)
        self._stop = shlex.split(stop)
        self._changed = Condition()
        self._next: tuple[str, str] | None = None  # text and language
        self._turn = 0  # changes whenever the current text is no longer wanted
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._has_failed = False
        self._thread: Thread | None = None

    @property
    def missing(self) -> str:
        """The name of the program if it is not installed, else ""."""
        program = self._command[0] if self._command else "a command"
        return "" if shutil.which(program) else program

    def say(self, text: str, language: str) -> None:
        """Speak this text in place of the current one; returns at once. ``language``: en, es, fr, de, nl or ar."""
        self._request((text, language))

    def stop_speaking(self) -> None:
        """Stop the current text."""
        self._request(None)

    def close(self) -> None:
        """Stop, and end the thread."""
        self._closed = True
        self._request(None)
        if self._thread:
            self._thread.join()

    def _request(self, request: tuple[str, str] | None) -> None:
        with self._changed:
            self._next = request
            self._turn += 1
            if self._process:
                _kill(self._process)
            if self._thread is None and request and not self._closed:
                self._thread = Thread(target=self._run, name="voice", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while not self._closed:
            with self._changed:
                self._changed.wait_for(lambda: self._next or self._closed)
                request, self._next, turn = self._next, None, self._turn
            if request:
                self._speak(*request, turn)

    def _speak(self, text: str, language: str, turn: int) -> None:
        command = [part.replace("{language}", language) for part in self._command]
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=NULL, stderr=NULL, start_new_session=True)
        except OSError as error:
            self._log_failure(f"{command[0]} can't be started ({error.strerror})")
            return
        with self._changed:
            self._process = process
            if turn != self._turn:
                _kill(process)
        process.communicate(text.encode())
        with self._changed:
            self._process = None
            was_cut = turn != self._turn
        if was_cut and self._stop:
            with contextlib.suppress(OSError):  # a missing program is logged below
                subprocess.run(self._stop, check=False, stdin=NULL, stdout=NULL, stderr=NULL)
        elif not was_cut:
            self._log_failure(f"{command[0]} ended with {process.returncode}" if process.returncode else "")

    def _log_failure(self, trouble: str) -> None:
        """Log a failure once, until a text is spoken again ("")."""
        if trouble and not self._has_failed:
            log.warning("nothing is read aloud: %s; everything else goes on", trouble)
        self._has_failed = bool(trouble)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process and its children."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
