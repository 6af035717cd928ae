"""The page of one visit: what is known of it, and what can be corrected."""

from collections.abc import Callable

from kivy.properties import BooleanProperty, StringProperty

from kiosk.navigation import (
    CorrectAsked,
    CountAsked,
    Destination,
    NumbersAsked,
    PinAsked,
    SplitAsked,
    TimeAsked,
    VisitAsked,
)
from kiosk.services import corrections, visit_list
from kiosk.services.records.correction_records import Corrected, CorrectionOptions, VisitChanged
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import correction_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import CardChoice, Danger
from kiosk.ui.widgets.press import Breathing


class CorrectVisit(BusyPage):
    """Its argument is a VisitAsked; it offers what this host can correct of the visit."""

    heading = StringProperty("")
    facts = StringProperty("")
    text = StringProperty("")  # what a correction has done, or what can't be corrected here
    has_text = BooleanProperty(False)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """What can be corrected."""
        assert isinstance(argument, VisitAsked)
        return visit_list.read_options, (argument.visit, argument.host)

    def show(self, argument: object) -> None:
        """Show the visit."""
        assert isinstance(argument, VisitAsked)
        self.request = argument
        self.heading = self.facts = self.text = ""
        self.ids.offers.clear_widgets()
        if isinstance(self.record, CorrectionOptions):
            self._fill(self.record)
        else:
            self.ask(visit_list.read_options, argument.visit, argument.host, then=self._fill)

    def on_text(self, _: object, text: str) -> None:
        """Make room for it."""
        self.has_text = bool(text)

    def back(self) -> None:
        """Return to all visits."""
        self.answer(CorrectAsked(self.request.host))

    def _fill(self, options: CorrectionOptions | None) -> None:
        if options is None:
            self.answer(CorrectAsked(self.request.host, outcome=VisitChanged()))
            return
        visit, host = options.visit, self.request.host
        self.heading, self.facts = correction_text.party(visit), correction_text.facts(visit)
        if self.request.outcome:
            self.text = correction_text.corrected(self.request.outcome)
        elif options.came_in_elsewhere:
            self.text = say("They came in at another screen: correct their phones there.")
        self.ids.offers.clear_widgets()
        self._offer("count", "account_group", say("People and phones"), lambda: CountAsked(host, options))
        if options.movable:
            is_locker = visit.stow == "locker"
            text = say("Another locker") if is_locker else say("Another pouch")
            icon = "locker" if is_locker else "bag_personal"
            self._offer("pouch", icon, text, lambda: NumbersAsked(host, options))
        if options.can_split:
            self._offer("split", "account_arrow_right", say("Some leave earlier"), lambda: SplitAsked(host, options))
        if options.departures:
            self._offer("time", "clock_outline", say("Have left already"), lambda: TimeAsked(host, options))
        if options.can_void:
            void = Danger(key="void", text=say("Did not stay"))
            void.bind(on_release=self._void)
            self.ids.offers.add_widget(void)

    def _offer(self, key: str, icon: str, text: str, answer: Callable[[], object]) -> None:
        choice = CardChoice(key=key, icon=icon, text=text)
        choice.bind(on_release=lambda _: self.answer(answer()))
        self.ids.offers.add_widget(choice)

    def _void(self, pressed: Breathing) -> None:
        if self.request.host.by_card:
            self.answer(PinAsked(Destination(self.name, self.request)))
            return
        self.ask_unless_busy(pressed, corrections.void, self.request.visit, self.request.host, then=self._voided)

    def _voided(self, outcome: Corrected | VisitChanged) -> None:
        self.answer(CorrectAsked(self.request.host, outcome=outcome))


kv_rules.load(__file__)
