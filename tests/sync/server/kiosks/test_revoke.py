"""Ending a kiosk's pairing by the page or the command, and its consequences."""

import re
from uuid import UUID

import pytest
import requests

from sync.errors import UserError
from sync.server.kiosks import naming
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service

DAY_MS = 24 * 60 * 60 * 1000


def address(central, kiosk):
    return f"{central.url}/kiosks/{kiosk.identity['kiosk']}/revoke"


def test_a_revoked_kiosk_is_refused_and_listed_as_ended(central, kiosk, signed_in, problem):
    assert "End this kiosk" in signed_in.get(address(central, kiosk), timeout=60).text

    after = signed_in.post(address(central, kiosk), timeout=60)

    assert after.url == f"{central.url}/kiosks?done=ended" and ">ended<" in after.text
    for answer in (kiosk.beat(), kiosk.send(b"")):
        assert answer.status_code == 401
        assert problem(answer)["type"].endswith("/revoked")


def test_showing_the_form_ends_no_pairing(central, kiosk, signed_in):
    signed_in.get(address(central, kiosk), timeout=60)

    assert kiosk.beat().status_code == 200


def test_what_it_sent_stays_and_reports_do_not_wait_for_it(central, kiosk, signed_in):
    kiosk.visit(central.now - DAY_MS, minutes=30)
    kiosk.push()
    central.kiosk().beat()
    signed_in.post(address(central, kiosk), timeout=60)

    [row] = signed_in.get(f"{central.url}/report.json", timeout=60).json()["rows"]

    assert (row["visits"], row["reported_up_to"]) == (1, "2026-11-24T08:00:00+00:00")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": ""}])
def test_a_form_of_another_origin_ends_nothing(central, kiosk, signed_in, headers):
    assert signed_in.post(address(central, kiosk), headers=headers, timeout=60).status_code == 403
    assert kiosk.beat().status_code == 200


def test_ending_a_pairing_requires_signing_in(central, kiosk, browser):
    assert browser.post(address(central, kiosk), timeout=60).url == f"{central.url}/login"
    assert kiosk.beat().status_code == 200


def test_an_unknown_kiosk(central, signed_in):
    assert signed_in.get(f"{central.url}/kiosks/{UUID(int=7)}/revoke", timeout=60).status_code == 404


def test_a_code_can_be_withdrawn(central, signed_in):
    code = central.code("Mill café", "Hall")
    page = signed_in.get(f"{central.url}/kiosks", timeout=60).text
    assert "Mill café, Hall, good until" in page

    hidden = re.search(r'name="code" value="([\w-]+)"', page)[1]
    after = signed_in.post(f"{central.url}/kiosks/codes/withdraw", data={"code": hidden}, timeout=60)

    assert "good until" not in after.text
    assert requests.post(f"{central.url}/v1/enrol", json={"code": code}, timeout=60).status_code == 403


def test_kiosks_of_one_zone_have_different_names_and_are_found(central):
    for zone in ("Hall", "Hall", "Garden"):
        central.kiosk("Mill café", zone)
        central.clock.move(minutes=1)
    garden, first, second = all_kiosks = kiosk_repository.kiosks(central.store, central.scope)

    assert [naming.names(all_kiosks)[kiosk.id] for kiosk in all_kiosks] == [
        "Mill café, Garden",
        "Mill café, Hall 1",
        "Mill café, Hall 2",
    ]
    assert naming.find_kiosk(all_kiosks, " mill CAFE\u0301, hall 2 ") == second
    assert naming.find_kiosk(all_kiosks, naming.short_id(first)) == first
    for typed in ("Mill café, Hall", "0", str(garden.id)[:4]):
        with pytest.raises(UserError, match="hearth-server kiosks"):
            naming.find_kiosk(all_kiosks, typed)


def test_a_number_stays_when_others_go(central):
    for _ in range(2):
        central.kiosk("Mill café", "Hall")
        central.clock.move(minutes=1)
    first, second = kiosk_repository.kiosks(central.store, central.scope)
    kiosk_service.revoke(central.ledger, central.scope, first.id, central.now)

    assert naming.zone_names(kiosk_repository.kiosks(central.store, central.scope))[second.id] == "Hall 2"
