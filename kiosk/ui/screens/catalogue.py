"""Page classes by page name; each is imported when it is first shown, to start quickly."""

from pkgutil import resolve_name

from kiosk.ui.screens.shared.page import Page

PAGES = {
    "welcome": "kiosk.ui.screens.visitor.welcome:Welcome",
    "party": "kiosk.ui.screens.visitor.party:Party",
    "which": "kiosk.ui.screens.visitor.which_session:Which",
    "whats_on": "kiosk.ui.screens.visitor.whats_on:WhatsOnNow",
    "stow": "kiosk.ui.screens.visitor.stow:Stow",
    "reach": "kiosk.ui.screens.visitor.reach:Reach",
    "confirmed": "kiosk.ui.screens.visitor.confirmed:Confirmed",
    "how_long": "kiosk.ui.screens.visitor.how_long:HowLongCanYouStay",
    "feeling": "kiosk.ui.screens.visitor.feeling:FeelingBefore",
    "code": "kiosk.ui.screens.visitor.code:Code",
    "number": "kiosk.ui.screens.visitor.pouch_number:Number",
    "thanks": "kiosk.ui.screens.visitor.thanks:Thanks",
    "stepped": "kiosk.ui.screens.visitor.stepped:Stepped",
    "first_pin": "kiosk.ui.screens.host.first_pin:FirstPin",
    "host_pin": "kiosk.ui.screens.host.host_pin:HostPin",
    "board": "kiosk.ui.screens.host.board:Board",
    "close": "kiosk.ui.screens.host.close_session:Close",
    "evacuation": "kiosk.ui.screens.host.evacuation:EvacuationPage",
    "evacuation_end": "kiosk.ui.screens.host.evacuation_end:EvacuationEnd",
    "language": "kiosk.ui.screens.shared.language:Language",
    "access": "kiosk.ui.screens.shared.access:Access",
    "notice": "kiosk.ui.screens.shared.notice:Notice",
}


def find(name: str) -> type[Page]:
    """The page's class. Raises KeyError for an unknown name."""
    page: type[Page] = resolve_name(PAGES[name])
    return page
