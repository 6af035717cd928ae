"""What a scan means on the pages where a kiosk is paired: it fills in the server's address and the code."""

from urllib.parse import urlsplit

from kiosk.navigation import PairingCodeAsked
from kiosk.rules.device_events import DeviceEvent, PairingCodeScanned
from kiosk.services.records.host_records import HostSession
from kiosk.ui.text.i18n import say
from sync.urls import is_http_url

SHOWN = 26  # characters of a server's name that fit into a line


def pairing_answer(event: DeviceEvent, host: HostSession) -> PairingCodeAsked | str:
    """The page to go on with, where address and code are to be confirmed; or the line that says why there is none."""
    match event:
        case PairingCodeScanned(address, code) if is_http_url(address) and not _has_login(address):
            return PairingCodeAsked(host, address, code)
        case PairingCodeScanned():
            return say("The address in this code can’t be used. Ask the coordinator for another one.")
    return say("This code pairs no kiosk. Hold up the one from the coordinator’s page, or type the address.")


def server_words(address: str) -> str:
    """The name of a server as it is confirmed. Of a long one its end, which says whose it is, and not its beginning."""
    name = urlsplit(address).netloc
    return name if len(name) <= SHOWN else f"…{name[1 - SHOWN :]}"


def _has_login(address: str) -> bool:
    """Whether a name before the server's could be taken for the server's: https://good.example@bad.example."""
    parts = urlsplit(address)
    return parts.username is not None or parts.password is not None
