"""The organisation's name on its page: stored, refused, taken away, and changed only by who may change everything."""

from sync.server.auth import current_account
from sync.server.auth.scope import Permission, Scope
from sync.server.organisation import read_organisation


def test_the_name_is_changed_on_its_page(central, signed_in):
    address = f"{central.url}/organisation"
    assert 'href="/organisation"' in signed_in.get(f"{central.url}/venues").text

    saved = signed_in.post(address, data={"name": " Rest  & Talk "})

    assert "Saved." in saved.text and 'value="Rest &amp; Talk"' in saved.text
    organisation = read_organisation(central.store)
    assert (organisation.name, organisation.id) == ("Rest & Talk", central.scope.organisation)
    signed_in.post(address, data={"name": " "})
    assert read_organisation(central.store).name is None


def test_a_name_that_can_not_be_shown_stands_beside_its_error(central, signed_in):
    refused = signed_in.post(f"{central.url}/organisation", data={"name": "R" * 81})

    assert refused.status_code == 400
    assert "at most 80 letters" in refused.text and "R" * 81 in refused.text
    assert read_organisation(central.store).name is None


def test_who_may_only_look_changes_nothing(central, signed_in, monkeypatch):
    monkeypatch.setattr(
        current_account,
        "scope_of",
        lambda _principal, organisation: Scope(organisation, None, frozenset({Permission.VIEW})),
    )

    assert 'name="name"' not in signed_in.get(f"{central.url}/organisation").text
    assert signed_in.post(f"{central.url}/organisation", data={"name": "Mine"}).status_code == 403
    assert read_organisation(central.store).name is None
