"""The page on which a party that has come in gets a pass: printed, or a blank card that it lays on the reader."""

from kivy.properties import NumericProperty, StringProperty

from kiosk.navigation import Feeling, Intent, PassAsked
from kiosk.rules.device_events import CardSeen, DeviceEvent
from kiosk.services import pass_issuing
from kiosk.services.records.visitor_records import PassMade, PassNotMade
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.timed_page import READ_LINE, TimedPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text import pass_texts
from kiosk.ui.text.i18n import say


class GetPass(TimedPage):
    """Its argument is a PassAsked; ``view`` is print, card (no printer), or made."""

    readable_after = READ_LINE
    takes_cards = True

    view = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")
    done_text = StringProperty("")
    second_height = NumericProperty(0)

    def on_view(self, _: object, view: str) -> None:
        """Make room for the second button where there is one."""
        self.second_height = theme.target if view == "print" else 0
        self.done_text = say("Done") if view == "made" else say("No, thank you")

    def show(self, argument: object) -> None:
        """Say what a pass is, and offer what this kiosk can do."""
        assert isinstance(argument, PassAsked)
        self.welcomed = argument.welcomed
        self.is_asked = False
        self.heading = say("A pass for next time")
        self.text = pass_texts.offer(self.welcomed.pass_ways)
        self.view = "print" if self.welcomed.pass_ways.prints else "card"

    def device_event(self, event: DeviceEvent) -> None:
        """Teach a card that is laid on the reader."""
        match event:
            case CardSeen(card) if self.view != "made" and self.welcomed.pass_ways.teaches:
                self._ask_once(pass_issuing.teach_card, self.welcomed.visit, card)
            case CardSeen():
                pass  # it is still lying there
            case _:
                super().device_event(event)

    def print_pass(self) -> None:
        """Issue a pass and print it."""
        self._ask_once(pass_issuing.print_pass, self.welcomed.visit, theme.language)

    def _ask_once(self, job: object, *arguments: object) -> None:
        if self.is_asked:
            return
        self.is_asked = True
        self.ask(job, *arguments, then=self._show_outcome)  # type: ignore[arg-type]

    def _show_outcome(self, outcome: PassMade | PassNotMade) -> None:
        self.restart_timeout()
        self.heading, self.text = pass_texts.made(outcome)
        if isinstance(outcome, PassNotMade) and outcome.why == "taken":
            self.is_asked = False  # another card may follow
            return
        self.view = "made"

    def done(self) -> None:
        """Go on as the confirmation does."""
        self.answer(Feeling(self.welcomed) if self.welcomed.asks_before else Intent.HOME)


kv_rules.load(__file__)
