"""The page for a host's PIN of six to eight digits."""

from kivy.properties import BooleanProperty

from kiosk.navigation import CodeLost, HelpAsked, KeyEntryAsked, OverCapacityAsked, PartyChosen, SetupAsked
from kiosk.services import hosts
from kiosk.services.records.host_records import HostSession, NoAccess, WrongPin
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.text.i18n import say

MIN_DIGITS = 6


class HostPin(TypingPage):
    """Checks the PIN; ``prompt`` is "" or wrong. With a CodeLost or OverCapacityAsked, the host helps visitors."""

    is_long_enough = BooleanProperty(False)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """Whether a host can sign in at all."""
        return hosts.read_access, ()

    def show(self, argument: object) -> None:
        """Ask for a PIN; where none could be right, for the venue key, or say what to do."""
        if isinstance(self.record, NoAccess):
            instead = {"first": SetupAsked(), "key": KeyEntryAsked(), "lost": self.record}
            self.answer(instead[self.record.why])
            return
        self.lost = argument if isinstance(argument, CodeLost) else None
        self.waiting = argument if isinstance(argument, OverCapacityAsked) else None  # the party that wants to come in
        self.heading = say("Your host helps") if self.lost or self.waiting else say("Host")
        self.on_prompt(self, self.prompt)

    def on_prompt(self, _: object, prompt: str) -> None:
        """Show the instruction, or that the PIN is wrong."""
        if prompt == "wrong":
            self.text = say("No host here has this PIN. Try once more.")
        elif self.lost:
            self.text = say("Please fetch your host. Host: type your PIN, then the number of the pouch.")
        elif self.waiting:
            self.text = say("Please fetch your host. Host: type your PIN, and they come in beyond the places.")
        else:
            self.text = say("Type your PIN, then the tick.")

    def on_typed(self, widget: object, typed: str) -> None:
        """Enable the check from ``MIN_DIGITS`` on."""
        super().on_typed(widget, typed)
        self.is_long_enough = len(typed) >= MIN_DIGITS

    def check(self) -> None:
        """Check the PIN."""
        self.ask_unless_busy(self.ids.dots, hosts.check_pin, self.typed, then=self._handle_outcome, slow=True)

    def _handle_outcome(self, outcome: object) -> None:
        if isinstance(outcome, WrongPin):
            self.prompt = "wrong"
            self.lock_keypad(outcome.wait)
        elif self.lost and isinstance(outcome, HostSession):
            self.answer(HelpAsked(self.lost.purpose, host=outcome))
        elif self.waiting and isinstance(outcome, HostSession):
            self.answer(PartyChosen(self.waiting.size, self.waiting.session, outcome))
        else:
            self.answer(outcome)


kv_rules.load(__file__)
