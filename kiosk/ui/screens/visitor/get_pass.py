"""The page on which a party that has come in gets a pass: printed, or a blank card that it lays on the reader."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar
from uuid import UUID, uuid4

from kivy.properties import NumericProperty, StringProperty

from kiosk.navigation import Feeling, Intent, PassAsked
from kiosk.rules.device_events import CardSeen, DeviceEvent, PaperNotPrinted, PaperPrinted
from kiosk.services import pass_issuing, printing
from kiosk.services.records.visitor_records import IssuedPass, PassMade, PassNotMade
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.timed_page import READ_LINE, TimedPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text import paper_text, pass_texts
from kiosk.ui.text.i18n import say

R = TypeVar("R")


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
        self.print_job: UUID | None = None  # of a pass that is not printed yet
        self.heading = say("A pass for next time")
        self.text = pass_texts.offer(self.welcomed.pass_ways)
        self.view = "print" if self.welcomed.pass_ways.prints else "card"

    def device_event(self, event: DeviceEvent) -> None:
        """Teach a card that is laid on the reader."""
        match event:
            case CardSeen(card) if self.view != "made" and self.welcomed.pass_ways.teaches:
                self._ask_once(pass_issuing.teach_card, self.welcomed.visit, card, then=self._show_outcome)
            case CardSeen():
                pass  # it is still lying there
            case PaperNotPrinted(job) if job == self.print_job:  # and the pass was taken back
                self.print_job = None
                self._show_outcome(PassNotMade("not_printed"))
            case PaperPrinted(job) if job == self.print_job:
                self.print_job = None
            case _:
                super().device_event(event)

    def print_pass(self) -> None:
        """Issue a pass and print it."""
        job = uuid4()
        self._ask_once(pass_issuing.issue, self.welcomed.visit, job, then=partial(self._print, job))

    def _print(self, job: UUID, outcome: IssuedPass | PassNotMade) -> None:
        if isinstance(outcome, PassNotMade):
            self._show_outcome(outcome)
            return
        self.print_job = job
        paper = paper_text.pass_paper(self.welcomed.venue, outcome.text)
        self.ask(printing.print_paper, job, paper, then=partial(self._printing_asked, job))

    def _printing_asked(self, job: UUID, has_printer: bool) -> None:
        if not has_printer:
            self.print_job = None
            self.ask(pass_issuing.take_back, job, then=self._show_outcome)
        elif self.print_job:  # not taken back by now
            self._show_outcome(PassMade("printed"))

    def deactivate(self) -> None:
        """Cancel a pass that is not printed yet, so that the next visitor does not get it; its event takes it back."""
        super().deactivate()
        if self.print_job:
            self.bridge.ask(printing.cancel, self.print_job, then=lambda _: None)
            self.print_job = None

    def _ask_once(self, job: Callable[..., R], *arguments: object, then: Callable[[R], None]) -> None:
        if not self.is_asked:
            self.is_asked = True
            self.ask(job, *arguments, then=then)

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
