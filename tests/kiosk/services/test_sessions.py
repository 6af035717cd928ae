"""What opening and closing a session records."""

from msgspec import UNSET

from kiosk.services import visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.visitor_records import CheckInRequest
from kiosk.services.sessions import close_session, open_session
from sync.domain.events import read_entry


def test_a_hosts_facts_name_the_host_and_a_visitors_do_not(context: KioskContext, host: HostSession) -> None:
    opened = open_session(context, Template("Open hours", "open_hours", None, None), host)
    visits.check_in(context, CheckInRequest(1, 0, 0))
    close_session(context, opened.id, host)

    journal = context.ledger.waiting().journal
    assert journal is not None
    actors = [(entry.kind, entry.actor) for entry in map(read_entry, context.ledger.lines(journal, 0, 10))]
    assert actors == [
        ("host.sealed", str(host.host_id)),
        ("session.opened", str(host.host_id)),
        ("visit.checked_in", UNSET),
        ("visit.checked_out", str(host.host_id)),
        ("session.closed", str(host.host_id)),
    ]
