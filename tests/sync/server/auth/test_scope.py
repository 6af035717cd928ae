"""A scope limits what pages and commands read and change to its venues and permissions."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from sync.server.auth.scope import Permission, Principal, Scope, scope_of
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.kiosks import venues
from sync.server.kiosks.inventory import read_inventory
from sync.server.kiosks.missing import missing
from sync.server.reports import attendance
from sync.server.reports.base import ReportFilters

VIEW = frozenset({Permission.VIEW})


@pytest.fixture
def mill(central):
    """A kiosk at one of two venues, both with a visit and an entry that can't be read."""
    for venue in ("Garden house", "Mill café"):
        kiosk = central.kiosk(venue)
        kiosk.visit(central.now, minutes=30)
        kiosk.push()
        kiosk.send(b'{"seq": 3, "kind": "from tomorrow"}')
    return kiosk


def scope_at(central, kiosk, permissions=VIEW):
    return Scope(central.scope.organisation, frozenset({UUID(kiosk.identity["venue"]["id"])}), permissions)


def test_queries_return_what_is_in_the_scope(central, mill):
    code = central.code("Garden house")
    scope = scope_at(central, mill)
    today = datetime.fromtimestamp(central.now / 1000, UTC).date()

    assert [venue.name for venue in kiosk_repository.venues(central.store, scope)] == ["Mill café"]
    assert [str(kiosk.id) for kiosk in kiosk_repository.kiosks(central.store, scope)] == [mill.identity["kiosk"]]
    assert [listed.venue.name for listed in venues.listed(central.store, scope)] == ["Mill café"]
    assert code and kiosk_repository.open_codes(central.store, scope, central.now) == []
    assert [item.venue for item in missing(central.store, read_inventory(central.store, scope)).unread] == ["Mill café"]
    rows = attendance.rows(central.store, read_inventory(central.store, scope), ReportFilters(date(2026, 1, 1), today))
    assert [row.venue for row in rows] == ["Mill café"]


def test_a_scope_without_venues_sees_nothing(central, mill):
    scope = Scope(central.scope.organisation, frozenset(), frozenset(Permission))

    assert kiosk_repository.venues(central.store, scope) == kiosk_repository.kiosks(central.store, scope) == []


@pytest.mark.parametrize("permissions", [VIEW, frozenset(Permission)])
def test_a_pairing_is_ended_where_the_scope_allows_it(central, mill, permissions):
    kiosk = UUID(mill.identity["kiosk"])

    kiosk_service.revoke(central.ledger, scope_at(central, mill, permissions), kiosk, central.now)

    [row] = [row for row in kiosk_repository.kiosks(central.store, central.scope) if row.id == kiosk]
    assert row.is_revoked == (Permission.MANAGE in permissions)


def test_a_code_is_withdrawn_only_within_the_scope(central, mill):
    central.code("Garden house")
    [code] = kiosk_repository.open_codes(central.store, central.scope, central.now)

    scope = scope_at(central, mill, frozenset(Permission))
    assert not kiosk_repository.withdraw_code(central.store, scope, code.id)
    assert kiosk_repository.withdraw_code(central.store, central.scope, code.id)


def test_an_account_may_do_everything_and_a_kiosk_sees_its_venue():
    organisation, venue = uuid4(), uuid4()

    assert scope_of(Principal("account", uuid4()), organisation) == Scope.everything(organisation)
    assert scope_of(Principal("kiosk", uuid4(), venue), organisation) == Scope(organisation, frozenset({venue}), VIEW)
