"""The driver of each kind of device; a new kind gets a line here."""

from kiosk.devices.card_reader import CardReaderDriver
from kiosk.devices.driver import Driver, Report
from kiosk.devices.printer import PrinterDriver
from kiosk.devices.scanner import ScannerDriver
from kiosk.rules.device_settings import CardReaderSettings, DeviceSettings, PrinterSettings, ScannerSettings


def make_driver(settings: DeviceSettings, report: Report) -> Driver:
    """The driver of a configured device, which calls ``report`` with its events."""
    match settings:
        case ScannerSettings():
            return ScannerDriver(settings, report)
        case CardReaderSettings():
            return CardReaderDriver(settings, report)
        case PrinterSettings():
            return PrinterDriver(settings, report)
