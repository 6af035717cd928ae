"""Whether a command was typed at the machine: a copy of /proc with the processes of each way in, and real processes."""

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk.local_login import find_refusal

TTY1, TTY2, SERIAL, PTS, USB, NONE = 4 << 8 | 1, 4 << 8 | 2, 204 << 8 | 64, 136 << 8 | 3, 188 << 8, 0
Ancestor = tuple[str, int] | tuple[str, int, str]  # name, terminal, and names of variables
INIT = ("systemd", NONE)
AT_THE_CONSOLE = [INIT, ("login", TTY1), ("bash", TTY1)]
SSH = [INIT, ("sshd", NONE), ("sshd-session", NONE), ("bash", PTS, "SSH_CONNECTION")]
ASK = "from kiosk.local_login import find_refusal; print(find_refusal())"


def refusal(folder: Path, line: Sequence[Ancestor], session: str = "", scope: str = "", logind: bool = True) -> str:
    """What is said of the last of these processes; ``session``: logind's file of session 3."""
    proc, sessions = folder / "proc", folder / "sessions"
    for pid, (name, terminal, *variables) in enumerate(line, start=1):
        process = proc / str(pid)
        process.mkdir(parents=True)
        (process / "stat").write_text(f"{pid} ({name}) S {pid - 1} {pid} {pid} {terminal} -1 4194560 0 0\n")
        (process / "environ").write_bytes("\0".join(f"{name}=x" for name in ("HOME", *variables)).encode() + b"\0")
        (process / "cgroup").write_text(f"0::/user.slice/user-0.slice/{scope}\n")
    if logind:
        sessions.mkdir()
    if session:
        (sessions / "3").write_text(session)
    return find_refusal(len(line), proc, sessions) or ""


LOCAL = "# This is private data.\nUID=0\nREMOTE=0\nTYPE=x11\nSEAT=seat0\n"
REMOTE = "UID=0\nREMOTE=1\nREMOTE_HOST=192.0.2.7\nTYPE=tty\n"


@pytest.mark.parametrize("terminal", [TTY1, TTY2, SERIAL, USB])
@pytest.mark.parametrize(
    "more", [[], [("sudo", PTS), ("hearth-kiosk", PTS)], [("su (root) x", PTS), ("script", PTS), ("sh", PTS)]]
)
def test_a_console_and_a_serial_line_are_at_the_machine(
    tmp_path: Path, terminal: int, more: Sequence[Ancestor]
) -> None:
    """Also where sudo, as is usual now, gives the command a terminal of its own."""
    line = [INIT, ("login", terminal), ("bash", terminal), *more]

    assert refusal(tmp_path, line) == ""


def test_a_terminal_of_the_desktop_at_the_screen_is_at_the_machine(tmp_path: Path) -> None:
    assert refusal(tmp_path, [INIT, ("lxterminal", NONE), ("bash", PTS)], LOCAL, "session-3.scope") == ""


def test_a_desktops_terminal_without_a_session_of_its_own_counts_by_its_users(tmp_path: Path) -> None:
    line = [INIT, ("gnome-terminal-", NONE), ("bash", PTS)]
    mine = LOCAL.replace("UID=0", f"UID={tmp_path.stat().st_uid}")

    assert refusal(tmp_path, line, mine, "user@0.service/app.slice") == ""


def test_a_machine_without_logind_goes_by_the_processes(tmp_path: Path) -> None:
    assert refusal(tmp_path, [("init", NONE), ("xterm", NONE), ("bash", PTS)], logind=False) == ""


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (SSH, "SSH_CONNECTION"),
        ([*SSH, ("sudo", PTS), ("sudo", PTS), ("hearth-kiosk", PTS)], "SSH_CONNECTION"),
        ([INIT, ("sshd", NONE), ("bash", PTS), ("sudo", PTS)], "sshd"),
        ([INIT, ("dropbear", NONE), ("sh", PTS)], "dropbear"),
        ([INIT, ("sshd", NONE), ("hearth-kiosk", NONE)], "sshd"),
        ([INIT, ("mosh-server", NONE), ("bash", PTS)], "mosh-server"),
        ([INIT, ("ttyd", NONE), ("bash", PTS)], "ttyd"),
        ([INIT, ("tmux: server", NONE), ("bash", PTS)], "tmux"),
        ([INIT, ("login", TTY1), ("screen", TTY1), ("screen", NONE), ("bash", PTS)], "screen"),
        ([INIT, ("cron", NONE), ("sh", NONE)], "no terminal"),
        ([INIT, ("systemd-run", NONE), ("sh", PTS)], "not one of this machine's consoles"),
        ([("init", NONE), ("login", 229 << 8), ("sh", 229 << 8)], "not one of this machine's consoles"),
    ],
)
def test_all_else_is_refused_and_says_why(tmp_path: Path, line: Sequence[Ancestor], why: str) -> None:
    assert why in refusal(tmp_path, line)


@pytest.mark.parametrize("session", [REMOTE, "UID=0\nREMOTE=0\nTYPE=tty\n"])
def test_a_login_over_the_network_is_refused_whatever_its_program_is_called(tmp_path: Path, session: str) -> None:
    assert refusal(tmp_path, [INIT, ("unknownd", NONE), ("bash", PTS)], session, "session-3.scope")


def test_what_can_not_be_seen_is_refused(tmp_path: Path) -> None:
    line = [("systemd", NONE), ("bash", TTY1)]
    assert refusal(tmp_path, line) == ""
    (tmp_path / "proc" / "1" / "stat").unlink()

    assert "can't be told" in (find_refusal(2, tmp_path / "proc", tmp_path / "sessions") or "")


def ask_in_terminal(parent_name: str, variables: str = "") -> str:
    """What a real process says of itself in a real terminal, whose parent process has that name."""
    child = f"import subprocess, sys; subprocess.run([{sys.executable!r}, '-c', {ASK!r}])"
    script = f"import os; open('/proc/self/comm', 'w').write({parent_name!r}); {child}"
    main_end, terminal = pty.openpty()
    command = ["setsid", "--ctty", "env", *variables.split(), sys.executable, "-c", script]
    try:
        subprocess.run(command, stdin=terminal, stdout=terminal, stderr=terminal, check=True)
        return os.read(main_end, 1000).decode()
    finally:
        os.close(main_end)
        os.close(terminal)


def test_a_real_process_sees_by_which_program_it_was_started() -> None:
    assert "dropbear" in ask_in_terminal("dropbear")
    assert "tmux" in ask_in_terminal("tmux: server")


def test_a_real_process_sees_the_variables_that_sudo_removes() -> None:
    assert "SSH" in ask_in_terminal("bash", "SSH_CLIENT=192.0.2.7")


def test_a_real_process_without_a_terminal_is_refused() -> None:
    command = ["setsid", "--wait", sys.executable, "-c", ASK]
    asked = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)

    assert asked.stdout.strip() != "None"
