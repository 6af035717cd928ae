"""The page of the kiosk's health; a lead exports the log, restarts the program, or powers the machine off."""

from pathlib import Path
from typing import Literal

from kiosk.navigation import HealthAsked, SettingsAsked, SureAsked
from kiosk.services import machine
from kiosk.services.records.health_record import DatabaseHealth
from kiosk.ui.screens.host.settings_server import moment
from kiosk.ui.screens.host.tiles_page import TilesPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import device_texts, phrases, setting_texts
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing


class HealthPage(TilesPage):
    """Shows what hearth-kiosk status prints."""

    saved_fields = ("text",)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The kiosk's health."""
        return machine.read_health, ()

    def show(self, argument: object) -> None:
        """Show the health."""
        assert isinstance(argument, HealthAsked)
        self.host_session = argument.host
        self.heading, self.text = say("Health"), ""
        self.fill_from(machine.read_health, self._fill)

    def back(self) -> None:
        """Return to the sections."""
        self.answer(SettingsAsked(self.host_session))

    def _fill(self, report: machine.HealthReport) -> None:
        health = report.health
        if report.trouble:
            hand = phrases.connection(bool(health.sync.server), health.sync.waiting, report.trouble)
            self.add_state("trouble", say("Needs a hand"), "hand_back_right", hand)
        self.add_tile("export", say("Export the log"), "export", self._export, say("No names, no codes"))
        self.add_tile("restart", say("Restart"), "restart", lambda _: self._ask("restart"), say("Some seconds"))
        if report.can_power_off:
            self.add_tile("power_off", say("Power off"), "power", lambda _: self._ask("power_off"))
        machine_health = health.machine
        self.add_state("version", say("Version"), "information_outline", machine_health.version)
        self.add_state("disk", say("Disk"), "harddisk", setting_texts.free_space(machine_health.disk_free))
        self.add_state("database", say("Database"), "database", _database_text(health.database))
        self.add_state("backup", say("Last backup"), "content_save", _backup_text(report))
        clock = say("Right") if health.is_clock_sure else say("Not known: times are estimates")
        self.add_state("clock", say("Clock"), "clock_outline", clock)
        voice = say("Not installed") if machine_health.missing_voice else say("Ready")
        self.add_state("voice", say("Read aloud"), "volume_high", voice)
        for device in machine_health.devices:
            self.add_state(
                f"device_{device.name}",
                device_texts.device_name(device.kind),
                device_texts.ICONS[device.kind],
                device_texts.device_condition(device.condition),
            )
        if machine_health.temperature is not None:
            self.add_state("temperature", say("Temperature"), "thermometer", f"{machine_health.temperature:.0f} °C")

    def _ask(self, act: Literal["restart", "power_off"]) -> None:
        self.answer(SureAsked(self.host_session, act))

    def _export(self, pressed: Breathing) -> None:
        self.ask_unless_busy(pressed, machine.export_log, self.host_session, then=self._exported, slow=True)

    def _exported(self, file: Path | None) -> None:
        if file is None:
            self.text = say("The log can’t be written. Is the disk full?")
        elif file.parts[1:2] == ("media",):
            self.text = say("The log is on the stick: {name}", name=file.name)
        else:
            self.text = say("The log is in the data folder: {name}", name=f"{file.parent.name}/{file.name}")


def _database_text(database: DatabaseHealth) -> str:
    if database.is_suspect:
        return say("Damaged: restart this kiosk")
    return say("Sound") if database.rebuilt_facts is None else say("Sound; it was rebuilt once")


def _backup_text(report: machine.HealthReport) -> str:
    if report.health.database.backup_error:
        return say("Failed; it is tried again")
    return moment(report.backup_at) if report.backup_at else say("None yet")
