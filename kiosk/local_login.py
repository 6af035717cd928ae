"""Whether a command was typed at this machine and not over the network, as far as Linux tells.

It looks at the processes that led to this one, the terminal of the first of them, and the session that systemd-logind
has. What it can't see is in docs/security.md.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROC, SESSIONS = Path("/proc"), Path("/run/systemd/sessions")
# Programs that give a terminal over the network, and those whose terminal may be shown anywhere. Linux cuts their names
# to 15 characters.
REMOTE = {"sshd", "sshd-session", "sshd-auth", "dropbear", "mosh-server", "etserver", "etterminal", "ttyd", "gotty"}
REMOTE |= {"telnetd", "in.telnetd", "rlogind", "in.rlogind", "rshd", "in.rshd", "wetty", "tmate", "shellinaboxd"}
REMOTE |= {"cockpit-bridge", "xrdp", "xrdp-sesman", "Xvnc", "Xtigervnc"}
SHARED = {"tmux", "tmux: server", "screen", "zellij", "dtach", "abduco"}
REMOTE_VARIABLES = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
SESSION_SCOPE = re.compile(r"/session-([^/]+)\.scope")
CONSOLE_MAJOR = 4  # /dev/tty1 and so on; from minor 64 on serial lines (Linux: devices.txt)
SERIAL_MAJORS = (166, 188, 204)  # ttyACM, ttyUSB, and a Pi's ttyAMA
PSEUDO_MAJORS = range(136, 144)


@dataclass(frozen=True)
class Process:
    """A process. ``terminal``: its controlling terminal's device number; 0: none."""

    pid: int
    name: str
    parent: int
    terminal: int
    variables: frozenset[str]  # the names of its environment's, as far as this user may read them


def find_refusal(pid: int | None = None, proc: Path = PROC, sessions: Path = SESSIONS) -> str | None:
    """Why this process does not count as started at the machine; None: it does."""
    try:
        line = list(_lineage(os.getpid() if pid is None else pid, proc))
    except (OSError, ValueError) as error:
        return f"it can't be told from where this was started ({error})"
    for process in line:
        if process.name in REMOTE:
            return f"it was started by {process.name}"
        if process.name in SHARED:
            return f"it was started in {process.name.partition(':')[0]}, which may be shown on another machine too"
        if variable := next((name for name in REMOTE_VARIABLES if name in process.variables), None):
            return f"{process.name} has {variable}, so it was started over SSH"
    return _session_refusal(line[0].pid, proc, sessions, _first_terminal(line))


def _lineage(pid: int, proc: Path) -> Iterator[Process]:
    """A process, its parent, and so on. Raises OSError where one can't be read, as with /proc mounted with hidepid."""
    while pid > 0:
        process = _read_process(pid, proc)
        yield process
        pid = process.parent


def _read_process(pid: int, proc: Path) -> Process:
    """Read /proc/PID/stat (proc(5)). The name in brackets may have any character in it."""
    before, _, after = (proc / str(pid) / "stat").read_text(errors="replace").rpartition(")")
    fields = after.split()
    try:
        environment = (proc / str(pid) / "environ").read_bytes()
    except OSError:  # another user's
        environment = b""
    names = frozenset(part.partition(b"=")[0].decode(errors="replace") for part in environment.split(b"\0"))
    return Process(pid, before.partition("(")[2], int(fields[1]), int(fields[4]), names)


def _first_terminal(line: Sequence[Process]) -> tuple[int, int] | None:
    """Major and minor number of the terminal where it all began: sudo and script(1) add others inside of it."""
    terminals = [process.terminal for process in line if process.terminal]
    if not terminals:
        return None
    number = terminals[-1]
    return number >> 8 & 0xFFF, number & 0xFF | number >> 12 & 0xFFF00


def _session_refusal(pid: int, proc: Path, sessions: Path, terminal: tuple[int, int] | None) -> str | None:
    session = _read_session(pid, proc, sessions)
    if session and session.get("REMOTE") == "1":
        return f"its login is over the network, from {session.get('REMOTE_HOST') or 'another machine'}"
    if terminal is None:
        return "it has no terminal"
    major, minor = terminal
    if (major == CONSOLE_MAJOR and minor > 0) or major in SERIAL_MAJORS:
        return None
    if major in PSEUDO_MAJORS and (not sessions.is_dir() or _is_at_seat(session, pid, proc, sessions)):
        return None
    return "its terminal is not one of this machine's consoles"


def _read_session(pid: int, proc: Path, sessions: Path) -> Mapping[str, str] | None:
    """What logind knows of the login that this process belongs to; None: it belongs to none."""
    try:
        scope = SESSION_SCOPE.search((proc / str(pid) / "cgroup").read_text(errors="replace"))
        return _parse((sessions / scope[1]).read_text(errors="replace")) if scope else None
    except OSError:
        return None


def _is_at_seat(session: Mapping[str, str] | None, pid: int, proc: Path, sessions: Path) -> bool:
    """Whether the login is at this machine's screen. A desktop's terminal has none of its own: then any of its user."""
    if session is not None:
        return bool(session.get("SEAT"))
    user = str((proc / str(pid)).stat().st_uid)
    known = [_parse(file.read_text(errors="replace")) for file in sessions.iterdir() if file.is_file()]
    return any(entry.get("UID") == user and entry.get("SEAT") and entry.get("REMOTE") != "1" for entry in known)


def _parse(text: str) -> dict[str, str]:
    """The fields of a file of logind's: lines of KEY=VALUE."""
    return {key: value for key, _, value in (line.partition("=") for line in text.splitlines())}
