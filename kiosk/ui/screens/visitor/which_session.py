"""The page on which a party chooses one of several sessions."""

from functools import partial

from kivy.properties import NumericProperty

from kiosk.navigation import SessionChoice
from kiosk.services import passes
from kiosk.services.records.visitor_records import LiveSession, SeveralSessions
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.style.theme import theme
from kiosk.ui.text import schedule_text
from kiosk.ui.widgets.buttons import LONG_NAME, CardOffer


class Which(Page):
    """Its argument is the SeveralSessions; answers with a SessionChoice."""

    columns = NumericProperty(2)
    row_height = NumericProperty(0)

    def on_width(self, _: object, width: float) -> None:
        """One column on a narrow page."""
        self.columns = 1 if width < theme.narrow else 2

    def show(self, argument: object) -> None:
        """Add a card for each session; a full one is disabled."""
        assert isinstance(argument, SeveralSessions)
        self.pass_hash = argument.pass_hash
        self.ids.sessions.clear_widgets()
        longest = max(len(schedule_text.opened_title(live.session)) for live in argument.live)
        self.row_height = theme.size(18 if longest < LONG_NAME else 31)
        for index, live in enumerate(argument.live):
            self._add(index, live)

    def _add(self, index: int, live: LiveSession) -> None:
        session = live.session
        card = CardOffer(
            key=f"session_{index}", text=schedule_text.opened_title(session), disabled=live.places_left == 0
        )
        card.detail = schedule_text.joining(
            session.until, live.people, live.places_left, live.venue_places_left, live.on_break
        )
        card.bind(on_release=partial(self._chosen, SessionChoice(session.id)))
        self.ids.sessions.add_widget(card)

    def _chosen(self, choice: SessionChoice, _: object) -> None:
        if self.pass_hash:
            self.ask(passes.come_in, self.pass_hash, choice.session, then=self.answer)
        else:
            self.answer(choice)


kv_rules.load(__file__)
