"""Signing in and out: one-time links, passwords, lockouts, and forms of our own origin only."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from uuid import uuid4

import pytest
import requests

from sync.server.auth import accounts, device_cookies
from sync.server.auth.passwords import CONCURRENT
from sync.server.auth.sign_in import LOCKOUT, NETWORK
from sync.server.organisation import read_organisation

MINUTES_A_WEEK = 7 * 24 * 60


@pytest.fixture
def password():
    return uuid4().hex


def welcome(central, browser, password, login="Ada", link=None):
    return browser.post(link or central.link(), data={"login": login, "password": password}, timeout=60)


def sign_in(central, browser, password, login="ada", *, in_known_browser=False):
    if not in_known_browser:
        browser.cookies.clear()
    return browser.post(f"{central.url}/login", data={"login": login, "password": password}, timeout=60)


def test_a_link_makes_an_account_and_signs_it_in(central, browser, password):
    answer = welcome(central, browser, password)

    assert answer.url == f"{central.url}/today"
    assert "Pair the first kiosk" in answer.text
    assert "Signed in as <a" in answer.text and ">ada</a>" in answer.text


def test_a_link_works_once(central, browser, password):
    link = central.link()
    assert browser.get(link, timeout=60).status_code == 200
    welcome(central, browser, password, link=link)

    assert browser.get(link, timeout=60).status_code == 410
    assert welcome(central, browser, password, link=link).status_code == 410


def test_a_link_expires(central, browser, password):
    link = central.link()
    central.clock.move(minutes=MINUTES_A_WEEK)

    assert welcome(central, browser, password, link=link).status_code == 410


def test_a_new_link_ends_the_one_before(central, browser, password):
    old = central.link()
    central.link()

    assert welcome(central, browser, password, link=old).status_code == 410


def test_a_short_password_leaves_the_link_valid(central, browser, password):
    link = central.link()

    assert welcome(central, browser, "eleven char", link=link).status_code == 400
    assert welcome(central, browser, password, link=link).status_code == 200


def test_a_forgotten_password(central, browser, password):
    welcome(central, browser, uuid4().hex)
    old_session = browser.cookies.copy()
    welcome(central, browser, password, link=central.link("Ada"))

    assert sign_in(central, browser, password).status_code == 200
    browser.cookies = old_session
    assert browser.get(f"{central.url}/", timeout=60).url.endswith("/login")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(central, browser, password):
    answer = browser.post(
        central.link(), data={"login": "ada", "password": password}, allow_redirects=False, timeout=60
    )

    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"))


def test_signing_in_again(central, browser, password):
    welcome(central, browser, password)

    assert sign_in(central, browser, password, login=" ADA ").url == f"{central.url}/today"


def test_an_unknown_login_and_a_wrong_password_have_the_same_answer(central, browser, password):
    welcome(central, browser, password)

    wrong, unknown = sign_in(central, browser, "wrong"), sign_in(central, browser, "wrong", login="unknown")

    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text == unknown.text.replace("unknown", "ada")


def test_guessing_locks_the_account(central, browser, password):
    welcome(central, browser, password)
    for _ in range(LOCKOUT.free):
        sign_in(central, browser, "wrong")

    assert sign_in(central, browser, password).status_code == 403
    central.clock.move(minutes=0.5)
    assert sign_in(central, browser, password).status_code == 200


def test_an_unknown_browser_does_not_lock_a_known_one_out(central, browser, password):
    welcome(central, browser, password)
    with requests.Session() as other_browser:
        other_browser.headers.update(browser.headers)
        for _ in range(LOCKOUT.free):
            sign_in(central, other_browser, "wrong")
        assert sign_in(central, other_browser, password).status_code == 403
    browser.cookies.pop("hearth")

    assert sign_in(central, browser, password, in_known_browser=True).url == f"{central.url}/today"


def test_a_known_browser_is_known_for_its_own_login_only(central, browser, password):
    welcome(central, browser, password, login="Grace")
    welcome(central, browser, password)
    for _ in range(LOCKOUT.free):
        sign_in(central, browser, "wrong", login="grace")

    assert sign_in(central, browser, password, login="grace", in_known_browser=True).status_code == 403


@pytest.mark.parametrize("is_known", [True, False])
def test_guessing_from_one_network_is_slow(central, browser, password, is_known):
    welcome(central, browser, password)
    marks = browser.cookies.copy()
    for turn in range(NETWORK.tries):
        browser.cookies = marks.copy()
        sign_in(central, browser, "wrong", login="ada" if is_known else f"unknown {turn}", in_known_browser=is_known)
    browser.cookies = marks.copy()

    answer = sign_in(central, browser, password, in_known_browser=is_known)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert "Too many wrong tries" in answer.text
    central.clock.move(minutes=10)
    assert sign_in(central, browser, password, in_known_browser=is_known).url == f"{central.url}/today"


def test_a_forged_device_cookie_is_not_accepted(central, browser, password):
    welcome(central, browser, password)
    nonce, secret = browser.cookies["hearth-known"].partition(".")[0], read_organisation(central.store).secret

    assert device_cookies.verify_device(secret, browser.cookies["hearth-known"], "ada") == nonce
    for forged in ("", nonce, f"{nonce}.", f"{nonce}.{'0' * 64}", "é.é"):
        assert device_cookies.verify_device(secret, forged, "ada") is None


def test_many_sign_ins_at_once_delay_no_kiosk(central, kiosk, browser, password, monkeypatch):
    welcome(central, browser, password)
    go_on = threading.Event()
    monkeypatch.setattr(accounts, "verify_password", lambda *_: go_on.wait(60) and False)

    def knock(_):
        data = {"login": "ada", "password": "wrong"}
        return requests.post(f"{central.url}/login", data=data, headers=dict(browser.headers), timeout=60)

    with ThreadPoolExecutor(80) as crowd:
        knocks = [crowd.submit(knock, i) for i in range(80)]
        try:
            sent_away = list(islice(as_completed(knocks, timeout=60), 80 - CONCURRENT))
            kiosk.visit(central.now, minutes=1)
            answers = (kiosk.beat(), kiosk.push())
        finally:
            go_on.set()

    assert [answer.status_code for answer in answers] == [200, 200]
    for future in sent_away:
        answer = future.result()
        assert 'value="ada"' in answer.text
        if answer.status_code == 503:
            assert answer.headers["Retry-After"] == "2" and "Many people are signing in" in answer.text
    statuses = Counter(future.result().status_code for future in knocks)
    assert statuses == {403: CONCURRENT, 503: NETWORK.tries - CONCURRENT, 429: 80 - NETWORK.tries}, (
        "refused tries count"
    )


@pytest.mark.parametrize("bad", [" " * 12, "  eleven char  ", "a" * 20, "abab" * 5])
def test_an_unacceptable_password_is_refused(central, browser, password, bad):
    link = central.link()

    assert welcome(central, browser, bad, link=link).status_code == 400
    assert welcome(central, browser, password, link=link).status_code == 200


@pytest.mark.parametrize("login", ["\0", "Ada\0", "\ud83d".encode("utf-8", "surrogatepass"), "\N{FIRE}" * 1000])
def test_an_impossible_login_name_is_answered_like_a_wrong_one(central, browser, password, login):
    welcome(central, browser, password)

    answer = browser.post(f"{central.url}/login", data={"login": login, "password": password}, timeout=60)

    assert answer.status_code == 403


def test_lockouts_grow_up_to_a_limit():
    assert [LOCKOUT.after(n) for n in (4, 5, 6, 7)] == [0, 30_000, 60_000, 120_000]
    assert LOCKOUT.after(500) == 60 * 60 * 1000


def test_signing_out_ends_the_session(central, signed_in):
    cookies = signed_in.cookies.copy()
    assert signed_in.post(f"{central.url}/logout", timeout=60).url.endswith("/login")

    signed_in.cookies = cookies
    assert signed_in.get(f"{central.url}/", timeout=60).url.endswith("/login")


def test_a_session_lasts_a_working_day(central, signed_in):
    central.clock.move(minutes=12 * 60)

    assert signed_in.get(f"{central.url}/", timeout=60).url.endswith("/login")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "{url}"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "{url}"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_forms_are_accepted_from_our_own_origin_only(central, password, headers, status):
    sent = {name: value.format(url=central.url) for name, value in headers.items()}

    answer = requests.post(central.link(), data={"login": "ada", "password": password}, headers=sent, timeout=60)

    assert answer.status_code == status
