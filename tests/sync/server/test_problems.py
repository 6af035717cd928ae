"""Every refusal is problem+json for a program, and a page for a person."""

import pytest
import requests

from sync.server import fleet


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


def test_what_nobody_foresaw(central, kiosk, problem, monkeypatch):
    def fail(*_):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(fleet, "hear_heartbeat", fail)
    answer = kiosk.beat()

    assert answer.status_code == 500
    assert "a mistake of ours" not in problem(answer)["detail"]


def test_health(central):
    assert requests.get(f"{central.url}/healthz", timeout=10).text == "ok\n"
    assert requests.get(f"{central.url}/readyz", timeout=10).text == "ready\n"
