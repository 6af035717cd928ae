"""The commands on PostgreSQL: errors are one line, and never show a password."""

import socket
import subprocess
import sys
from contextlib import ExitStack
from uuid import uuid4

import psycopg
import pytest
import requests

from sync.errors import UserError
from sync.ledger.store import open_postgres, read_address, show_address
from sync.server.__main__ import main

PERIOD = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture
def database(postgres_server):
    """An empty database, with a URL that contains a password."""
    with postgres_server.bare_database() as name:
        yield postgres_server.address_over_tcp(name)


@pytest.fixture
def config(tmp_path):
    def write(address):
        file = tmp_path / "server.toml"
        file.write_text(f'database = "{address}"\ndata = "data"\nlisten = "127.0.0.1:0"\n')
        return file

    return write


@pytest.fixture
def run(config, capfd):
    def run_(address, *words):
        capfd.readouterr()
        code = main([*words, "--config", str(config(address))])
        out, err = capfd.readouterr()
        return code, out, err

    return run_


def mistake(ran, secret):
    code, out, err = ran
    assert (code, out) == (2, "")
    assert secret not in err
    [line] = err.splitlines()
    return line


def test_the_commands_work_on_postgresql(database, config, run, tmp_path):
    file = config(database)
    words = [sys.executable, "-m", "sync.server", "serve", "--config", str(file)]
    with ExitStack() as stack:
        servers = [  # two, at once, on an empty database
            stack.enter_context(subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))
            for _ in range(2)
        ]
        for server in servers:
            stack.callback(server.terminate)
        urls = [server.stdout.readline().removeprefix("Hearth server at ").strip() for server in servers]
        code = run(database, "pair", "--venue", "Mill café")[1].splitlines()[-1]
        enrolled = requests.post(f"{urls[0]}/v1/enrol", json={"code": code}, timeout=60).json()
        token = {"Authorization": f"Bearer {enrolled['token']}"}
        beat = requests.post(f"{urls[1]}/v1/heartbeat", json={"version": "1", "waiting": 0}, headers=token, timeout=60)

    assert beat.status_code == 200
    assert "/welcome/" in run(database, "init")[1]
    assert run(database, "report", *PERIOD)[1].startswith("day,venue")
    assert "can read" in run(database, "refold")[1]
    assert not (tmp_path / "data").exists()


def test_a_report_of_nothing_makes_nothing(database, run, postgres_server):
    assert "no Hearth server" in mistake(run(database, "report", *PERIOD), postgres_server.password)

    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


@pytest.mark.parametrize("command", [("serve",), ("init",), ("pair", "--venue", "Mill café"), ("report", *PERIOD)])
def test_an_unreachable_database_is_explained(command, run):
    secret = uuid4().hex
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # and does not listen
        line = mistake(run(f"postgresql://ada:{secret}@127.0.0.1:{unused.getsockname()[1]}/hearth", *command), secret)

    assert "postgresql://ada:***@127.0.0.1" in line
    assert "refused" in line
    assert "server.toml" in line


def test_a_wrong_password_is_explained(database, run, postgres_server):
    wrong = uuid4().hex

    line = mistake(run(database.replace(postgres_server.password, wrong), "init"), wrong)

    assert "password authentication failed" in line


def test_a_database_that_is_not_there(database, run, postgres_server):
    assert "does not exist" in mistake(run(database + "_not", "init"), postgres_server.password)


def test_a_database_that_cannot_keep_every_letter(run, postgres_server):
    with psycopg.connect(postgres_server.address("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")

    assert "UTF8" in mistake(run(postgres_server.address_over_tcp("latin"), "init"), postgres_server.password)


@pytest.mark.parametrize(
    "address", ["mysql://ada:{}@host/hearth", "postgresql://ada:{}@host:port/hearth", "ada:{}@host"]
)
def test_a_malformed_address_is_refused(address, run):
    secret = uuid4().hex

    assert "database" in mistake(run(address.format(secret), "init"), secret)


def test_a_password_among_the_options_is_not_shown_either():
    address = "postgres://ada@host/hearth?password=hidden&sslmode=require&sslpassword=hidden"

    assert show_address(address) == "postgresql://ada:***@host/hearth"
    assert read_address(address).password == "hidden"
    with pytest.raises(UserError, match="PostgreSQL"):
        read_address("sqlite:///hearth.db")


def test_commits_are_durable_and_reads_are_of_one_moment_whatever_the_database_prefers(database):
    with psycopg.connect(database, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    store = open_postgres(database)

    for how, isolation in (
        (store.writing, "read committed"),
        (store.writing_concurrently, "read committed"),
        (store.reading, "repeatable read"),
    ):
        with how() as opened:
            assert opened.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
            assert opened.exec_driver_sql("SHOW transaction_isolation").scalar_one() == isolation
    store.close()
