"""Every refusal is problem+json for a program, and a page for a person."""

import http.client
from contextlib import closing

import pytest
import requests

from sync.server import accounts, fleet


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/enrol", 405),
        ("DELETE", "/", 405),
        ("POST", "/v1/enrol", 400),
        ("POST", "/login", 403),
        ("GET", "/report.csv", 401),
        ("GET", "/static/fonts/none.ttf", 404),
    ],
)
def test_it_works(central, problem, method, path, status):
    answer = requests.request(method, central.url + path, timeout=10)

    assert answer.status_code == status
    problem(answer)


def test_a_person_sees_a_page(central, browser):
    answer = browser.get(f"{central.url}/nothing", timeout=10)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "There is nothing at /nothing." in answer.text


@pytest.mark.parametrize("path", ["/login", "/nothing", "/v1/openapi.json", "/static/hearth.css"])
def test_browsers_are_told_to_be_careful(central, path):
    headers = requests.get(central.url + path, timeout=10).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")


@pytest.fixture
def mistake_of_ours(monkeypatch):
    """Both a kiosk and a browser come across it."""

    def fail(*_):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(fleet, "hear_heartbeat", fail)
    monkeypatch.setattr(accounts, "has_any", fail)


def test_what_nobody_foresaw(kiosk, problem, mistake_of_ours, caplog):
    answer = kiosk.beat()

    assert answer.status_code == 500
    assert "a mistake of ours" not in problem(answer)["detail"]
    [logged] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "a mistake of ours" in str(logged.exc_info[1])


def test_what_nobody_foresaw_is_a_careful_page_for_a_person(central, browser, mistake_of_ours):
    answer = browser.get(f"{central.url}/login", timeout=10)

    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "in the server" in answer.text


def test_what_nobody_foresaw_breaks_no_connection_off(central, browser, mistake_of_ours):
    with closing(http.client.HTTPConnection(central.url.removeprefix("http://"), timeout=10)) as line:
        line.request("GET", "/login")
        assert line.getresponse().read()
        kept = line.sock
        line.request("GET", "/healthz")

        assert (line.getresponse().status, line.sock) == (200, kept)


def test_a_wrong_statement_is_no_trouble_with_the_disk(kiosk, central, problem, monkeypatch):
    def ask_wrongly(store, *_):
        with store.writing_beside() as connection:
            connection.exec_driver_sql("SELECT nothing FROM nowhere")

    monkeypatch.setattr(fleet, "hear_heartbeat", ask_wrongly)

    assert problem(kiosk.beat())["status"] == 500


def test_health(central):
    assert requests.get(f"{central.url}/healthz", timeout=10).text == "ok\n"
    assert requests.get(f"{central.url}/readyz", timeout=10).text == "ready\n"
