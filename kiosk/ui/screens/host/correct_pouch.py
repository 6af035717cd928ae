"""The page on which a host gives a party another pouch or locker: the next free one, or a typed number."""

from functools import partial

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.navigation import CorrectAsked, NumbersAsked, VisitAsked
from kiosk.services import corrections
from kiosk.services.records.correction_records import Corrected, NumberElsewhere, NumberTaken, VisitChanged
from kiosk.services.records.visitor_records import NoPouch
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text import correction_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import Numeral
from kiosk.ui.widgets.press import Breathing


class CorrectPouch(TypingPage):
    """Its argument is a NumbersAsked; ``view`` is which (of several numbers), how (the new one is chosen), or type."""

    max_digits = 4
    saved_fields = ("view", "wrong", *TypingPage.saved_fields)

    has_digits = BooleanProperty(False)
    view = StringProperty("")
    wrong = NumericProperty(0)  # the number to exchange
    columns = NumericProperty(3)

    def show(self, argument: object) -> None:
        """Ask which number is wrong, if there are several."""
        assert isinstance(argument, NumbersAsked)
        self.request = argument
        numbers = argument.options.movable
        self.view, self.wrong = "", numbers[0]
        self._offer_numbers(numbers)
        self.view = "how" if len(numbers) == 1 else "which"

    def on_view(self, _: object, view: str) -> None:
        """Show the instruction."""
        self.typed = ""
        visit = self.request.options.visit
        self.text = correction_text.party(visit)
        is_locker = visit.stow == "locker"
        match view:
            case "which":
                self.heading = say("Which one is wrong?")
            case "how":
                self.heading = say("Another locker") if is_locker else say("Another pouch")
            case "type":
                self.heading = say("Which locker do they have?") if is_locker else say("Which pouch do they have?")

    def on_typed(self, widget: object, typed: str) -> None:
        """Enable the check after the first digit."""
        super().on_typed(widget, typed)
        self.has_digits = bool(typed)

    def type_number(self) -> None:
        """Show the keypad."""
        self.view = "type"

    def take_free(self, pressed: Breathing) -> None:
        """Give the party the next free number."""
        self._exchange(pressed, None)

    def check(self, indicator: Breathing) -> None:
        """Give the party the typed number."""
        self._exchange(indicator, int(self.typed))

    def back(self) -> None:
        """Return to the step before, or to the visit."""
        if self.view == "type":
            self.view = "how"
        elif self.view == "how" and len(self.request.options.movable) > 1:
            self.view = "which"
        else:
            self.answer(VisitAsked(self.request.host, self.request.options.visit.id))

    def _offer_numbers(self, numbers: tuple[int, ...]) -> None:
        grid = self.ids.numbers
        grid.clear_widgets()
        for number in numbers:
            choice = Numeral(key=f"number_{number}", text=str(number), font_size=theme.large_text)
            choice.bind(on_release=partial(self._choose, number))
            grid.add_widget(choice)

    def _choose(self, number: int, _: object) -> None:
        self.wrong = number
        self.view = "how"

    def _exchange(self, indicator: Breathing, right: int | None) -> None:
        visit, host = self.request.options.visit.id, self.request.host
        job = corrections.exchange_number
        self.ask_unless_busy(indicator, job, visit, int(self.wrong), right, host, then=self._exchanged)

    def _exchanged(self, outcome: object) -> None:
        self.typed = ""
        match outcome:
            case Corrected():
                self.answer(VisitAsked(self.request.host, outcome.visit.id, outcome))
            case VisitChanged():
                self.answer(CorrectAsked(self.request.host, outcome=outcome))
            case NumberTaken(number):
                self.text = say("Somebody has {number} already. Try another one.", number=str(number))
            case NumberElsewhere(number):
                self.text = say("This screen can’t give {number}. Try another one.", number=str(number))
            case NoPouch(_, stow):
                self.text = say("The lockers are all taken.") if stow == "locker" else say("The pouches are all out.")


kv_rules.load(__file__)
