"""What a lead does with the machine: health, the log, power."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import bootstrap, status
from kiosk.bootstrap import KioskRuntime
from kiosk.services import hosts, machine
from kiosk.services.records.host_records import HostSession
from kiosk.services.roles import LeadNeeded
from kiosk.settings import KioskSettings, MachineSettings
from sync.manual_clock import ManualClock

WRITE_MARK = "from pathlib import Path; Path({!r}).write_text('off')"


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that the stand-in for the power-off command writes."""
    return tmp_path / "mark"


@pytest.fixture
def kiosk(tmp_path: Path, clock: ManualClock, mark: Path) -> Iterator[KioskRuntime]:
    """A kiosk with a command to power off, which is real and writes a file."""
    command = f'{sys.executable} -c "{WRITE_MARK.format(str(mark))}"'
    runtime = bootstrap.build(KioskSettings(machine=MachineSettings(command)), tmp_path, clock)
    yield runtime
    runtime.context.ledger.close()


@pytest.fixture
def lead(kiosk: KioskRuntime) -> HostSession:
    """Its first host."""
    return hosts.set_first_pin(kiosk.context, "482913")


def test_the_page_and_the_command_have_the_same_health(
    kiosk: KioskRuntime, lead: HostSession, tmp_path: Path, clock: ManualClock
) -> None:
    report = machine.read_health(kiosk.context)
    lines = "\n".join(status.lines(tmp_path, clock))

    assert (report.health.sync.server, report.health.sync.waiting, report.trouble) == (None, 1, None)
    assert "entries waiting    1 " in lines
    assert report.health.machine.disk_free > 0 and "GB free" in lines
    assert f"version            {report.health.machine.version}" in lines
    assert report.health.database.backup_at is None

    kiosk.maintenance.run_once()

    assert machine.read_health(kiosk.context).health.database.backup_at
    assert "newest backup" in "\n".join(status.lines(tmp_path, clock))


def test_the_machine_is_powered_off_by_the_command_of_the_settings(
    kiosk: KioskRuntime, lead: HostSession, mark: Path
) -> None:
    assert machine.read_health(kiosk.context).can_power_off
    assert machine.power_off(kiosk.context, lead)
    assert mark.read_text() == "off"


@pytest.mark.parametrize("command", ["no-such-command --now", f"{sys.executable} -c 'exit(1)'"])
def test_a_command_that_fails_is_reported(tmp_path: Path, clock: ManualClock, command: str) -> None:
    runtime = bootstrap.build(KioskSettings(machine=MachineSettings(command)), tmp_path, clock)
    lead = hosts.set_first_pin(runtime.context, "482913")

    assert not machine.power_off(runtime.context, lead)
    runtime.context.ledger.close()


def test_without_a_command_the_machine_stays_on(tmp_path: Path, clock: ManualClock) -> None:
    runtime = bootstrap.build(KioskSettings(), tmp_path, clock)
    lead = hosts.set_first_pin(runtime.context, "482913")

    assert not machine.read_health(runtime.context).can_power_off
    assert not machine.power_off(runtime.context, lead)
    runtime.context.ledger.close()


def test_the_log_is_exported_for_a_lead_alone(kiosk: KioskRuntime, lead: HostSession) -> None:
    file = machine.export_log(kiosk.context, lead)

    assert file is not None and file.read_text() == "nothing was logged\n"
    for act in (machine.export_log, machine.power_off):
        with pytest.raises(LeadNeeded):
            act(kiosk.context, replace(lead, role="host"))
