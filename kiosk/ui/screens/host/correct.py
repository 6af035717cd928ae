"""The page on which a host chooses a visit to correct, or undoes the last act."""

from functools import partial
from uuid import UUID

from kivy.properties import NumericProperty, StringProperty

from kiosk.navigation import CorrectAsked, FindAsked, VisitAsked
from kiosk.services import undo, visit_list
from kiosk.services.records.correction_records import ActIsUndone, Corrected, UndoRefused, VisitChanged, VisitList
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.style.theme import theme
from kiosk.ui.text import correction_text
from kiosk.ui.text.i18n import counted, say
from kiosk.ui.widgets.buttons import CardOffer, Sand
from kiosk.ui.widgets.labels import Note
from kiosk.ui.widgets.press import Breathing

Outcome = Corrected | VisitChanged | ActIsUndone | UndoRefused | None


class Correct(BusyPage):
    """Its argument is a CorrectAsked; ``view`` is list, or none where there is no visit."""

    view = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")  # what a correction has done
    columns = NumericProperty(2)
    row_height = NumericProperty(theme.size(16))

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The visits."""
        assert isinstance(argument, CorrectAsked)
        return visit_list.read_visits, (argument.sought,)

    def show(self, argument: object) -> None:
        """Show the visits, and what was corrected before."""
        assert isinstance(argument, CorrectAsked)
        self.request = argument
        self.view = ""
        self.heading = say("Which of these?") if argument.sought else say("Which visit?")
        self.text = outcome_text(argument.outcome)
        self.ids.offers.clear_widgets()
        self._offer_actions(None)
        if isinstance(self.record, VisitList):
            self._fill(self.record)
        else:
            self._reload()

    def on_width(self, _: object, width: float) -> None:
        """One column on a narrow page."""
        self.columns = 1 if width < theme.narrow else 2

    def find(self, _: object) -> None:
        """Look for a number."""
        self.answer(FindAsked(self.request.host))

    def back(self) -> None:
        """Return to all visits, or to the board."""
        if self.request.sought:
            self.request = CorrectAsked(self.request.host)
            self.heading = say("Which visit?")
            self._reload()
        else:
            self.answer(self.request.host)

    def _reload(self) -> None:
        self.ask(visit_list.read_visits, self.request.sought, then=self._fill)

    def _fill(self, found: VisitList) -> None:
        self.view = "list" if found.visits else "none"
        rows = self.ids.rows
        rows.clear_widgets()
        for place, visit in enumerate(found.visits):
            row = CardOffer(key=f"visit_{place}", text=correction_text.party(visit))
            row.detail = correction_text.row(visit)
            row.bind(on_release=partial(self._choose, visit.id))
            rows.add_widget(row)
        if found.hidden:
            more = counted(
                "{number} more: find it by its number", "{number} more: find them by their number", found.hidden
            )
            rows.add_widget(Note(text=more))
        self._offer_actions(found)

    def _offer_actions(self, found: VisitList | None) -> None:
        offers = self.ids.offers
        offers.clear_widgets()
        find = Sand(key="find", icon="magnify", text=say("Find by number"))
        find.bind(on_release=self.find)
        offers.add_widget(find)
        if found and found.last_act:
            self.last_act = found.last_act
            what = correction_text.undo(found.last_act)
            if theme.low:  # its button is too small to say what it undoes
                self.text = self.text or what
            offer = Sand(key="undo", icon="undo", text=say("Undo") if theme.low else what)
            offer.bind(on_release=self._undo)
            offers.add_widget(offer)

    def _choose(self, visit: UUID, _: object) -> None:
        self.answer(VisitAsked(self.request.host, visit))

    def _undo(self, pressed: Breathing) -> None:
        self.ask_unless_busy(pressed, undo.undo, self.last_act, self.request.host, then=self._undone)

    def _undone(self, outcome: ActIsUndone | UndoRefused) -> None:
        self.text = outcome_text(outcome)
        self._reload()


def outcome_text(outcome: Outcome) -> str:
    """What a correction or an undoing has done; "" for none."""
    match outcome:
        case Corrected():
            return correction_text.corrected(outcome)
        case VisitChanged():
            return correction_text.changed_meanwhile()
        case ActIsUndone():
            return correction_text.undone()
        case UndoRefused(why):
            return correction_text.undo_refused(why)
    return ""


kv_rules.load(__file__)
