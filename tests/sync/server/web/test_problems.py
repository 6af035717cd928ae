"""Every error response is problem+json for a program, and a page for a browser."""

import http.client
from contextlib import closing

import pytest
import requests

from sync.ledger.ledger import Ledger
from sync.server.app import PAGES, ROUTES, build
from sync.server.auth import accounts
from sync.server.kiosks import service as kiosk_service
from sync.server.settings import ServerSettings

METHODS = ("GET", "HEAD")
ADDRESSES = {route.path for part in (*PAGES, *ROUTES) for route in part.router.routes}


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
def test_every_error_is_a_problem_response(central, problem, method, path, status):
    answer = requests.request(method, central.url + path, timeout=60)

    assert answer.status_code == status
    problem(answer)


def test_a_person_sees_a_page(central, browser):
    answer = browser.get(f"{central.url}/nothing", timeout=60)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "There is nothing at /nothing." in answer.text


@pytest.mark.parametrize("path", ["/login", "/nothing", "/v1/openapi.json", "/static/hearth.css"])
def test_every_response_has_the_security_headers(central, path):
    headers = requests.get(central.url + path, timeout=60).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")


@pytest.mark.parametrize("path", ["/login", "/", "/healthz", "/readyz", "/v1/openapi.json", "/static/hearth.css"])
def test_head_is_answered_as_get_without_a_body(central, path):
    answers = [requests.request(method, central.url + path, timeout=60, allow_redirects=False) for method in METHODS]

    assert answers[0].status_code == answers[1].status_code != 405
    assert answers[0].headers.get("Content-Length") == answers[1].headers.get("Content-Length")
    assert answers[1].content == b""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/login", "GET, HEAD, POST"), ("/logout", "POST"), ("/v1/enrol", "POST"), ("/v1/feed", "GET, HEAD")],
)
def test_405_lists_the_allowed_methods(central, problem, path, allowed):
    answer = requests.delete(central.url + path, timeout=60)

    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    problem(answer)


@pytest.mark.parametrize("path", sorted(ADDRESSES))
@pytest.mark.parametrize("spelled", ["{}/", "/{}", "{}//", "/evil.example{}/"])
def test_no_address_leads_to_the_host_that_a_request_names(central, path, spelled):
    """A path with a slash too many, or too few, is another path."""
    with closing(http.client.HTTPConnection(central.url.removeprefix("http://"), timeout=60)) as line:
        line.request("GET", spelled.format(path), headers={"Host": "evil.example"})
        answer = line.getresponse()

    assert "evil" not in (answer.getheader("Location") or "")
    assert answer.status == 404 or path == "/"


@pytest.mark.parametrize(("public_url", "is_sent"), [("https://hearth.example.org", True), (None, False)])
def test_hsts_is_sent_where_the_public_address_is_https(central, stage, clock, public_url, is_sent):
    stage.app = build(Ledger(central.store, clock), ServerSettings(public_url=public_url), clock)

    for path in ("/login", "/nothing", "/v1/feed"):
        headers = requests.get(central.url + path, timeout=60).headers
        assert ("Strict-Transport-Security" in headers) == is_sent


@pytest.fixture
def mistake_of_ours(monkeypatch):
    """An unhandled exception, for a kiosk and for a browser."""

    def fail(*_, **_named):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(kiosk_service, "apply_heartbeat", fail)
    monkeypatch.setattr(accounts, "has_any", fail)


def test_an_unhandled_exception_is_a_500_problem(kiosk, problem, mistake_of_ours, caplog):
    answer = kiosk.beat()

    assert answer.status_code == 500
    assert "a mistake of ours" not in problem(answer)["detail"]
    [logged] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "a mistake of ours" in str(logged.exc_info[1])


def test_an_unhandled_exception_is_a_page_with_security_headers_for_a_browser(central, browser, mistake_of_ours):
    answer = browser.get(f"{central.url}/login", timeout=60)

    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "in the server" in answer.text


def test_an_unhandled_exception_does_not_close_the_connection(central, browser, mistake_of_ours):
    with closing(http.client.HTTPConnection(central.url.removeprefix("http://"), timeout=60)) as line:
        line.request("GET", "/login")
        assert line.getresponse().read()
        socket_before = line.sock
        line.request("GET", "/healthz")

        assert (line.getresponse().status, line.sock) == (200, socket_before)


def test_a_wrong_statement_is_no_trouble_with_the_disk(kiosk, central, problem, monkeypatch):
    def ask_wrongly(store, *_, **_named):
        with store.writing_concurrently() as connection:
            connection.exec_driver_sql("SELECT nothing FROM nowhere")

    monkeypatch.setattr(kiosk_service, "apply_heartbeat", ask_wrongly)

    assert problem(kiosk.beat())["status"] == 500


def test_health(central):
    assert requests.get(f"{central.url}/healthz", timeout=60).text == "ok\n"
    assert requests.get(f"{central.url}/readyz", timeout=60).text == "ready\n"
