"""A program that reads aloud, replaceable by another: text goes in, sound comes out, and the door never waits for it.

The default is espeak-ng. Its text arrives on standard input, in UTF-8. It is started anew for each text, because what
is being said has to end at once when somebody touches the screen: then its whole process group is killed.
"""

import contextlib
import logging
import os
import shlex
import shutil
import signal
import subprocess
from threading import Condition, Thread

QUIET = subprocess.DEVNULL
log = logging.getLogger(__name__)


class Voice:
    """Says one text at a time on a thread of its own. ``is_private``: only the visitor hears it, in a headset."""

    def __init__(self, command: str, stop: str = "", is_private: bool = False) -> None:
        self.is_private = is_private
        self._command = shlex.split(command)
        self._stop = shlex.split(stop)
        self._changed = Condition()
        self._wish: tuple[str, str] | None = None
        self._turn = 0  # changes whenever what is being said is no longer wanted
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._failed = False
        self._thread: Thread | None = None

    @property
    def missing(self) -> str:
        """The program that is not on this machine; nothing where it is."""
        program = self._command[0] if self._command else "a command"
        return "" if shutil.which(program) else program

    def say(self, text: str, language: str) -> None:
        """This now, whatever was being said; returns at once. ``language``: en, es, fr, de, nl or ar."""
        self._want((text, language))

    def stop_speaking(self) -> None:
        """Nothing more."""
        self._want(None)

    def close(self) -> None:
        """For good."""
        self._closed = True
        self._want(None)
        if self._thread:
            self._thread.join()

    def _want(self, intent: tuple[str, str] | None) -> None:
        with self._changed:
            self._wish = intent
            self._turn += 1
            if self._process:
                _kill(self._process)
            if self._thread is None and intent and not self._closed:
                self._thread = Thread(target=self._run, name="voice", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while not self._closed:
            with self._changed:
                self._changed.wait_for(lambda: self._wish or self._closed)
                intent, self._wish, turn = self._wish, None, self._turn
            if intent:
                self._speak(*intent, turn)

    def _speak(self, text: str, language: str, turn: int) -> None:
        command = [part.replace("{language}", language) for part in self._command]
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=QUIET, stderr=QUIET, start_new_session=True
            )
        except OSError as error:
            self._tell(f"{command[0]} can't be started ({error.strerror})")
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
            with contextlib.suppress(OSError):  # the program that says it is told of below, once
                subprocess.run(self._stop, check=False, stdin=QUIET, stdout=QUIET, stderr=QUIET)
        elif not was_cut:
            self._tell(f"{command[0]} ended with {process.returncode}" if process.returncode else "")

    def _tell(self, trouble: str) -> None:
        """Once, until it works again."""
        if trouble and not self._failed:
            log.warning("nothing is read aloud: %s; everything else goes on", trouble)
        self._failed = bool(trouble)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """It and whatever it has started."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
