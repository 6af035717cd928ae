"""Several sessions are on: which one does the party join? Asked only then."""

from functools import partial

from kivy.properties import NumericProperty

from kiosk.navigation import SessionChoice
from kiosk.services.records.visitor_records import LiveSession, SeveralSessions
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.style.theme import theme
from kiosk.ui.text import schedule_text
from kiosk.ui.widgets.buttons import LONG, CardOffer


class Which(Page):
    """Given a Several, answers with a flow.Joining."""

    columns = NumericProperty(2)
    row_height = NumericProperty(0)

    def on_width(self, _: object, width: float) -> None:
        """One below the other where there is no room beside it."""
        self.columns = 1 if width < theme.narrow else 2

    def show(self, given: object) -> None:
        """A card for each; one that is full can be read and not chosen."""
        assert isinstance(given, SeveralSessions)
        self.ids.sessions.clear_widgets()
        longest = max(len(schedule_text.title(live.session)) for live in given.live)
        self.row_height = theme.size(18 if longest < LONG else 31)
        for place, live in enumerate(given.live):
            self._add(place, live)

    def _add(self, place: int, live: LiveSession) -> None:
        session = live.session
        card = CardOffer(key=f"session_{place}", text=schedule_text.title(session), disabled=live.places_left == 0)
        card.detail = schedule_text.joining(
            session.until, live.people, live.places_left, live.venue_places_left, live.on_break
        )
        card.bind(on_release=partial(self._chosen, SessionChoice(session.id)))
        self.ids.sessions.add_widget(card)

    def _chosen(self, joining: SessionChoice, _: object) -> None:
        self.answer(joining)


kv_rules.load(__file__)
