"""Pairing codes and venues, made and changed from the pages."""

import re

import pytest
import requests

from sync.ledger import plans
from sync.pairing_tokens import pairing_text
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import venue_setup
from sync.server.web.qr_code import draw_qr

CODE = re.compile(r'class="once">(\w{4}) (\w{4})<')


@pytest.fixture
def mill(central):
    """A venue with one zone."""
    return venue_setup.add_venue(central.store, "Mill café", "Europe/Amsterdam", "Hall", central.now)


def setup_of(central, venue):
    return venue_setup.read_setup(central.store, venue_setup.find_venue(central.store, central.scope, venue))


def zone_of(central, venue):
    return setup_of(central, venue).zones[0].id


def test_a_code_of_the_page_pairs_a_kiosk(central, signed_in, mill):
    zone = zone_of(central, mill)
    assert f'value="{zone}" selected' in signed_in.get(f"{central.url}/kiosks/pair?zone={zone}", timeout=60).text

    shown = signed_in.post(f"{central.url}/kiosks/pair", data={"zone": str(zone)}, timeout=60)
    code = "".join(CODE.search(shown.text).groups())
    assert draw_qr(pairing_text(central.url, code)).path in shown.text
    answer = requests.post(f"{central.url}/v1/enrol", json={"code": code}, timeout=60)

    assert answer.json()["zone"]["name"] == "Hall"
    assert "This code can't be used any more" in signed_in.get(shown.url, timeout=60).text


def test_a_code_is_shown_in_its_browser_alone(central, signed_in, mill):
    shown = signed_in.post(f"{central.url}/kiosks/pair", data={"zone": str(zone_of(central, mill))}, timeout=60)
    assert CODE.search(signed_in.get(shown.url, timeout=60).text)
    del signed_in.cookies["hearth-once"]

    again = signed_in.get(shown.url, timeout=60)

    assert not CODE.search(again.text) and "not shown again" in again.text


def test_a_code_for_a_zone_that_does_not_exist(central, signed_in, mill):
    answer = signed_in.post(f"{central.url}/kiosks/pair", data={"zone": str(mill)}, timeout=60)

    assert answer.status_code == 400 and "Choose where the kiosk stands" in answer.text
    assert not kiosk_repository.open_codes(central.store, central.scope, central.now)


def test_a_new_venue(central, signed_in):
    fields = {"name": " Library  East ", "time_zone": "Europe/Paris", "zone": "Attic"}

    answer = signed_in.post(f"{central.url}/venues/new", data=fields, timeout=60)

    assert answer.history[0].status_code == 303 and "The venue is there" in answer.text
    [venue] = kiosk_repository.venues(central.store, central.scope)
    assert (venue.name, venue.time_zone) == ("Library East", "Europe/Paris")


@pytest.mark.parametrize(
    "mistake",
    [
        ("name", "MILL café", "a venue is called “Mill café” already"),
        ("name", "", "letters that can be printed"),
        ("time_zone", "Mars/Olympus", "is no time zone"),
        ("zone", " ", "letters that can be printed"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_everything_else_stays(central, signed_in, mill, mistake):
    field, value, error = mistake
    fields = {"name": "Library", "time_zone": "Europe/Paris", "zone": "Attic", field: value}

    answer = signed_in.post(f"{central.url}/venues/new", data=fields, timeout=60)

    assert answer.status_code == 400
    assert error.casefold() in answer.text.casefold() and f'aria-describedby="{field}-error"' in answer.text
    for name in {"name", "time_zone", "zone"} - {field}:
        assert f'value="{fields[name]}"' in answer.text
    assert len(kiosk_repository.venues(central.store, central.scope)) == 1


def test_what_a_venue_has_reaches_its_kiosks(central, signed_in, mill):
    fields = {"name": "Mill house", "time_zone": "Europe/Amsterdam", "pouches": "40", "lockers": "", "reach": "+31 20"}

    answer = signed_in.post(f"{central.url}/venues/{mill}", data=fields, timeout=60)

    assert "Its kiosks go by it within a minute" in answer.text
    setup = setup_of(central, mill)
    assert (setup.venue.name, setup.pouches, setup.lockers, setup.reach) == ("Mill house", 40, None, "+31 20")


@pytest.mark.parametrize("pouches", ["-1", "1000", "many", "²"])
def test_a_number_of_pouches_that_is_none(central, signed_in, mill, pouches):
    fields = {"name": "Mill house", "time_zone": "Europe/Amsterdam", "pouches": pouches, "lockers": "7"}

    answer = signed_in.post(f"{central.url}/venues/{mill}", data=fields, timeout=60)

    assert answer.status_code == 400 and "Write a number from 0 to 999." in answer.text
    assert 'value="7"' in answer.text and 'value="Mill house"' in answer.text
    assert setup_of(central, mill).venue.name == "Mill café"


def test_zones_are_added_and_renamed(central, signed_in, mill):
    address = f"{central.url}/venues/{mill}/zones"
    signed_in.post(address, data={"zone": "Attic"}, timeout=60)
    taken = signed_in.post(address, data={"zone": "ATTIC"}, timeout=60)
    zone = zone_of(central, mill)
    signed_in.post(f"{address}/{zone}", data={"name": "Garden"}, timeout=60)

    assert plans.configuration(central.store, mill).name_of(str(zone), "") == "Garden"
    assert taken.status_code == 400 and "a zone here is called “attic” already" in taken.text.casefold()
    assert sorted(zone.name for zone in setup_of(central, mill).zones) == ["Garden", "Hall"]


def test_a_zone_of_another_venue_is_not_renamed(central, signed_in, mill):
    other = venue_setup.add_venue(central.store, "Library", "UTC", "Attic", central.now)

    answer = signed_in.post(
        f"{central.url}/venues/{mill}/zones/{zone_of(central, other)}", data={"name": "Mine"}, timeout=60
    )

    assert answer.status_code == 400
    assert setup_of(central, other).zones[0].name == "Attic"


@pytest.mark.parametrize("path", ["/kiosks/pair", "/venues/new", "/accounts/invite", "/account/password"])
def test_a_form_of_another_origin_changes_nothing(central, signed_in, path):
    headers = {"Sec-Fetch-Site": "cross-site"}

    assert signed_in.post(central.url + path, headers=headers, timeout=60).status_code == 403
