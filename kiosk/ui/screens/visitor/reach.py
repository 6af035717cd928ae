"""How can I be reached? The venue's number, before the phone is put away: to read, and for the phone to take along."""

from kivy.properties import StringProperty

from kiosk.navigation import Intent
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page

SHORTEST = 3  # digits of a number that can be dialled


class Reach(Page):
    """Given a telephone number; the way back leads to where one was."""

    phone = StringProperty("")
    link = StringProperty("")  # as a phone dials it (RFC 3966)

    def show(self, given: object) -> None:
        """The number, and the same as a code."""
        assert isinstance(given, str)
        self.phone = given
        dialled = "".join(sign for sign in given if sign.isascii() and (sign.isdigit() or sign in "+*#"))
        self.link = f"tel:{dialled}" if len(dialled) >= SHORTEST else ""

    def back(self) -> None:
        """It is noted."""
        self.answer(Intent.BACK)


kv_rules.load(__file__)
