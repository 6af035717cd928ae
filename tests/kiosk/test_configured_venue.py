"""The coordinator's configuration of the venue overrides kiosk.toml, at once and after a restart."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from kiosk import bootstrap
from kiosk.bootstrap import KioskRuntime
from kiosk.services import hosts, settings
from kiosk.settings import KioskSettings, StowSettings, VenueSettings
from sync.client.enrolment import KEY, Enrolment
from sync.domain.events import VenueConfigured, ZoneName
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from sync.protocol import PlaceRef

HOME = PlaceRef(uuid4(), "Mill café")
PAIRED = Enrolment(
    "http://127.0.0.1:1", uuid4(), uuid4(), HOME, PlaceRef(uuid4(), "Hall"), "Europe/Madrid", uuid4().hex
)
SETTINGS = KioskSettings(venue=VenueSettings(reach="+34 91 555 0123"), stow=StowSettings(pouches=12))


@pytest.fixture
def start(tmp_path: Path, clock: ManualClock) -> Iterator[Callable[[], KioskRuntime]]:
    """Starts the kiosk on its folder, or restarts it."""
    running: list[KioskRuntime] = []

    def start_() -> KioskRuntime:
        for runtime in running:
            runtime.context.ledger.close()
        running.append(bootstrap.build(SETTINGS, tmp_path, clock))
        return running[-1]

    start_().context.ledger.remember(KEY, msgspec.to_builtins(PAIRED))
    yield start_
    for runtime in running:
        runtime.context.ledger.close()


@pytest.fixture
def configure(open_ledger: Callable[[str], Ledger]) -> Callable[[KioskRuntime, VenueConfigured], None]:
    """Lets the coordinator configure the venue, and the kiosk learn it from the feed."""
    server = open_ledger("server")

    def configure_(kiosk: KioskRuntime, event: VenueConfigured) -> None:
        [entry] = server.record((HOME.id, event), stream=HOME.id)
        kiosk.context.ledger.apply_feed([line.encode() for line in server.lines(entry.journal, entry.seq - 1, 1)], {})

    return configure_


def test_without_configuration_the_kiosks_settings_apply(start: Callable[[], KioskRuntime]) -> None:
    profile = start().context.profile

    assert (profile.venue, profile.pouches, profile.reach) == ("Mill café", 12, "+34 91 555 0123")
    assert profile.time_zone.key == "Europe/Madrid"


def test_a_configuration_applies_at_once_and_after_a_restart(
    start: Callable[[], KioskRuntime], configure: Callable[[KioskRuntime, VenueConfigured], None]
) -> None:
    kiosk = start()
    configure(kiosk, VenueConfigured(name="Mill house", pouches=30, time_zone="Asia/Tokyo"))

    for context in (kiosk.context, start().context):
        assert (context.profile.venue, context.profile.pouches, context.profile.time_zone.key) == (
            "Mill house",
            30,
            "Asia/Tokyo",
        )
        assert context.profile.reach == "+34 91 555 0123"  # which the configuration does not set


def test_an_empty_telephone_is_none(
    start: Callable[[], KioskRuntime], configure: Callable[[KioskRuntime, VenueConfigured], None]
) -> None:
    kiosk = start()

    configure(kiosk, VenueConfigured(reach=""))

    assert kiosk.context.profile.reach is None


def test_a_time_zone_that_this_machine_does_not_know_changes_nothing(
    start: Callable[[], KioskRuntime],
    configure: Callable[[KioskRuntime, VenueConfigured], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    kiosk = start()

    configure(kiosk, VenueConfigured(time_zone="Europe/Atlantis", pouches=7))

    assert (kiosk.context.profile.time_zone.key, kiosk.context.profile.pouches) == ("Europe/Madrid", 7)
    assert "tzdata" in caplog.text


def test_a_zones_new_name_applies_at_once_after_a_restart_and_without_a_server(
    start: Callable[[], KioskRuntime], configure: Callable[[KioskRuntime, VenueConfigured], None]
) -> None:
    kiosk = start()
    configure(
        kiosk, VenueConfigured(zones=(ZoneName(str(PAIRED.zone.id), "Great hall"), ZoneName(str(uuid4()), "Attic")))
    )
    assert settings.read_effective(kiosk.context).values.zone == "Great hall"

    kiosk = start()
    assert settings.read_effective(kiosk.context).values.zone == "Great hall"
    lead = hosts.set_first_pin(kiosk.context, "482913")
    assert kiosk.context.unpair is not None
    kiosk.context.unpair(lead)
    assert settings.read_effective(kiosk.context).values.zone == "Great hall"
