"""The command line: it works beside a running server, and a mistake is one clear line."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from sync.server.__main__ import main

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Ran:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(capfd):
    """Runs a command to its end, in this process: it is the same main, and starts at once."""

    def run_(*words, data=None):
        capfd.readouterr()
        try:
            code = main([*words, *(["--data", str(data)] if data else [])])
        except SystemExit as end:
            code = end.code
        return Ran(code, *capfd.readouterr())

    return run_


@contextmanager
def serving(data):
    """The real command on a free port; gives its address and process."""
    started = subprocess.Popen(
        [sys.executable, "-m", "sync.server", "serve", "--listen", "127.0.0.1:0", "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with started:
        try:
            yield started.stdout.readline().removeprefix("Hearth server at ").strip(), started
        finally:
            started.kill()


def mistake(ran):
    assert ran.returncode == 2
    assert ran.stdout == ""
    [line] = ran.stderr.splitlines()
    return line


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def test_it_works(data, run):
    with serving(data) as (url, _):
        code = run("pair", "--venue", "Mill café", "--zone", "Hall", data=data).stdout.splitlines()[-1]
        enrolled = requests.post(f"{url}/v1/enrol", json={"code": code}, timeout=10).json()
        report = run("report", "--from", "2026-11-01", "--to", "2026-11-30", "--format", "json", data=data)

    assert enrolled["venue"]["name"] == "Mill café"
    assert json.loads(report.stdout) == {"rows": [], "unread": [], "undated": []}


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(data, stop):
    with serving(data) as (url, started):
        requests.get(f"{url}/healthz", timeout=10)
        started.send_signal(stop)

        assert started.wait(10) == 0


def test_init_hands_out_a_link_each_time(data, run):
    first, second = (run("init", "--listen", "127.0.0.1:8611", data=data).stdout.splitlines()[-1] for _ in range(2))

    assert first.startswith("http://127.0.0.1:8611/welcome/")
    assert first != second


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
    ("text", "said"),
    [
        ("lisen = 'x'", "lisen"),
        ("listen = 7", "listen"),
        ("listen = 'everywhere'", "listen"),
        ("listen = '127.0.0.1:99999'", "listen"),
        ("time_zone = 'Mars/Base'", "time_zone"),
        ("public_url = 'hearth'", "public_url"),
        ("listen", "not TOML"),
        ("\0", "not TOML"),
        (None, "can't read"),
    ],
)
def test_a_wrong_configuration(data, tmp_path, text, said, run):
    config = tmp_path / "server.toml"
    if text is not None:
        config.write_text(text)

    line = mistake(run("serve", "--config", str(config), data=data))

    assert str(config) in line and said in line


@pytest.mark.parametrize(
    ("words", "said"),
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
def test_a_wrong_word(data, words, said, run):
    run("pair", "--venue", "Mill café", data=data)

    assert said in mistake(run(*words, data=data if words else None))


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


def test_a_kiosk_is_listed_and_its_pairing_ended(data, run):
    with serving(data) as (url, _):
        for _ in range(2):
            code = run("pair", "--venue", "Mill café", "--zone", "Hall", data=data).stdout.splitlines()[-1]
            token = requests.post(f"{url}/v1/enrol", json={"code": code}, timeout=10).json()["token"]
        heading, first, second = run("kiosks", data=data).stdout.splitlines()
        ended = run("revoke", "--kiosk", "mill café, hall 2", data=data)
        beat = {"json": {"version": "1", "waiting": 0}, "headers": {"Authorization": f"Bearer {token}"}}
        answer = requests.post(f"{url}/v1/heartbeat", **beat, timeout=10)

    assert re.split(r"  +", heading)[:4] == ["venue", "zone", "id", "last heard"]
    assert re.match(r"Mill café  Hall 1  [0-9a-f]{8}-[0-9a-f]{4}  never ", first) and second.endswith("good")
    assert ended.stdout.startswith("The pairing of Mill café, Hall 2 has ended.")
    assert answer.status_code == 401
    assert "already" in mistake(run("revoke", "--kiosk", second.split()[4], data=data))
    assert "ended" in run("kiosks", data=data).stdout


def test_a_code_is_withdrawn(data, run):
    code = run("pair", "--venue", "Mill café", data=data).stdout.splitlines()[-1]

    assert "withdrawn" in run("revoke", "--code", code.lower(), data=data).stdout
    assert "no code" in mistake(run("revoke", "--code", code, data=data))


EVENING = ("--title", "Quiet evening", "--from", "2096-12-01 19:00", "--until", "2096-12-01 21:00")


def test_planning_beside_the_running_server(data, run):
    with serving(data) as (url, _):
        made = run("pair", "--venue", "Mill café", "--time-zone", "Europe/Madrid", data=data).stdout.splitlines()
        token = requests.post(f"{url}/v1/enrol", json={"code": made[-1]}, timeout=10).json()["token"]
        told, session = run("plan", "--venue", "Mill café", *EVENING, "--capacity", "24", data=data).stdout.splitlines()
        configured = run("configure", "--venue", "mill CAFÉ", "--pouches", "30", "--reach", "", data=data)
        cancelled = run("cancel", session, data=data)
        headers = {"Authorization": f"Bearer {token}"}
        feed = requests.get(f"{url}/v1/feed", headers=headers, timeout=10).json()["entries"]

    assert made[0].startswith("New venue: Mill café")
    assert "Sat 1 Dec 2096, 19:00 to Sat 1 Dec 2096, 21:00 (Europe/Madrid)" in told
    assert (configured.returncode, cancelled.returncode) == (0, 0)
    assert [entry["kind"] for entry in feed] == ["session.planned", "venue.configured", "session.cancelled"]
    assert feed[0]["body"]["planned_start"] == 4_005_223_200_000  # 18:00 UTC
    assert feed[1]["body"] == {"pouches": 30, "reach": ""}
    assert {feed[0]["subject"], feed[2]["subject"]} == {session}


def test_a_known_venue_is_not_new_and_keeps_its_time_zone(data, run):
    run("pair", "--venue", "Mill café", "--time-zone", "Europe/Madrid", data=data)

    again = run("pair", "--venue", "Mill café", data=data).stdout

    assert "New venue" not in again and "Europe/Madrid" in again
    assert "configure" in mistake(run("pair", "--venue", "Mill café", "--time-zone", "Asia/Tokyo", data=data))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan", "--venue", "Nowhere", *EVENING), "no venue is called 'Nowhere'"),
        (("plan", "--venue", "Mill café", *EVENING), "'Hall', 'Main room'"),
        (("plan", "--venue", "Mill café", "--zone", "Attic", *EVENING), "no zone 'Attic'"),
        (("plan", "--venue", "Mill café", "--zone", "Hall", *EVENING[:4], "--until", "2096-12-01"), "without a time"),
        (("plan", "--venue", "Mill café", "--zone", "Hall", *EVENING, "--capacity", "0"), "capacity"),
        (("plan", "--venue", "Mill café", "--zone", "Hall", *EVENING, "--kind", "party"), "party"),
        (("plan", "--venue", "Mill café", "--zone", "Hall", "--title", " ", *EVENING[2:]), "name"),
        (("cancel", "that one"), "no session's id"),
        (("cancel", "00000000-0000-0000-0000-000000000001"), "no session 00000000"),
        (("configure", "--venue", "Mill café"), "nothing to change"),
        (("configure", "--venue", "Mill café", "--time-zone", "Mars/Base"), "no time zone"),
        (("configure", "--venue", "Mill café", "--pouches", "1000"), "pouches"),
        (("pair", "--venue", "New", "--time-zone", "Mars/Base"), "no time zone"),
    ],
)
def test_a_wrong_plan_is_one_line(data, words, said, run):
    for zone in ("Main room", "Hall"):
        run("pair", "--venue", "Mill café", "--zone", zone, data=data)

    assert said in mistake(run(*words, data=data))


def test_init_leads_to_the_server_that_runs(data, run):
    with serving(data) as (url, started):
        assert run("init", data=data).stdout.splitlines()[-1].startswith(f"{url}/welcome/")
        started.kill()  # and so leaves its address behind
        started.wait()

    assert (data / "serve.url").exists()
    assert run("init", data=data).stdout.splitlines()[-1].startswith("http://127.0.0.1:8600/welcome/")


def test_a_server_that_stops_takes_its_address_with_it(data):
    with serving(data) as (_, started):
        started.terminate()
        started.wait(10)

    assert not (data / "serve.url").exists()


PERIOD = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.mark.parametrize("said", ["Mill café", "  Mill  cafe\u0301 ", "MILL CAFÉ"])
def test_a_venue_is_found_however_it_is_typed(data, run, said):
    run("pair", "--venue", "Mill café", data=data)

    assert run("report", *PERIOD, "--venue", said, data=data).stdout.startswith("day,venue")


def test_capitals_decide_where_two_venues_differ_in_them_alone(data, run):
    for venue in ("Mill", "MILL"):
        run("pair", "--venue", venue, data=data)

    assert run("report", *PERIOD, "--venue", "MILL", data=data).returncode == 0
    assert "did you mean “MILL” or “Mill”?" in mistake(run("report", *PERIOD, "--venue", "mill", data=data))


def test_a_venue_that_was_meant_is_named(data, run):
    run("pair", "--venue", "Mill café", data=data)

    assert "did you mean “Mill café”?" in mistake(run("report", *PERIOD, "--venue", "Mil cafe", data=data))


def as_typed(words, env=None, **options):
    """The command as a shell runs it."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.run(
        [sys.executable, "-m", "sync.server", *words],
        env=given,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
        **options,
    )


@pytest.mark.parametrize("command", [("report", *PERIOD), ("init",)])
def test_a_full_disk_takes_no_answer(data, run, command):
    run("pair", "--venue", "Mill café", data=data)
    with Path("/dev/full").open("w") as full:
        done = as_typed([*command, "--data", str(data)], stdout=full)

    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["hearth-server: can't print: No space left on device"]


@pytest.mark.parametrize("command", [("report", *PERIOD), ("init",)])
def test_a_reader_that_has_gone(data, run, command):
    run("pair", "--venue", "Mill café", data=data)
    out, into = os.pipe()
    os.close(out)
    done = as_typed([*command, "--data", str(data)], stdout=into)
    os.close(into)

    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == ["hearth-server: whoever read the output stopped before its end"]


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
def test_what_is_no_text_is_said_in_one_line(run, data, words):
    assert "is not UTF-8 text" in mistake(run(*words, data=data))


def test_a_telephone_can_be_printed(run, data):
    run("pair", "--venue", "Mill café", data=data)

    assert "can't be printed" in mistake(run("configure", "--venue", "Mill café", "--reach", "\x1b[31mred", data=data))
