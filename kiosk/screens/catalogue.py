"""Every screen by its name; each is imported when it is first shown, so that the door appears at once."""

from pkgutil import resolve_name

from kiosk.screens.page import Page

PAGES = {
    "welcome": "kiosk.screens.welcome:Welcome",
    "party": "kiosk.screens.party:Party",
    "which": "kiosk.screens.which:Which",
    "whats_on": "kiosk.screens.whats_on:WhatsOnNow",
    "stow": "kiosk.screens.stow:Stow",
    "reach": "kiosk.screens.reach:Reach",
    "confirmed": "kiosk.screens.confirmed:Confirmed",
    "how_long": "kiosk.screens.how_long:HowLongCanYouStay",
    "feeling": "kiosk.screens.feeling:FeelingBefore",
    "code": "kiosk.screens.code:Code",
    "number": "kiosk.screens.number:Number",
    "thanks": "kiosk.screens.thanks:Thanks",
    "stepped": "kiosk.screens.stepped:Stepped",
    "first_pin": "kiosk.screens.first_pin:FirstPin",
    "host_pin": "kiosk.screens.host_pin:HostPin",
    "board": "kiosk.screens.board:Board",
    "close": "kiosk.screens.close:Close",
    "language": "kiosk.screens.language:Language",
    "access": "kiosk.screens.access:Access",
    "notice": "kiosk.screens.notice:Notice",
}


def find(name: str) -> type[Page]:
    """The screen's class. Raises KeyError for a name that no screen has."""
    page: type[Page] = resolve_name(PAGES[name])
    return page
