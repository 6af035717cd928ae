"""A disk whose power can be cut: what a process wrote and synced, recorded by strace(1), and what a cut leaves of it.

Recording the system calls once lets the power fail at any of them afterwards, as often as wanted. The disk is a harsh
one: until a sync, any sector of a write may be missing while later ones have arrived, the last one may be torn at any
byte, and a file's name comes and goes only for sure when its folder was synced. Files that are mapped into memory
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
    """One system call: of a file (``path``), or of stdout (``told``)."""

    call: str
    path: str = ""
    data: bytes = b""
    offset: int = 0
    told: str = ""


def why_not() -> str | None:
    """Why nothing can be recorded here; None: it can."""
    if shutil.which("strace") is None:
        return "strace is missing: apt-get install strace"
    tried = subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "strace may not trace here (ptrace is forbidden)"


def record(command: Sequence[str], trace: Path) -> list[SystemCall]:
    """Run a command of one thread to its end; returns what it did to files and told, in order."""
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
        found = CALL.match(line)
        assert found or "unfinished" not in line, "the recorded process has more than one thread"
        if found is None or int(found[3]) < 0:
            continue
        call, words, texts = found[1], found[2], [_text(text) for text in HEX.findall(found[2])]
        tail = words.rsplit(", ", 2)
        match call:
            case "write" if words.startswith(f"{STDOUT}<"):
                yield SystemCall(call, told=texts[-1].decode())
            case "pwrite64":
                assert int(found[3]) == int(tail[-2]), "a short write"
                yield SystemCall(call, _path(texts[0]), texts[1] if len(texts) > 1 else b"", int(tail[-1]))
            case "openat" if "O_CREAT" in words:
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
    safe: bytearray = field(default_factory=bytearray)
    since: list[SystemCall] = field(default_factory=list)  # written, not yet synced


class SimulatedDisk:
    """The files of one folder, as far as they are safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._names: dict[str, _File] = {}
        self._safe_names: dict[str, _File] = {}

    def does(self, did: SystemCall) -> None:
        """Take part in one call."""
        if did.call == "sync" and did.path == self._folder:
            self._safe_names = dict(self._names)
        elif did.path.startswith(self._folder + "/") and not did.path.endswith("-shm"):
            self._of_a_file(did)

    def _of_a_file(self, did: SystemCall) -> None:
        match did.call:
            case "create":
                self._names.setdefault(did.path, _File())
            case "unlink":
                del self._names[did.path]
            case "rename":
                self._names[did.data.decode()] = self._names.pop(did.path)
            case "sync":
                file = self._names[did.path]
                for one in file.since:
                    _apply(file.safe, one, ((0, len(one.data)),))
                file.since.clear()
            case "pwrite64" | "ftruncate":
                self._names[did.path].since.append(did)

    def cut(self, into: Path, chance: random.Random) -> None:
        """What is found when the power comes back. The disk itself goes on, so that it can be cut elsewhere too."""
        arrive = chance.choice((0.0, 0.5, 0.9, 1.0))
        for path in sorted({*self._names, *self._safe_names}):
            named = chance.choice((self._names, self._safe_names))
            if path in named:
                (into / Path(path).name).write_bytes(_found(named[path], arrive, chance))


def _found(file: _File, arrive: float, chance: random.Random) -> bytes:
    content = bytearray(file.safe)
    for number, did in enumerate(file.since, start=1):
        sectors = [(at, min(at + SECTOR, len(did.data))) for at in range(0, len(did.data), SECTOR)]
        kept = [sector for sector in sectors if chance.random() < arrive]
        if kept and number == len(file.since):  # torn: it ends anywhere
            kept[-1] = (kept[-1][0], chance.randint(*kept[-1]))
        if did.call == "pwrite64" or chance.random() < arrive:
            _apply(content, did, kept)
    return bytes(content)


def _apply(content: bytearray, did: SystemCall, kept: Sequence[tuple[int, int]]) -> None:
    if did.call == "ftruncate":
        content[:] = content[: did.offset].ljust(did.offset, b"\0")
        return
    for start, end in kept:
        place = did.offset + start
        content.extend(bytes(max(0, place - len(content))))
        content[place : did.offset + end] = did.data[start:end]
