"""A PostgreSQL server for the tests: started once, an empty database for each test, stopped however the tests end."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from sync.ledger.store import open_postgres

USER, TEMPLATE = "hearth", "hearth_template"
READY_S = 60
DEBIAN = Path("/usr/lib/postgresql")  # its package's programs, outside PATH
LEAVE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
TABLES = (
    "SELECT quote_ident(tablename), pg_table_size(quote_ident(tablename)::regclass) FROM pg_tables"
    " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)
SMALL = 2**20  # bytes; rows that were deleted stay in a table's file, and slow down the next tests if there are many
UNORDERED = "SET session_replication_role = replica"  # foreign keys are not checked, so rows are deleted in any order
# Nothing has to be durable in tests; all other settings are defaults. Benchmarks use only defaults.
QUICK = ("fsync=off", "full_page_writes=off", "autovacuum=off")


@dataclass(frozen=True)
class PostgresServer:
    """A running server."""

    folder: Path
    port: int
    password: str
    numbers: Iterator[int] = field(default_factory=count)
    emptied: list[str] = field(default_factory=list)  # databases that the next tests may have

    def address(self, database: str) -> str:
        """The address through the Unix socket, without a password."""
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={self.port}"

    def address_over_tcp(self, database: str) -> str:
        """The address over TCP, with a password, as from another machine."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The name of a database with empty tables. It is emptied after use, which is faster than another copy.

        DELETE takes a hundredth of TRUNCATE's time, which makes new files for every table and index.
        """
        name = self.emptied.pop() if self.emptied else self._copy(TEMPLATE)
        yield name
        with self._connected(name) as connection:
            connection.execute(LEAVE)
            sizes = dict(connection.execute(TABLES).fetchall())
            if max(sizes.values()) > SMALL:
                connection.execute(f"TRUNCATE {', '.join(sizes)}")
            else:
                connection.execute("; ".join([UNORDERED, *(f"DELETE FROM {table}" for table in sizes)]))
        self.emptied.append(name)

    @contextmanager
    def bare_database(self) -> Iterator[str]:
        """The name of a new database without any table."""
        name = self._copy("template0")
        yield name
        with self._connected("postgres") as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _copy(self, template: str) -> str:
        name = f"hearth_{next(self.numbers)}"
        with self._connected("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    @contextmanager
    def _connected(self, database: str) -> "Iterator[psycopg.Connection[Any]]":
        with closing(psycopg.connect(self.address(database), autocommit=True)) as connection:
            yield connection


@contextmanager
def postgres(settings: Sequence[str] = QUICK) -> Iterator[PostgresServer]:
    """Start one on a free port, with a database at the head of the migrations to copy from."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-pg-"))
    password = secrets.token_hex(16)
    try:
        _make_cluster(folder, password)
        with _running(folder, settings) as port:
            made = PostgresServer(folder, port, password)
            with made._connected("postgres") as connection:
                connection.execute(f"CREATE DATABASE {TEMPLATE}")
            open_postgres(made.address(TEMPLATE)).close()
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_cluster(folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    owner = _owner()
    if owner:
        for path in (folder, secret):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    words = ["--pgdata", str(folder / "data"), "--username", USER, "--pwfile", str(secret), "--encoding", "UTF8"]
    words += ["--auth-local", "trust", "--auth-host", "scram-sha-256", "--no-locale", "--no-sync"]
    done = subprocess.run(
        [*_as(owner), _program("initdb"), *words], capture_output=True, text=True, cwd="/", check=False
    )
    assert done.returncode == 0, done.stderr
    secret.unlink()


@contextmanager
def _running(folder: Path, settings: Sequence[str]) -> Iterator[int]:
    port = _free_port()
    words = ["-D", str(folder / "data"), "-k", str(folder), "-h", "127.0.0.1", "-p", str(port)]
    words += [word for setting in settings for word in ("-c", setting)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([*_as(_owner()), _program("postgres"), *words], stdout=log, stderr=log, cwd="/")
    try:
        _wait(server, folder, port)
        yield port
    finally:
        server.send_signal(signal.SIGINT)  # "fast": it ends the connections that are left
        server.wait(READY_S)


def _wait(server: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until and server.poll() is None:
        try:
            psycopg.connect(f"host={folder} port={port} user={USER} dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError((folder / "log").read_text())


def _owner() -> pwd.struct_passwd | None:
    """The user to run PostgreSQL as, since it refuses to run as root; None: the current one."""
    if os.geteuid() != 0:
        return None
    users = {user.pw_name: user for user in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def _as(owner: pwd.struct_passwd | None) -> list[str]:
    """A command prefix: run as that user, and end with the tests (prctl(2), PR_SET_PDEATHSIG)."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        assert owner is None, "tests that run as root need setpriv, of Debian's util-linux"
        return []
    user_options = ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"] if owner else []
    return [setpriv, *user_options, "--pdeathsig", "INT"]


def _program(name: str) -> str:
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    program = shutil.which(name) or (str(versions[-1]) if versions else None)
    assert program, f"{name} is missing: run config/prepare.py --for-tests"
    return program


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
