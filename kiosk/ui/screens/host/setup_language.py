"""The first page of a new kiosk: the venue's language."""

from functools import partial

from kiosk.navigation import FirstHostAsked, KeyEntryAsked, LanguageSet, VenueAsked
from kiosk.services import first_start
from kiosk.services.records.host_records import NoAccess, Setup
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.style import fonts
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.buttons import Card, Ember
from kiosk.ui.widgets.press import Breathing
from sync.languages import LANGUAGES


class SetupLanguage(BusyPage):
    """Answers with the language that was chosen, and with what is asked next."""

    home_after = 0  # there is no welcome page yet

    def show(self, argument: object) -> None:
        """Add a button for each language; the present one is an Ember."""
        self.ids.languages.clear_widgets()
        for code, name in LANGUAGES.items():
            kind = Ember if code == theme.language else Card
            button = kind(key=f"language_{code}", text=name)
            button.font_name = fonts.bold_for(code)
            button.bind(on_release=partial(self._chosen, code))
            self.ids.languages.add_widget(button)

    def _chosen(self, code: str, pressed: Breathing) -> None:
        self.ask_unless_busy(pressed, first_start.choose_language, code, then=partial(self._go_on, code))

    def _go_on(self, code: str, outcome: Setup | NoAccess) -> None:
        if isinstance(outcome, NoAccess):
            self.answer(LanguageSet(code, KeyEntryAsked()))
        else:
            self.answer(LanguageSet(code, VenueAsked(outcome) if outcome.is_new else FirstHostAsked(outcome)))


kv_rules.load(__file__)
