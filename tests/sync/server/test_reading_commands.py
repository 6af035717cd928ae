"""Commands that read change nothing: no schema, no file, no table, on either engine."""

import psycopg
import pytest

from sync.server.__main__ import main
from tests.support.folder_snapshot import set_revision, unchanged
from tests.support.server_commands import mistake, serving

REPORT = ("report", "--from", "2026-11-01", "--to", "2026-11-30")
READING = pytest.mark.parametrize("command", [REPORT, ("kiosks",)])


@pytest.fixture
def venue(data, run):
    """A server's data folder with a venue."""
    assert run("pair", "--venue", "Mill café", data=data).returncode == 0
    return data


@READING
def test_reading_commands_change_nothing(venue, run, command):
    with unchanged(venue):
        assert run(*command, data=venue).returncode == 0


@READING
@pytest.mark.parametrize("revision", ["0001", "0007"])
def test_an_older_schema_is_unchanged_and_the_upgrade_is_explained(venue, run, command, revision):
    set_revision(venue / "hearth.db", revision)

    with unchanged(venue):
        message = mistake(run(*command, data=venue))

    assert f"its schema is {revision}" in message and "hearth-server refold" in message


@READING
def test_a_newer_release_s_too(venue, run, command):
    set_revision(venue / "hearth.db", "9999")

    with unchanged(venue):
        assert "made by a newer Hearth" in mistake(run(*command, data=venue))


@READING
def test_where_there_is_nothing_nothing_is_made(tmp_path, run, command):
    (tmp_path / "empty").mkdir()

    with unchanged(tmp_path):
        assert "no Hearth server has kept anything here" in mistake(run(*command, data=tmp_path / "empty"))
        assert "no Hearth server has kept anything here" in mistake(run(*command, data=tmp_path / "none"))


@READING
def test_beside_the_server_that_runs(venue, run, command):
    with serving(venue) as (url, _):
        assert url
        with unchanged(venue):
            assert run(*command, data=venue).returncode == 0


@pytest.fixture
def on_postgres(postgres_server, tmp_path, capfd):
    """An empty database, and a function that runs commands on it."""
    with postgres_server.bare_database() as name:
        address = postgres_server.address_over_tcp(name)
        (tmp_path / "server.toml").write_text(f'database = "{address}"\n')

        def run_(*words):
            capfd.readouterr()
            return main([*words, "--config", str(tmp_path / "server.toml")]), *capfd.readouterr()

        yield address, run_


def run_sql(address, query):
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


@READING
@pytest.mark.parametrize(("revision", "words"), [("0007", "hearth-server refold"), ("9999", "made by a newer Hearth")])
def test_another_releases_schema_on_postgresql_is_explained(on_postgres, command, revision, words):
    address, run = on_postgres
    assert run("pair", "--venue", "Mill café")[0] == 0
    run_sql(address, f"UPDATE alembic_version SET version_num = '{revision}'")

    code, out, err = run(*command)

    assert (code, out) == (2, "") and words in err
    assert run_sql(address, "SELECT version_num FROM alembic_version") == [(revision,)]


@READING
def test_a_database_that_can_only_be_read_will_do_on_postgresql(on_postgres, command):
    address, run = on_postgres
    assert run("pair", "--venue", "Mill café")[0] == 0
    name = address.rpartition("/")[2].partition("?")[0]
    run_sql(address, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')

    assert run(*command)[0] == 0


@READING
def test_nothing_is_made_on_postgresql(on_postgres, command):
    address, run = on_postgres

    code, out, err = run(*command)

    assert (code, out) == (2, "") and "no Hearth server has kept anything" in err
    assert run_sql(address, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
