"""Numbers of a kiosk whose pairing was ended are dealt again when what they hold has come back, and not before."""

from uuid import UUID, uuid4

import pytest

from sync.domain.events import (
    PhoneCleared,
    SessionClosed,
    SessionOpened,
    StowCleared,
    StowLost,
    VisitCheckedIn,
    VisitCheckedOut,
)
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service

ALL = [[1, 9999]]


def turn(kiosk, version):
    answer = kiosk.beat(share={"version": version, "pouches": 40, "lockers": 40})
    assert answer.status_code == 200, answer.text
    return answer.json().get("share", {}).get("granted")


def write(kiosk, *facts):
    for subject, event in facts:
        kiosk.write(subject, event)
    assert kiosk.push().status_code == 200


@pytest.fixture
def kiosk(central):
    """The venue's first kiosk, which has everything."""
    return central.kiosk()


@pytest.fixture
def other(central, kiosk):
    """The venue's second kiosk, which has nothing."""
    return central.kiosk()


@pytest.fixture
def session(kiosk):
    session = uuid4()
    write(kiosk, (session, SessionOpened(kiosk.identity["zone"]["id"], "E", "event")))
    return session


def come_in(kiosk, session, stow, *numbers):
    visit = uuid4()
    write(kiosk, (visit, VisitCheckedIn(session, 1, len(numbers), stow=stow, numbers=numbers)))
    return visit


def end_pairing(central, kiosk):
    paired = kiosk_repository.kiosk_of_token(central.store, kiosk.identity["token"])
    kiosk_service.revoke(central.ledger, central.scope, UUID(str(paired.id)), central.now)


def test_who_is_in_keeps_the_pouch_when_the_pairing_is_ended(central, kiosk, other, session):
    visit = come_in(kiosk, session, "pouch", 3)
    end_pairing(central, kiosk)
    assert turn(other, 1)["pouches"] == [[1, 2], [4, 9999]]

    write(other, (visit, VisitCheckedOut()))

    assert turn(other, 2)["pouches"] == ALL


def test_a_number_that_was_not_back_at_the_closing_stays_out_of_the_pool_until_it_is_cleared(
    central, kiosk, other, session
):
    visit = come_in(kiosk, session, "locker", 5)
    write(kiosk, (visit, VisitCheckedOut("host", estimated=True, closeout=True)))
    write(kiosk, (session, SessionClosed(closeout=True)))
    end_pairing(central, kiosk)
    assert turn(other, 1)["lockers"] == [[1, 4], [6, 9999]]

    write(other, (visit, PhoneCleared("handed_back", (5,))))
    assert turn(other, 2) is None
    write(other, (visit, StowCleared("locker", (5,))))

    assert turn(other, 2)["lockers"] == ALL


def test_a_lost_pouch_is_dealt_to_nobody(central, kiosk, other, session):
    visit = come_in(kiosk, session, "pouch", 7)
    write(kiosk, (visit, StowLost("pouch", (7,))), (visit, VisitCheckedOut()))
    end_pairing(central, kiosk)

    assert turn(other, 1)["pouches"] == [[1, 6], [8, 9999]]


def test_of_three_kiosks_none_gets_it(central, kiosk, other, session):
    third = central.kiosk()
    come_in(kiosk, session, "pouch", 3)
    end_pairing(central, kiosk)

    assert turn(third, 1)["pouches"] == [[1, 2], [4, 40]]  # others have not reported yet what they have free
    assert turn(other, 1) is None or "pouches" not in turn(other, 1)
