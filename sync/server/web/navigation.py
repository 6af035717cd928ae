"""The entries of the desk's navigation, in their order."""

from dataclasses import dataclass

from sync.server.web.i18n import later


@dataclass(frozen=True)
class NavigationEntry:
    """A link to a page. ``name``: what the page passes to its template as ``here``; ``words``: English."""

    name: str
    address: str
    words: str


NAVIGATION = (
    NavigationEntry("today", "/today", later("Today")),
    NavigationEntry("reports", "/", later("Reports")),
    NavigationEntry("plan", "/plan", later("Plan")),
    NavigationEntry("kiosks", "/kiosks", later("Kiosks")),
    NavigationEntry("venues", "/venues", later("Venues")),
    NavigationEntry("accounts", "/accounts", later("Accounts")),
)
