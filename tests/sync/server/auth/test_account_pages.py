"""Accounts from the pages: invitations, links, removal, one's own password; nobody can lock the organisation out."""

import re
from uuid import uuid4

import pytest
import requests

from sync.server.auth import accounts, invitations
from sync.server.auth.invitations import InvitationRefused, LoginTaken
from sync.server.auth.passwords import NotAcceptable
from sync.server.auth.sign_in import BROWSER

LINK = re.compile(r"(/welcome/[\w-]+)<")


@pytest.fixture
def stranger():
    """A browser that has never been here."""
    with requests.Session() as session:
        session.headers.update({"Sec-Fetch-Site": "same-origin", "Accept": "text/html"})
        yield session


def invite(central, browser, login=""):
    """The address of a new link."""
    shown = browser.post(f"{central.url}/accounts/invite", data={"login": login}, timeout=60)
    return central.url + LINK.search(shown.text)[1]


def account_id(central, login):
    return next(line.id for line in accounts.listed(central.store, central.now) if line.login == login)


def logins(central):
    return [line.login for line in accounts.listed(central.store, central.now)]


def test_an_invitation_for_one_name(central, signed_in, stranger):
    link = invite(central, signed_in, "Grace")

    other = stranger.post(link, data={"login": "mallory", "password": uuid4().hex}, timeout=60)
    assert other.status_code == 400 and "for grace, and for nobody else" in other.text
    stranger.post(link, data={"login": "grace", "password": uuid4().hex}, timeout=60)

    assert logins(central) == ["ada", "grace"]


def test_a_link_is_shown_once(central, signed_in):
    invite(central, signed_in)

    assert "not shown again" in signed_in.get(f"{central.url}/accounts/link", timeout=60).text


def test_an_invitation_ends_when_its_name_is_taken(central):
    bound = invitations.invite(central.store, central.now, "grace")
    free = invitations.create_invitation(central.store, central.now)
    invitations.accept_invitation(central.store, free, "grace", uuid4().hex, central.now)

    with pytest.raises(InvitationRefused):
        invitations.accept_invitation(central.store, bound, "grace", uuid4().hex, central.now)


def test_nobody_is_invited_by_a_name_that_is_taken_or_none(central, signed_in):
    with pytest.raises(LoginTaken):
        invitations.invite(central.store, central.now, "ADA")
    with pytest.raises(NotAcceptable):
        invitations.invite(central.store, central.now, "a\0b")


def test_an_invitation_is_withdrawn(central, signed_in, stranger):
    link = invite(central, signed_in, "grace")
    answer = signed_in.post(f"{central.url}/accounts/invite/withdraw", data={"login": "grace"}, timeout=60)

    assert "The link is withdrawn" in answer.text
    assert stranger.get(link, timeout=60).status_code == 410


def test_the_only_account_stays(central, signed_in):
    answer = signed_in.post(f"{central.url}/accounts/{account_id(central, 'ada')}/remove", timeout=60)

    assert answer.status_code == 409 and "nobody could sign in" in answer.text
    assert logins(central) == ["ada"]


def test_an_account_is_removed_and_signed_out(central, signed_in, stranger):
    stranger.post(invite(central, signed_in, "grace"), data={"login": "grace", "password": uuid4().hex}, timeout=60)
    signed_in.post(f"{central.url}/accounts/{account_id(central, 'grace')}/remove", timeout=60)

    assert logins(central) == ["ada"]
    assert stranger.get(f"{central.url}/today", timeout=60).url.endswith("/login")


def test_a_link_for_a_new_password(central, signed_in, stranger):
    stranger.post(invite(central, signed_in, "grace"), data={"login": "grace", "password": uuid4().hex}, timeout=60)
    shown = signed_in.post(f"{central.url}/accounts/{account_id(central, 'grace')}/link", timeout=60)
    stranger.cookies.clear()

    answer = stranger.post(central.url + LINK.search(shown.text)[1], data={"password": uuid4().hex}, timeout=60)

    assert answer.url.endswith("/today") and "Signed in as" in answer.text


def change(central, browser, password, new):
    return browser.post(f"{central.url}/account/password", data={"password": password, "new": new}, timeout=60)


def test_ones_own_password(central, browser, stranger):
    password, new = uuid4().hex, uuid4().hex
    browser.post(central.link(), data={"login": "ada", "password": password}, timeout=60)
    stranger.post(f"{central.url}/login", data={"login": "ada", "password": password}, timeout=60)

    assert change(central, browser, uuid4().hex, new).status_code == 403
    assert change(central, browser, password, "too short").status_code == 400
    assert "Your password is changed" in change(central, browser, password, new).text

    assert stranger.get(f"{central.url}/today", timeout=60).url.endswith("/login")
    assert stranger.post(f"{central.url}/login", data={"login": "ada", "password": new}, timeout=60).status_code == 200


def test_ones_own_password_can_not_be_guessed_at_a_computer_that_was_left(central, signed_in, monkeypatch):
    monkeypatch.setattr("sync.server.auth.account_pages.verify_password", lambda hashed, password: False)
    statuses = [change(central, signed_in, "guess", uuid4().hex).status_code for _ in range(BROWSER.tries + 1)]

    assert statuses == [403] * BROWSER.tries + [429]


def test_signing_out_everywhere(central, browser, stranger):
    password = uuid4().hex
    browser.post(central.link(), data={"login": "ada", "password": password}, timeout=60)
    stranger.post(f"{central.url}/login", data={"login": "ada", "password": password}, timeout=60)

    stranger.post(f"{central.url}/account/sign-out", timeout=60)

    for session in (browser, stranger):
        assert session.get(f"{central.url}/today", timeout=60).url.endswith("/login")
