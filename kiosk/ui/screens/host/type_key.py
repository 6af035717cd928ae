"""The page where the venue key is typed, group by group, as another kiosk shows it."""

from kivy.properties import StringProperty

from kiosk.navigation import HostsAsked, KeyEntryAsked
from kiosk.rules import venue_key
from kiosk.services import venue_keys
from kiosk.services.records.host_records import WrongKey
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.text.i18n import say


class TypeVenueKey(TypingPage):
    """Takes a group once its fifth digit is typed; ``prompt`` is "", misread or wrong."""

    home_after = 120
    max_digits = venue_key.GROUP_DIGITS
    saved_fields = ("groups", *TypingPage.saved_fields)

    progress = StringProperty("")

    def show(self, argument: object) -> None:
        """Ask for the first group."""
        assert isinstance(argument, KeyEntryAsked)
        self.host_session = argument.host
        self.groups: tuple[str, ...] = ()
        self.on_prompt(self, "")
        self._show_progress()

    def deactivate(self) -> None:
        """Clear the key."""
        super().deactivate()
        self.groups = ()

    def restore_state(self, state: dict[str, object]) -> None:
        """Go on with the groups that were typed."""
        super().restore_state(state)
        self._show_progress()

    def on_prompt(self, _: object, prompt: str) -> None:
        """Show the instruction, or what was wrong."""
        match prompt:
            case "misread":
                self.text = say("A digit of this group is wrong. Type the group once more.")
            case "wrong":
                self.text = say("This is not the key of this venue’s hosts. Look at the other kiosk, and start again.")
            case _:
                self.text = say("A lead finds it on the venue’s other kiosk: Hosts, then Venue key.")

    def on_typed(self, widget: object, typed: str) -> None:
        """Take a complete group."""
        super().on_typed(widget, typed)
        if len(typed) == self.max_digits and self.is_active:
            self._take(typed)

    def delete(self) -> None:
        """Remove the last digit, or the group before."""
        if not self.typed and self.groups:
            *before, last = self.groups
            self.groups = tuple(before)
            self.typed = last
            self._show_progress()
        super().delete()

    def back(self) -> None:
        """Return to the hosts, or to the welcome page where no host has signed in."""
        if self.host_session:
            self.answer(HostsAsked(self.host_session))
        else:
            self.go_home()

    def _take(self, group: str) -> None:
        if not venue_key.is_group(len(self.groups), group):
            self.typed, self.prompt = "", "misread"
            return
        self.groups, self.typed, self.prompt = (*self.groups, group), "", ""
        self._show_progress()
        if len(self.groups) == venue_key.GROUPS:
            self.ask_unless_busy(
                self.ids.boxes, venue_keys.add_key, self.groups, self.host_session, then=self._handle_outcome
            )

    def _handle_outcome(self, outcome: object) -> None:
        if isinstance(outcome, WrongKey):
            self.groups, self.prompt = (), "wrong"
            self._show_progress()
        else:
            self.back()

    def _show_progress(self) -> None:
        number = min(len(self.groups) + 1, venue_key.GROUPS)
        self.heading = say("Group {number} of {all}", number=number, all=venue_key.GROUPS)
        self.progress = "  ".join(self.groups[-2:])


kv_rules.load(__file__)
