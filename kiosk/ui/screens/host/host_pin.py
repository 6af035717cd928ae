"""The page for a host's PIN of six to eight digits."""

from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.navigation import (
    AllLockersAsked,
    CodeLost,
    EvacuateAsked,
    HelpAsked,
    Intent,
    OpenAllAsked,
    OverCapacityAsked,
    PartyChosen,
    PinAsked,
    PinGiven,
    RollCallAsked,
    RollCallEndAsked,
    RollCallEnding,
    SetupAsked,
)
from kiosk.services import hosts, lockout
from kiosk.services.records.host_records import HostSession, NoAccess, WrongPin
from kiosk.ui import kv_rules
from kiosk.ui.layout.spread import is_flat_panel
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text.i18n import say

MIN_DIGITS = 6


class HostPin(TypingPage):
    """Checks the PIN; ``prompt`` is "" or wrong. With a CodeLost or OverCapacityAsked, the host helps visitors.

    With a RollCallEndAsked the PIN ends a roll call, with an OpenAllAsked it opens all lockers; with a PinAsked a card
    was not enough. From the door a roll call can be started here without a PIN, and a host signs in by card.
    """

    is_long_enough = BooleanProperty(False)
    alarm = StringProperty("offered")  # or hidden
    alarm_gap = NumericProperty(0)  # between its button and the footer
    alarm_text = StringProperty("")
    alarm_share = NumericProperty(1, allownone=True)  # of its pane's width; None: as wide as a key
    key_gap = NumericProperty(theme.gap)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """Whether a host can sign in at all, as far as the ledger can be read: an evacuation needs no PIN."""
        return hosts.read_access_if_possible, ()

    def show(self, argument: object) -> None:
        """Ask for a PIN; where none could be right, say what to do."""
        if isinstance(self.record, NoAccess):
            self.answer(SetupAsked() if self.record.why == "first" else self.record)
            return
        self.lost = argument if isinstance(argument, CodeLost) else None
        self.waiting = argument if isinstance(argument, OverCapacityAsked) else None  # the party that wants to come in
        self.is_ending = isinstance(argument, RollCallEndAsked)
        self.is_opening_all = isinstance(argument, OpenAllAsked)
        self.beyond_card = argument if isinstance(argument, PinAsked) else None
        is_at_door = not (self.is_ending or self.is_opening_all or self.lost or self.waiting or self.beyond_card)
        self.alarm = "offered" if is_at_door else "hidden"
        self.alarm_gap = theme.small_gap if self.alarm == "offered" else 0
        is_narrow = theme.low and Window.width < theme.narrow  # then only its icon has room, beside three keys
        self.alarm_text, self.alarm_share = ("", None) if is_narrow else (say("Evacuate"), 1)
        self.key_gap = theme.size(0.8) if is_narrow or (theme.low and is_flat_panel()) else theme.gap
        if self.is_ending:
            self.heading = say("End the roll call")
        elif self.is_opening_all:
            self.heading = say("Open all lockers")
        else:
            self.heading = say("Your host helps") if self.lost or self.waiting else say("Host")
        self.on_prompt(self, self.prompt)

    def on_prompt(self, _: object, prompt: str) -> None:
        """Show the instruction, or that the PIN is wrong."""
        if prompt == "wrong":
            self.text = say("No host here has this PIN. Try once more.")
        elif self.beyond_card:
            self.text = say("A card can be copied. Type your PIN too, then the tick.")
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
        counter = (lockout.EVACUATION,) if self.is_opening_all else ()
        self.ask_unless_busy(self.ids.dots, hosts.check_pin, self.typed, *counter, then=self._handle_outcome, slow=True)

    def back(self) -> None:
        """Go home, or back to the roll call."""
        self.answer(RollCallAsked() if self.is_ending or self.is_opening_all else Intent.HOME)

    @property
    def accepts_cards(self) -> bool:  # type: ignore[override]  # depends on what the PIN is for
        """Not where the PIN is asked for because of a card, ends a roll call, or opens all lockers."""
        return not (self.is_ending or self.is_opening_all or self.beyond_card)

    def evacuate(self) -> None:
        """Start the roll call, without a PIN."""
        self.answer(EvacuateAsked(None))

    def _handle_outcome(self, outcome: object) -> None:
        if isinstance(outcome, WrongPin):
            self.prompt = "wrong"
            self.lock_keypad(outcome.wait)
        elif self.beyond_card and isinstance(outcome, HostSession):
            self.answer(PinGiven(self.beyond_card.following, outcome))
        elif self.is_ending and isinstance(outcome, HostSession):
            self.answer(RollCallEnding(outcome))
        elif self.is_opening_all and isinstance(outcome, HostSession):
            self.answer(AllLockersAsked(outcome))
        elif self.lost and isinstance(outcome, HostSession):
            self.answer(HelpAsked(self.lost.purpose, host=outcome))
        elif self.waiting and isinstance(outcome, HostSession):
            waiting = self.waiting
            self.answer(PartyChosen(waiting.size, waiting.session, outcome, waiting.pass_hash))
        else:
            self.answer(outcome)


kv_rules.load(__file__)
