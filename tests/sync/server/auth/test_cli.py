"""The commands for accounts: list, link for a new password, remove; and what a link can do."""

import re

import pytest
import requests
from sqlalchemy import select

from sync.server import tables
from tests.support.server_commands import mistake, serving

PASSWORD = "lamp river cousin 1957"
FORM = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def send(address, login, password):
    data = {"login": login, "password": password}
    answer = requests.post(address, data=data, headers=FORM, timeout=30, allow_redirects=False)
    return answer.status_code, answer.text


def use(link, login, password=PASSWORD, url=None):
    return send(f"{url}/welcome/{link.partition('/welcome/')[2]}", login, password)


def last_line(ran):
    return ran.stdout.splitlines()[-1]


def test_accounts_are_listed_and_removed_beside_the_running_server(data, run):
    with serving(data) as (url, _):
        assert "no account yet" in run("account", "list", data=data).stdout
        for login in ("ada", "grace"):
            with requests.Session() as browser:
                browser.headers.update(FORM)
                browser.post(last_line(run("init", data=data)), data={"login": login, "password": PASSWORD}, timeout=30)
                if login == "ada":
                    session = dict(browser.cookies)
        run("account", "link", "grace", data=data)
        listed = run("account", "list", data=data).stdout.splitlines()
        removed = run("account", "remove", "ADA", data=data)
        answer = requests.get(f"{url}/", cookies=session, headers=FORM, timeout=30)

    assert [re.split("  +", line) for line in listed] == [
        ["login", "signed in", "link"],
        ["ada", "in 1 browser", "-"],
        ["grace", "in 1 browser", "open"],
    ]
    assert "signed out everywhere" in removed.stdout
    assert answer.url.endswith("/login")


def test_the_last_account_is_removed_only_with_the_option(data, run):
    with serving(data) as (url, _):
        use(last_line(run("init", data=data)), "ada", url=url)
        link = last_line(run("account", "link", "ada", data=data))
        assert "only account" in mistake(run("account", "remove", "ada", data=data))
        assert run("account", "remove", "ada", "--last", data=data).returncode == 0
        assert use(link, "ada", url=url)[0] == 410, "a removed account's links end"
    assert "no account is called 'ada'" in mistake(run("account", "remove", "ada", data=data))
    assert "no account is called 'ada'" in mistake(run("account", "link", "ada", data=data))


def test_a_link_sets_the_password_of_no_other_account(central):
    for login in ("ada", "grace"):
        assert use(central.link(), login, url=central.url)[0] == 303

    status, text = use(central.link("grace"), "ada", "another four words 22", url=central.url)
    assert (status, "for grace, and for nobody else" in text) == (400, True)
    status, text = use(central.link(), "ada", "another four words 22", url=central.url)
    assert (status, "taken" in text) == (400, True)
    assert send(f"{central.url}/login", "ada", PASSWORD)[0] == 303


def test_a_link_of_one_account_does_not_end_anothers(central):
    for login in ("ada", "grace"):
        use(central.link(), login, url=central.url)
    first, second = central.link("ada"), central.link("grace")

    assert use(first, "", url=central.url)[0] == 303
    assert use(second, "", url=central.url)[0] == 303


def test_a_link_says_whether_it_was_used_or_is_too_old_or_unknown(central):
    link = central.link()
    assert use(link, "ada", url=central.url)[0] == 303
    assert "used already" in use(link, "ada", url=central.url)[1]
    old = central.link()
    central.clock.move(minutes=7 * 24 * 60)
    assert "older than seven days" in use(old, "grace", url=central.url)[1]
    assert "not known here" in use(link + "x", "grace", url=central.url)[1]


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Passwort1234",
        "qwertyuiop12",
        "123456789012",
        "adaadaadaada",
        "millcafemillcafe",
        "hearthhearth",
        "abcabcabcabc",
    ],
)
def test_an_easily_guessed_password_is_refused(central, password):
    central.code("Mill cafe")
    link = central.link()

    status, text = use(link, "ada", password, url=central.url)

    assert status == 400 and "guessed soon" in text
    assert use(link, "ada", url=central.url)[0] == 303


def test_the_page_of_kiosks_does_not_reveal_codes(central, signed_in):
    central.code("Mill")
    page = signed_in.get(f"{central.url}/kiosks", timeout=60).text

    with central.store.reading() as connection:
        [code] = connection.execute(select(tables.pairing_code)).all()
    assert code.code_hash not in page and str(code.id) in page


def test_the_stored_hash_of_a_code_is_keyed(central):
    import hashlib

    code = central.code("Mill")

    with central.store.reading() as connection:
        stored = connection.execute(select(tables.pairing_code.c.code_hash)).scalar_one()
    assert stored not in {hashlib.sha256(spelled.encode()).hexdigest() for spelled in (code, code.lower())}
