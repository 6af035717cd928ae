"""What the kinds of sessions are called on the pages."""

from collections.abc import Mapping

from sync.domain.events import SessionKind
from sync.server.web.i18n import later

KINDS: Mapping[SessionKind, str] = {
    "open_hours": later("Open hours"),
    "event": later("Event"),
    "club": later("Club"),
    "workshop": later("Workshop"),
    "class": later("Class"),
}
