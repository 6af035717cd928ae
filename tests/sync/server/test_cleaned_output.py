"""Control characters from a kiosk or an old database reach no terminal, spreadsheet, page or log."""

import csv
import io
import json
from pathlib import Path

import pytest
import requests
from sqlalchemy import update

from sync.domain.events import SessionOpened
from sync.server import tables
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import exporters
from sync.server.reports.attendance import ATTENDANCE, AttendanceRow

ESCAPES = "\x1b]0;owned\x07\x1b[31m"
DAY = ("--from", "2026-11-24", "--to", "2026-11-24")


def rename(store, name):
    """As an older release may have stored it."""
    with store.writing() as connection:
        connection.execute(update(tables.venue).values(name=name))


@pytest.mark.parametrize("version", [ESCAPES, "1.0\n", "1\u202e0", "1\x9b", "1\x7f", "\u2028"])
def test_a_heartbeat_with_control_characters_is_refused(central, kiosk, problem, version):
    answer = kiosk.beat(version=version)

    assert answer.status_code == 400
    problem(answer)
    assert kiosk.beat(devices={"printer": version}).status_code == 400
    assert kiosk_repository.kiosks(central.store, central.scope)[0].version is None


def test_a_fact_with_control_characters_is_stored(central, kiosk):
    kiosk.write(kiosk.journal, SessionOpened(kiosk.identity["zone"]["id"], f"Evening{ESCAPES}", "event"), central.now)

    answer = kiosk.push().json()

    assert (answer["acknowledged"], answer["quarantined"], answer["feed"]) == (1, 0, 1)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_no_escape_sequence_of_an_old_database_reaches_the_terminal(central, kiosk, run, data):
    kiosk.visit(central.now, minutes=30)
    kiosk.send(b'{"seq": 3, "kind": "\\u001b[2J.x"}')
    kiosk.push()
    rename(central.store, f"Mill{ESCAPES}")
    with central.store.writing() as connection:
        connection.execute(update(tables.kiosk).values(version=ESCAPES))
        connection.execute(update(tables.zone).values(name=f"Hall\n{ESCAPES}\x9b"))

    commands = [("kiosks",), ("venue", "list"), ("report", *DAY), ("report", *DAY, "--format", "json")]
    for words in commands:
        ran = run(*words, data=data)
        assert ran.returncode == 0
        assert not set(ran.stdout + ran.stderr) & set("\x1b\x07\x9b"), words
    assert len(run("kiosks", data=data).stdout.splitlines()) == 2, "a name begins no line"
    assert json.loads(run("report", *DAY, "--format", "json", data=data).stdout)["rows"][0]["venue"] == f"Mill{ESCAPES}"


def test_no_escape_sequence_reaches_a_page_or_a_spreadsheet(central, kiosk, signed_in):
    kiosk.visit(central.now, minutes=30)
    kiosk.push()
    rename(central.store, f"=1+1\u202e{ESCAPES}")

    for path in ("/", "/kiosks", "/report.csv"):
        text = signed_in.get(f"{central.url}{path}", timeout=60).text
        assert not set(text) & set("\x1b\x07\u202e"), path


NAMES = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "＝1+1", "'=1+1", "\x1b=1+1", "\n=1"]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_a_formula(name):
    row = AttendanceRow("2026-11-24", name, 0, 0, 0, 0, 0, 0.0, 0, None)

    [_, cells] = csv.reader(io.StringIO("".join(exporters.csv_lines(ATTENDANCE, [row])), newline=""))

    assert cells[1].startswith("'")
    assert not set(cells[1]) & set("\t\r\n\x1b")


def test_a_wrong_argument_is_repeated_without_its_escapes(run, data):
    ran = run("report", *DAY, "--venue", ESCAPES, data=data)
    wrong = run(f"sing{ESCAPES}", data=data)

    assert not set(ran.stderr + wrong.stderr) & set("\x1b\x07")


def test_a_servers_error_reaches_the_kiosks_terminal_without_escapes(tmp_path: Path, capsys, monkeypatch):
    from kiosk.__main__ import main
    from sync.client import enrolment
    from sync.client.api import Refused

    def refuse(*_):
        raise Refused(f"no{ESCAPES}\nreally")

    monkeypatch.setattr(enrolment.Api, "enrol", refuse)

    assert main(["pair", "--server", "http://127.0.0.1:1", "--code", "X", "--data", str(tmp_path)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "\x1b" not in line


@pytest.mark.parametrize(
    ("body", "explanation"),
    [
        (b"{}", "version is missing"),
        (b'{"version": 1, "waiting": 0}', "version has to be text of at most 64 letters"),
        (b'{"version": "1", "waiting": -1}', "waiting has to be a whole number from 0 to 9007199254740992"),
        (b'{"version": "1", "waiting": 0, "clock": {"at": 1}}', "clock.boot is missing"),
        (b'{"version": "1", "waiting": 0, "clock": {"at": 1, "boot": "x"}}', "clock.boot has to be an id"),
    ],
)
def test_a_malformed_message_is_explained_in_plain_text(central, kiosk, body, explanation):
    answer = requests.post(f"{central.url}/v1/heartbeat", data=body, headers=kiosk.headers, timeout=60)

    assert answer.status_code == 400
    assert explanation in answer.json()["detail"] and "Expected" not in answer.text and "`" not in answer.text
