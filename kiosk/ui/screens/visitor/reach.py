"""The page with the venue's telephone number, as text and as a QR code."""

from kivy.properties import StringProperty

from kiosk.navigation import Intent
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page

MIN_DIGITS = 3  # digits of a number that can be dialled


class Reach(Page):
    """Its argument is a telephone number; answers with BACK."""

    phone = StringProperty("")
    link = StringProperty("")  # as a phone dials it (RFC 3966)

    def show(self, argument: object) -> None:
        """Show the number and its code."""
        assert isinstance(argument, str)
        self.phone = argument
        dialled = "".join(sign for sign in argument if sign.isascii() and (sign.isdigit() or sign in "+*#"))
        self.link = f"tel:{dialled}" if len(dialled) >= MIN_DIGITS else ""

    def back(self) -> None:
        """Return to the previous page."""
        self.answer(Intent.BACK)


kv_rules.load(__file__)
