"""Settings that a lead changes at the kiosk: over kiosk.toml, under the coordinator, at once and for good."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args
from uuid import UUID, uuid4

import msgspec
import pytest

from kiosk import bootstrap
from kiosk.bootstrap import KioskRuntime
from kiosk.rules.setting_values import SettingValues, StoredSettings, TemplateSettings
from kiosk.services import first_start, hosts, pairing, settings
from kiosk.services.records.host_records import HostSession, Setup
from kiosk.services.roles import LeadNeeded
from kiosk.settings import KioskSettings, PanelSettings, StowSettings, VenueSettings
from sync.client.enrolment import KEY, Enrolment
from sync.domain.events import KioskConfigured, SettingName, VenueConfigured
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from sync.protocol import PlaceRef

HOME = PlaceRef(uuid4(), "Mill café")
PAIRED = Enrolment(
    "http://127.0.0.1:1", uuid4(), uuid4(), HOME, PlaceRef(uuid4(), "Hall"), "Europe/Madrid", uuid4().hex
)
FILE = KioskSettings(venue=VenueSettings(reach="+34 91 555 0123"), stow=StowSettings(pouches=12))


@pytest.fixture
def start(tmp_path: Path, clock: ManualClock) -> Iterator[Callable[[], KioskRuntime]]:
    """Starts the kiosk on its folder, or restarts it."""
    running: list[KioskRuntime] = []

    def start_() -> KioskRuntime:
        for runtime in running:
            runtime.context.ledger.close()
        running.append(bootstrap.build(FILE, tmp_path, clock))
        return running[-1]

    yield start_
    for runtime in running:
        runtime.context.ledger.close()


@pytest.fixture
def kiosk(start: Callable[[], KioskRuntime]) -> KioskRuntime:
    """A kiosk that stands alone."""
    return start()


def test_a_new_kiosk_proposes_names_in_the_language_that_was_chosen(kiosk: KioskRuntime) -> None:
    setup = first_start.choose_language(kiosk.context, "de")

    assert isinstance(setup, Setup)
    assert setup.venue == "Unser handyfreier Raum"
    assert [template.title for template in kiosk.context.profile.templates][:2] == ["Offene Zeit", "Ruhiger Abend"]
    assert settings.stored_settings(kiosk.context.ledger) == StoredSettings(language="de"), "kiosk.toml still counts"


@pytest.fixture
def lead(kiosk: KioskRuntime) -> HostSession:
    """Its first host."""
    return hosts.set_first_pin(kiosk.context, "482913")


@pytest.fixture
def configure(open_ledger: Callable[[str], Ledger]) -> Callable[[KioskRuntime, VenueConfigured], None]:
    """Lets the coordinator configure the venue, and the kiosk learn it from the feed."""
    server = open_ledger("server")

    def configure_(kiosk: KioskRuntime, event: VenueConfigured) -> None:
        [entry] = server.record((HOME.id, event), stream=HOME.id)
        kiosk.context.ledger.apply_feed([line.encode() for line in server.lines(entry.journal, entry.seq - 1, 1)], {})

    return configure_


def paired(start: Callable[[], KioskRuntime], kiosk: KioskRuntime) -> KioskRuntime:
    kiosk.context.ledger.remember(KEY, msgspec.to_builtins(PAIRED))
    return start()


def facts(kiosk: KioskRuntime) -> list[tuple[UUID, str | None, bytes]]:
    """Subject, actor and line of the facts about settings."""
    ledger = kiosk.context.ledger
    lines = [line.encode() for line in ledger.lines(ledger.waiting().journal, 0, 100)]
    entries = [msgspec.json.decode(line) for line in lines]
    return [
        (UUID(entry["subject"]), entry.get("actor"), line)
        for entry, line in zip(entries, lines, strict=True)
        if entry["kind"] == KioskConfigured.kind
    ]


def test_each_setting_has_a_name_in_the_protocol() -> None:
    assert (*SettingValues.__struct_fields__, settings.UNPAIRED) == get_args(SettingName)
    assert SettingValues.__struct_fields__ == StoredSettings.__struct_fields__


def test_without_a_choice_kiosk_toml_counts(kiosk: KioskRuntime) -> None:
    effective = settings.read_effective(kiosk.context)

    assert (effective.values.pouches, effective.values.reach) == (12, "+34 91 555 0123")
    assert set(effective.origins.values()) == {"file"}


def test_a_change_counts_at_once_and_after_a_restart(
    start: Callable[[], KioskRuntime], kiosk: KioskRuntime, lead: HostSession
) -> None:
    quiz = TemplateSettings("Quiz", "club", 90, 12)
    changes = StoredSettings(pouches=20, lockers=3, reach="+31 6 1234", theme="dark", templates=(quiz,))

    effective = settings.change(kiosk.context, lead, changes)

    assert (effective.origins["pouches"], effective.origins["venue"]) == ("kiosk", "file")
    assert len(kiosk.context.allocation.pouches) == 20
    for runtime in (kiosk, start()):
        profile = runtime.context.profile
        assert (profile.pouches, profile.lockers, profile.reach) == (20, 3, "+31 6 1234")
        assert [(template.title, template.minutes) for template in profile.templates] == [("Quiz", 90)]
        assert bootstrap.panel(FILE, runtime) == PanelSettings(theme="dark")


def test_the_journal_has_the_names_and_who_did_it_but_no_value(kiosk: KioskRuntime, lead: HostSession) -> None:
    settings.change(kiosk.context, lead, StoredSettings(reach="+31 6 98765", pouches=12, lockers=2))

    [(subject, actor, line)] = facts(kiosk)

    assert (subject, actor) == (UUID(int=0), str(lead.host_id))
    assert msgspec.json.decode(line)["body"] == {"settings": ["lockers", "reach"]}, "pouches were twelve before"
    assert b"98765" not in line


def test_a_change_to_what_is_there_already_records_nothing(kiosk: KioskRuntime, lead: HostSession) -> None:
    settings.change(kiosk.context, lead, StoredSettings(pouches=12))

    assert facts(kiosk) == []


def test_a_host_who_is_no_lead_changes_nothing(kiosk: KioskRuntime, lead: HostSession) -> None:
    with pytest.raises(LeadNeeded):
        settings.change(kiosk.context, replace(lead, role="host"), StoredSettings(pouches=20))
    assert kiosk.context.profile.pouches == 12


@pytest.mark.parametrize(
    "changes",
    [
        StoredSettings(pouches=1000),
        StoredSettings(volume=0),
        StoredSettings(theme="pink"),  # type: ignore[arg-type]
        StoredSettings(reach="\n"),
        StoredSettings(venue=""),
        StoredSettings(templates=()),
    ],
)
def test_a_value_beyond_its_limits_is_refused(kiosk: KioskRuntime, lead: HostSession, changes: StoredSettings) -> None:
    with pytest.raises(msgspec.ValidationError):
        settings.change(kiosk.context, lead, changes)
    assert facts(kiosk) == []


def test_the_coordinator_wins_is_shown_and_cannot_be_contradicted(
    start: Callable[[], KioskRuntime],
    kiosk: KioskRuntime,
    lead: HostSession,
    configure: Callable[[KioskRuntime, VenueConfigured], None],
) -> None:
    settings.change(kiosk.context, lead, StoredSettings(pouches=20, lockers=5))
    kiosk = paired(start, kiosk)
    configure(kiosk, VenueConfigured(pouches=30))

    effective = settings.read_effective(kiosk.context)

    assert (effective.values.pouches, effective.origins["pouches"]) == (30, "coordinator")
    assert (effective.values.lockers, effective.origins["lockers"]) == (5, "kiosk")
    assert (effective.values.venue, effective.origins["venue"]) == ("Mill café", "coordinator")
    assert (kiosk.context.profile.pouches, len(kiosk.context.allocation.lockers)) == (30, 5)
    with pytest.raises(settings.SetByCoordinator, match="pouches"):
        settings.change(kiosk.context, lead, StoredSettings(pouches=25, lockers=6))
    assert kiosk.context.profile.lockers == 5, "all or nothing"


def test_a_paired_kiosk_is_the_subject_of_its_changes(
    start: Callable[[], KioskRuntime], kiosk: KioskRuntime, lead: HostSession
) -> None:
    kiosk = paired(start, kiosk)
    settings.change(kiosk.context, lead, StoredSettings(lockers=6))

    assert facts(kiosk)[-1][0] == PAIRED.kiosk


def test_an_unpaired_kiosk_keeps_its_names_and_numbers_and_may_change_them(
    start: Callable[[], KioskRuntime],
    kiosk: KioskRuntime,
    lead: HostSession,
    configure: Callable[[KioskRuntime, VenueConfigured], None],
) -> None:
    kiosk = paired(start, kiosk)
    configure(kiosk, VenueConfigured(pouches=30, reach=""))

    pairing.unpair(kiosk.context, lead)

    assert facts(kiosk)[-1][:2] == (PAIRED.kiosk, str(lead.host_id))
    for runtime in (kiosk, start()):
        profile = runtime.context.profile
        assert (profile.paired, profile.venue, profile.zone) == (False, "Mill café", "Hall")
        assert (profile.pouches, profile.reach) == (30, None)
        assert len(runtime.context.allocation.pouches) == 30
    assert settings.change(runtime.context, lead, StoredSettings(pouches=8)).values.pouches == 8
    assert runtime.replicator is None


def test_a_host_who_is_no_lead_unpairs_nothing(
    start: Callable[[], KioskRuntime], kiosk: KioskRuntime, lead: HostSession
) -> None:
    kiosk = paired(start, kiosk)

    with pytest.raises(LeadNeeded):
        pairing.unpair(kiosk.context, replace(lead, role="host"))
    assert kiosk.context.profile.paired
