"""A scan of the coordinator's pairing page fills in address and code; any other one has a friendly line."""

from uuid import UUID

import pytest

from kiosk.navigation import PairingAsked, PairingCodeAsked, ServerAsked
from kiosk.rules.device_events import DeviceEvent, PairingCodeScanned, UnreadableScan
from kiosk.services import pairing
from kiosk.services.records.host_records import HostSession, Paired
from tests.support.single_page import SinglePage

LEAD = HostSession(UUID(int=7), "Mo", "lead")
ADDRESS, CODE = "https://hearth.example.org", "ABCD2345"
PAGES = [
    ("setup_pairing", PairingAsked(LEAD)),
    ("text_entry", ServerAsked(LEAD)),
    ("text_entry", PairingCodeAsked(LEAD, "https://other.example")),
]


@pytest.mark.parametrize(("name", "argument"), PAGES)
def test_a_scan_leads_to_a_confirmation_that_names_the_server_and_pairs(
    stage: SinglePage, name: str, argument: object
) -> None:
    stage.open(name, argument)
    stage.page.device_event(PairingCodeScanned(ADDRESS, CODE))
    assert stage.answers == [PairingCodeAsked(LEAD, ADDRESS, CODE)]

    stage.open("text_entry", stage.answers.pop())
    assert "With hearth.example.org, by the code that was scanned." in stage.texts()
    assert stage.carried(pairing.pair) == []  # nothing is paired before the tick
    stage.context.answers[pairing.pair] = Paired("Mill café", "Hall")
    stage.tap("check")
    assert stage.carried(pairing.pair) == [[ADDRESS, CODE]]
    assert stage.answers == [LEAD]


@pytest.mark.parametrize(("name", "argument"), PAGES[:2])
@pytest.mark.parametrize(
    ("event", "line"),
    [
        (PairingCodeScanned("file:///etc/passwd", CODE), "The address in this code can’t be used."),
        (PairingCodeScanned("https://good.example@bad.example", CODE), "The address in this code can’t be used."),
        (UnreadableScan(), "This code pairs no kiosk."),
    ],
)
def test_a_hostile_code_has_a_friendly_line_and_changes_nothing(
    stage: SinglePage, name: str, argument: object, event: DeviceEvent, line: str
) -> None:
    stage.open(name, argument)
    stage.page.device_event(event)

    assert stage.answers == []
    assert line in stage.texts()


def test_of_a_long_name_the_end_is_shown(stage: SinglePage) -> None:
    stage.open("text_entry", PairingCodeAsked(LEAD, "https://hearth.example.org.and.much.more.evil.example", CODE))

    assert "With …nd.much.more.evil.example, by the code" in stage.texts()


def test_elsewhere_it_is_no_slip(stage: SinglePage) -> None:
    stage.open("welcome")
    stage.page.device_event(PairingCodeScanned(ADDRESS, CODE))

    assert "That couldn’t be read." in stage.texts()
    assert stage.answers == []
