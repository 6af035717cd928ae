"""The page that asks whether the pairing is to be ended, the program restarted, or the machine powered off."""

from kivy.properties import StringProperty

from kiosk.navigation import HealthAsked, RestartAsked, ServerSettingsAsked, SureAsked
from kiosk.services import machine, pairing
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing


class Sure(BusyPage):
    """Its argument says what is asked."""

    heading = StringProperty("")
    text = StringProperty("")
    yes = StringProperty("")
    icon = StringProperty("")

    def show(self, argument: object) -> None:
        """Ask."""
        assert isinstance(argument, SureAsked)
        self.host_session, self.act = argument.host, argument.act
        match self.act:
            case "unpair":
                self.heading, self.yes, self.icon = say("End the pairing?"), say("End it"), "link_variant_off"
                self.text = say(
                    "The kiosk goes on alone, with all pouches. Tell your coordinator, who ends it there too."
                )
            case "restart":
                self.heading, self.yes, self.icon = say("Restart the kiosk?"), say("Restart"), "restart"
                self.text = say("Nothing is lost. The door is back in some seconds.")
            case _:
                self.heading, self.yes, self.icon = say("Power off?"), say("Power off"), "power"
                self.text = say("Nothing is lost. Somebody has to switch the kiosk on again.")

    def back(self) -> None:
        """Return to the page before."""
        asked = ServerSettingsAsked if self.act == "unpair" else HealthAsked
        self.answer(asked(self.host_session))

    def confirm(self, pressed: Breathing) -> None:
        """Do it."""
        host = self.host_session
        if self.act == "unpair":
            self.ask_unless_busy(pressed, pairing.unpair, host, then=lambda _: self.back(), slow=True)
        elif self.act == "restart":
            self.answer(RestartAsked(host))
        else:
            self.ask_unless_busy(pressed, machine.power_off, host, then=self._powered_off, slow=True)

    def _powered_off(self, is_off: bool) -> None:
        if is_off:
            self.text = say("Good night.")
        else:
            self.text = say("That did not work. Switch the kiosk off at its plug.")


kv_rules.load(__file__)
