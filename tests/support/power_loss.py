"""Simulates power cuts: records a process's writes and syncs with strace(1), and builds what a cut leaves of them.

After one recording the power can be cut at any system call, repeatedly. Until a sync, any sector of a write may be
missing while later ones are there, the last one may be torn at any byte, and a file's creation, renaming or removal is
durable only when its folder was synced. Files that are mapped into memory
(SQLite's ``-shm``, which holds nothing that matters) are not recorded.
"""

import random
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
CALLS = "openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename"
CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
HEX = re.compile(r"(?:\\x[0-9a-f]{2})+")
STDOUT = 1


@dataclass(frozen=True)
class SystemCall:
    """A system call on a file (``path``), or a write to stdout (``output``)."""

    call: str
    path: str = ""
    data: bytes = b""
    offset: int = 0
    output: str = ""


def why_not() -> str | None:
    """Why strace can't record here; None: it can."""
    if shutil.which("strace") is None:
        return "strace is missing: apt-get install strace"
    result = subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, check=False)
    return None if result.returncode == 0 else "strace may not trace here (ptrace is forbidden)"


def record(command: Sequence[str], trace: Path) -> list[SystemCall]:
    """Run a command of one thread to its end; returns its system calls on files and stdout, in order."""
    watch = [
        "strace",
        "-f",
        "-y",
        "-xx",
        "-qq",
        "-s",
        "1000000",
        "--seccomp-bpf",
        "-e",
        f"trace={CALLS}",
        "-o",
        str(trace),
    ]
    subprocess.run([*watch, *command], check=True, stdout=subprocess.DEVNULL)
    with trace.open() as lines:
        return list(_read(lines))


def _read(lines: Iterable[str]) -> Iterator[SystemCall]:
    for line in lines:
        parsed = CALL.match(line)
        assert parsed or "unfinished" not in line, "the recorded process has more than one thread"
        if parsed is None or int(parsed[3]) < 0:
            continue
        call, arguments, texts = parsed[1], parsed[2], [_text(text) for text in HEX.findall(parsed[2])]
        tail = arguments.rsplit(", ", 2)
        match call:
            case "write" if arguments.startswith(f"{STDOUT}<"):
                yield SystemCall(call, output=texts[-1].decode())
            case "pwrite64":
                assert int(parsed[3]) == int(tail[-2]), "a short write"
                yield SystemCall(call, _path(texts[0]), texts[1] if len(texts) > 1 else b"", int(tail[-1]))
            case "openat" if "O_CREAT" in arguments:
                yield SystemCall("create", _path(texts[1]))
            case "ftruncate":
                yield SystemCall(call, _path(texts[0]), offset=int(tail[-1]))
            case "fsync" | "fdatasync":
                yield SystemCall("sync", _path(texts[0]))
            case "unlink":
                yield SystemCall(call, _path(texts[0]))
            case "rename":
                yield SystemCall(call, _path(texts[0]), texts[1])


def _text(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _path(raw: bytes) -> str:
    return raw.decode()


@dataclass
class _File:
    synced: bytearray = field(default_factory=bytearray)
    unsynced: list[SystemCall] = field(default_factory=list)


class SimulatedDisk:
    """The files of one folder: their synced content and unsynced writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._names: dict[str, _File] = {}
        self._synced_names: dict[str, _File] = {}

    def apply(self, call: SystemCall) -> None:
        """Apply one system call."""
        if call.call == "sync" and call.path == self._folder:
            self._synced_names = dict(self._names)
        elif call.path.startswith(self._folder + "/") and not call.path.endswith("-shm"):
            self._apply_to_file(call)

    def _apply_to_file(self, call: SystemCall) -> None:
        match call.call:
            case "create":
                self._names.setdefault(call.path, _File())
            case "unlink":
                del self._names[call.path]
            case "rename":
                self._names[call.data.decode()] = self._names.pop(call.path)
            case "sync":
                file = self._names[call.path]
                for write in file.unsynced:
                    _write(file.synced, write, ((0, len(write.data)),))
                file.unsynced.clear()
            case "pwrite64" | "ftruncate":
                self._names[call.path].unsynced.append(call)

    def cut(self, into: Path, chance: random.Random) -> None:
        """Write the files as a power cut now would leave them; the disk itself stays unchanged."""
        share = chance.choice((0.0, 0.5, 0.9, 1.0))
        for path in sorted({*self._names, *self._synced_names}):
            names = chance.choice((self._names, self._synced_names))
            if path in names:
                (into / Path(path).name).write_bytes(_after_cut(names[path], share, chance))


def _after_cut(file: _File, share: float, chance: random.Random) -> bytes:
    content = bytearray(file.synced)
    for number, call in enumerate(file.unsynced, start=1):
        sectors = [(at, min(at + SECTOR, len(call.data))) for at in range(0, len(call.data), SECTOR)]
        written = [sector for sector in sectors if chance.random() < share]
        if written and number == len(file.unsynced):  # torn: it ends anywhere
            written[-1] = (written[-1][0], chance.randint(*written[-1]))
        if call.call == "pwrite64" or chance.random() < share:
            _write(content, call, written)
    return bytes(content)


def _write(content: bytearray, call: SystemCall, ranges: Sequence[tuple[int, int]]) -> None:
    if call.call == "ftruncate":
        content[:] = content[: call.offset].ljust(call.offset, b"\0")
        return
    for start, end in ranges:
        position = call.offset + start
        content.extend(bytes(max(0, position - len(content))))
        content[position : call.offset + end] = call.data[start:end]
