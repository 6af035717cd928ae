"""The entries of the desk's navigation, in their order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NavigationEntry:
    """A link to a page. ``name``: what the page passes to its template as ``here``."""

    name: str
    address: str
    words: str


NAVIGATION = (
    NavigationEntry("today", "/today", "Today"),
    NavigationEntry("reports", "/", "Reports"),
    NavigationEntry("plan", "/plan", "Plan"),
    NavigationEntry("kiosks", "/kiosks", "Kiosks"),
    NavigationEntry("venues", "/venues", "Venues"),
    NavigationEntry("accounts", "/accounts", "Accounts"),
)
