"""The commands, beside a running server; an error is one clear line."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests

from sync.server.organisation import read_organisation
from sync.server.storage import open_for_reading
from sync.system_clock import SystemClock
from tests.support.server_commands import ROOT, mistake, serving


def test_the_commands_make_a_server_that_can_be_used(data, run):
    with serving(data) as (url, _):
        code = run("pair", "--venue", "Mill café", "--zone", "Hall", data=data).stdout.splitlines()[-1]
        enrolled = requests.post(f"{url}/v1/enrol", json={"code": code}, timeout=60).json()
        report = run("report", "--from", "2026-11-01", "--to", "2026-11-30", "--format", "json", data=data)

    assert enrolled["venue"]["name"] == "Mill café"
    printed = json.loads(report.stdout)
    assert (printed["rows"], printed["unread"], printed["undated"]) == ([], [], [])


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(data, stop):
    with serving(data) as (url, started):
        requests.get(f"{url}/healthz", timeout=60)
        started.send_signal(stop)

        assert started.wait(10) == 0


def test_init_hands_out_a_link_each_time(data, run):
    first, second = (run("init", "--listen", "127.0.0.1:8611", data=data).stdout.splitlines()[-1] for _ in range(2))

    assert first.startswith("http://127.0.0.1:8611/welcome/")
    assert first != second


def test_init_stores_the_organisations_name(data, run):
    def stored_name():
        with closing(open_for_reading(data, SystemClock())) as ledger:
            return read_organisation(ledger.store).name

    run("init", data=data)
    assert stored_name() is None
    run("init", "--name", "  Rest  a while ", data=data)
    assert stored_name() == "Rest a while"
    run("init", data=data)
    assert stored_name() == "Rest a while"
    run("init", "--name", "", data=data)
    assert stored_name() is None
    assert "at most 80 letters" in mistake(run("init", "--name", "R" * 81, data=data))


def test_serve_says_that_nobody_can_sign_in(data):
    with serving(data) as (url, started):
        assert url.startswith("http://127.0.0.1:")
        assert "hearth-server init" in started.stdout.readline()


def test_the_folder_is_private(data, run):
    run("pair", "--venue", "Mill café", data=data)

    assert data.stat().st_mode & 0o777 == 0o700


def test_one_server_a_folder(data, run):
    with serving(data):
        assert "in use" in mistake(run("serve", "--listen", "127.0.0.1:0", data=data))


def test_the_port_is_taken(data, run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert "in use" in mistake(run("serve", "--listen", f"127.0.0.1:{port}", data=data))


def test_the_example_configuration_loads(data, run):
    assert run("pair", "--venue", "Mill café", "--config", str(ROOT / "config/server.toml"), data=data).returncode == 0


def test_configuration(data, tmp_path, run):
    config = tmp_path / "server.toml"
    config.write_text('data = "here"\ntime_zone = "Asia/Tokyo"\npublic_url = "https://hearth.example.org/"\n')

    assert "Asia/Tokyo" in run("pair", "--venue", "Tokyo", "--config", str(config)).stdout
    assert (
        run("init", "--config", str(config)).stdout.splitlines()[-1].startswith("https://hearth.example.org/welcome/")
    )
    assert (tmp_path / "here" / "hearth.db").exists()


def test_the_usual_folder(tmp_path, monkeypatch, run):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    run("init")

    assert (tmp_path / "hearth" / "server" / "hearth.db").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lisen = 'x'", "lisen"),
        ("listen = 7", "listen"),
        ("listen = 'everywhere'", "listen"),
        ("listen = '127.0.0.1:99999'", "listen"),
        ("time_zone = 'Mars/Base'", "time_zone"),
        ("public_url = 'hearth'", "public_url"),
        ("listen", "not TOML"),
        ("\0", "not TOML"),
        (None, "can't be read"),
    ],
)
def test_a_wrong_settings_file_is_explained_in_one_line(data, tmp_path, text, message, run):
    config = tmp_path / "server.toml"
    if text is not None:
        config.write_text(text)

    line = mistake(run("serve", "--config", str(config), data=data))

    assert str(config) in line and message in line


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("report", "--from", "2026-11-31", "--to", "2026-12-01"), "is not a day"),
        (("report", "--from", "2026-11-02", "--to", "2026-11-01"), "after"),
        (("report", "--from", "2026-11-01", "--to", "9999-12-31"), "outside"),
        (("report", "--from", "2026-11-01", "--to", "2026-11-02", "--venue", "Nowhere"), "Nowhere"),
        (("report", "--from", "2026-11-01", "--to", "2026-11-02", "--format", "pdf"), "pdf"),
        (("pair", "--venue", "  "), "name"),
        (("pair",), "--venue"),
        (("sing",), "sing"),
        ((), "COMMAND"),
    ],
)
def test_wrong_arguments_are_explained_in_one_line(data, words, message, run):
    run("pair", "--venue", "Mill café", data=data)

    assert message in mistake(run(*words, data=data if words else None))


def test_a_report_of_nothing(data, run):
    assert "--data" in mistake(run("report", "--from", "2026-11-01", "--to", "2026-11-02", data=data))
    assert not data.exists()


@pytest.mark.parametrize("command", [("serve", "--listen", "127.0.0.1:0"), ("init",), ("pair", "--venue", "Mill café")])
def test_a_folder_that_cannot_be_written(tmp_path, command, run):
    file = tmp_path / "file"
    file.touch()

    assert "--data" in mistake(run(*command, data=file / "data"))


@pytest.mark.parametrize(
    "command", ["serve", "init", "pair", "report", "kiosks", "revoke", "plan", "cancel", "configure"]
)
def test_help_has_an_example(command, run):
    assert f"example:\n  hearth-server {command}" in run(command, "--help").stdout


def test_init_leads_to_the_server_that_runs(data, run):
    with serving(data) as (url, started):
        assert run("init", data=data).stdout.splitlines()[-1].startswith(f"{url}/welcome/")
        started.kill()  # and so leaves its address behind
        started.wait()

    assert (data / "serve.url").exists()
    assert run("init", data=data).stdout.splitlines()[-1].startswith("http://127.0.0.1:8600/welcome/")


def test_a_server_that_stops_removes_its_address(data):
    with serving(data) as (_, started):
        started.terminate()
        started.wait(10)

    assert not (data / "serve.url").exists()


PERIOD = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.mark.parametrize("typed", ["Mill café", "  Mill  cafe\u0301 ", "MILL CAFÉ"])
def test_a_venue_is_found_in_any_spelling(data, run, typed):
    run("pair", "--venue", "Mill café", data=data)

    assert run("report", *PERIOD, "--venue", typed, data=data).stdout.startswith("day,venue")


def test_capitals_decide_where_two_venues_differ_in_them_alone(data, run):
    run("pair", "--venue", "Mill", data=data)
    run("pair", "--venue", "MILL", "--new", data=data)

    assert run("report", *PERIOD, "--venue", "MILL", data=data).returncode == 0
    assert "did you mean “MILL” or “Mill”?" in mistake(run("report", *PERIOD, "--venue", "mill", data=data))


def test_a_venue_that_was_meant_is_named(data, run):
    run("pair", "--venue", "Mill café", data=data)

    assert "did you mean “Mill café”?" in mistake(run("report", *PERIOD, "--venue", "Mil cafe", data=data))


def as_typed(words, env=None, **options):
    """Run the command as a shell does."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.run(
        [sys.executable, "-m", "sync.server", *words],
        env=environment,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
        **options,
    )


@pytest.mark.parametrize("command", [("report", *PERIOD), ("init",)])
def test_a_full_output_device_is_an_error(data, run, command):
    run("pair", "--venue", "Mill café", data=data)
    with Path("/dev/full").open("w") as full:
        done = as_typed([*command, "--data", str(data)], stdout=full)

    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["hearth-server: can't print: No space left on device"]


@pytest.mark.parametrize("command", [("report", *PERIOD), ("init",)])
def test_a_closed_output_pipe_is_an_error(data, run, command):
    run("pair", "--venue", "Mill café", data=data)
    out, into = os.pipe()
    os.close(out)
    done = as_typed([*command, "--data", str(data)], stdout=into)
    os.close(into)

    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == ["hearth-server: the reader of the output stopped before its end"]


def test_letters_of_every_language_whatever_the_locale_says(data):
    ascii_only = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    pair = as_typed(["pair", "--venue", "Müllers Café", "--data", str(data)], ascii_only, stdout=subprocess.PIPE)
    wrong = as_typed(
        ["report", *PERIOD, "--venue", "Müllers Cafe", "--data", str(data)], ascii_only, stdout=subprocess.PIPE
    )

    assert "at Müllers Café, Main room" in pair.stdout.decode()
    assert "did you mean “Müllers Café”?" in wrong.stderr.decode()


def test_a_report_changes_nothing_in_the_folder(data, run):
    run("pair", "--venue", "Mill café", data=data)
    before = {file: file.stat().st_mtime_ns for file in [data, *data.iterdir()]}

    assert run("report", *PERIOD, data=data).returncode == 0
    assert (data / "hearth.db").stat().st_mtime_ns == before[data / "hearth.db"]
    assert not (data / ".writable").exists()


@pytest.mark.parametrize(
    "words", [["revoke", "--code", "\udcff"], ["configure", "--venue", "Mill café", "--reach", "\udce9"]]
)
def test_undecodable_arguments_are_explained_in_one_line(run, data, words):
    assert "is not UTF-8 text" in mistake(run(*words, data=data))


def test_a_telephone_can_be_printed(run, data):
    run("pair", "--venue", "Mill café", data=data)

    assert "can't be printed" in mistake(run("configure", "--venue", "Mill café", "--reach", "\x1b[31mred", data=data))


DAMAGES = [lambda whole: whole[:8192] + b"\xaa" * 12_000 + whole[20_192:], lambda _: b"", lambda _: b"?" * 999]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_not_served(data, run, damage):
    run("pair", "--venue", "Mill café", data=data)
    file = data / "hearth.db"
    file.write_bytes(damaged := damage(file.read_bytes()))

    line = mistake(run("serve", "--listen", "127.0.0.1:0", data=data))

    assert "is damaged" in line and "hearth-server restore" in line
    assert file.read_bytes() == damaged


def test_commands_other_than_serve_do_not_import_the_web_framework():
    code = "import sync.server.__main__, sys; print({'fastapi', 'jinja2', 'uvicorn'} & sys.modules.keys())"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.strip() == "set()"
