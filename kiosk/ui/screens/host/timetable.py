"""The page of the week's timetable: its series, and sessions that can be opened again."""

from collections.abc import Callable, Iterable
from functools import partial

from kivy.properties import NumericProperty, StringProperty

from kiosk.navigation import TimetableAsked, WeeklyAsked
from kiosk.services import sessions, timetable
from kiosk.services.records.host_records import Template
from kiosk.services.records.session_records import Timetable, WeeklySession
from kiosk.services.records.shared_records import OpenedSession
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.style.theme import theme
from kiosk.ui.text import phrases, schedule_text, week_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import LONG_NAME, CardOffer, Offer


class WeekTimetable(BusyPage):
    """Its argument is a TimetableAsked; ``view`` is offers, or empty; ``action`` is add, or none while adding."""

    view = StringProperty("")
    action = StringProperty("none")
    action_height = NumericProperty(theme.target)
    heading = StringProperty("")
    text = StringProperty("")
    columns = NumericProperty(2)
    row_height = NumericProperty(theme.size(19))

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The timetable."""
        return timetable.read_timetable, ()

    def show(self, argument: object) -> None:
        """Show the week."""
        assert isinstance(argument, TimetableAsked)
        self.asked = argument
        self.view, self.action, self.heading = "", "none", say("The week")
        if isinstance(self.record, Timetable):
            self._fill(self.record)
        else:
            self.ask(timetable.read_timetable, then=self._fill)

    def on_width(self, _: object, width: float) -> None:
        """One column on a narrow page."""
        self.columns = 1 if width < theme.narrow else 2

    def on_action(self, _: object, action: str) -> None:
        """Give the room of a missing button to the offers."""
        self.action_height = theme.target if action == "add" else 0

    def add(self) -> None:
        """Choose the template of a new series."""
        self.heading, self.action, self.view = say("What takes place every week?"), "none", "offers"
        self._clear(schedule_text.title(template) for template in self.week.templates)
        for place, template in enumerate(self.week.templates):
            detail = phrases.template(template.minutes, template.capacity)
            self._offer(f"template_{place}", schedule_text.title(template), detail, partial(self._choose, template))

    def back(self) -> None:
        """Return to the week, or to the board."""
        if self.action == "none" and self.view:
            self._fill(self.week)
        else:
            self.answer(self.asked.host)

    def _fill(self, week: Timetable) -> None:
        self.week = week
        self.heading, self.text = say("The week"), say("Nothing takes place by the week yet.")
        self.view, self.action = "offers" if week.weekly or week.closed else "empty", "add"
        again = [say("Open “{title}” again", title=schedule_text.opened_title(closed)) for closed in week.closed]
        self._clear([*again, *(schedule_text.title(weekly) for weekly in week.weekly)])
        for place, weekly in enumerate(week.weekly):
            detail = week_text.when(weekly.weekdays, weekly.start)
            self._offer(f"weekly_{place}", schedule_text.title(weekly), detail, partial(self._choose, weekly))
        for place, (text, closed) in enumerate(zip(again, week.closed, strict=True)):
            self._offer(f"closed_{place}", text, say("It closed a short while ago"), partial(self._reopen, closed))

    def _clear(self, titles: Iterable[str]) -> None:
        """Remove the offers, and make room for the longest of these titles."""
        self.ids.offers.clear_widgets()
        is_long = any(len(title) >= LONG_NAME for title in titles)
        self.row_height = theme.size(25 if is_long or theme.low else 22)

    def _offer(self, key: str, text: str, detail: str, chosen: Callable[[Offer], None]) -> None:
        card = CardOffer(key=key, text=text)
        card.detail = detail
        card.bind(on_release=chosen)
        self.ids.offers.add_widget(card)

    def _choose(self, weekly: WeeklySession | Template, _: Offer) -> None:
        self.answer(WeeklyAsked(self.asked.host, weekly))

    def _reopen(self, closed: OpenedSession, pressed: Offer) -> None:
        self.ask_unless_busy(pressed, sessions.reopen_session, closed.id, self.asked.host, then=self._reopened)

    def _reopened(self, _: OpenedSession | None) -> None:
        self.answer(self.asked.host)


kv_rules.load(__file__)
