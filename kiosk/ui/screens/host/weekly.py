"""The page of one weekly series: its days, its time, and what happens by itself."""

from datetime import time
from functools import partial

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.navigation import TimetableAsked, WeeklyAsked
from kiosk.services import timetable
from kiosk.services.records.session_records import WeeklySession, WeeklyTimes
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text import schedule_text, week_text
from kiosk.ui.text.i18n import say, time_of
from kiosk.ui.widgets.buttons import DayCard
from kiosk.ui.widgets.press import Breathing

STEP_MINUTES = 15
DAY_MINUTES = 24 * 60
WEEK = 7
USUAL_START = 19 * 60  # of a new series, minutes after midnight


class DayGrid(GridLayout):
    """The days of the week, in one row or two."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(cols=WEEK, **kwargs)

    def on_width(self, _: object, width: float) -> None:
        """Two rows where the days would be too narrow."""
        self.cols = WEEK if width > theme.narrow else WEEK // 2 + 1


class Weekly(BusyPage):
    """Its argument is a WeeklyAsked; ``view`` is menu (of one that exists), days, time, itself or sure (to end it)."""

    view = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")
    times = StringProperty("")
    by_itself = StringProperty("")
    next_time = StringProperty("")
    start_text = StringProperty("")
    start_minute = NumericProperty(USUAL_START)
    has_days = BooleanProperty(False)
    opens_itself = BooleanProperty(False)
    closes_itself = BooleanProperty(False)

    weekdays: frozenset[int] = frozenset()

    def show(self, argument: object) -> None:
        """Show what can be changed, or ask when a new series takes place."""
        assert isinstance(argument, WeeklyAsked)
        self.asked = argument
        weekly = argument.weekly
        self.title = schedule_text.title(weekly)
        if isinstance(weekly, WeeklySession):
            self.weekdays = frozenset(weekly.weekdays)
            self.start_minute = weekly.start.hour * 60 + weekly.start.minute
            self.opens_itself, self.closes_itself = weekly.opens_itself, weekly.closes_itself
            self.times = week_text.when(weekly.weekdays, weekly.start)
            self.by_itself = week_text.by_itself(weekly.opens_itself, weekly.closes_itself)
            self.next_time = schedule_text.when(weekly.next) if weekly.next else ""
            self._show_menu()
        else:
            self.weekdays, self.start_minute = frozenset(), USUAL_START
            self.opens_itself = self.closes_itself = False
            self.ask_days()

    def ask_days(self) -> None:
        """Ask on which days of the week it takes place."""
        self.heading, self.text, self.view = say("On which days?"), "", "days"
        self._fill_days()

    def ask_time(self) -> None:
        """Ask when it begins."""
        self.heading, self.view = say("When does it begin?"), "time"
        self.text = week_text.days(sorted(self.weekdays))
        self._show_start()

    def ask_itself(self) -> None:
        """Ask what happens without a host."""
        self.heading, self.text, self.view = self.title, "", "itself"

    def ask_end(self) -> None:
        """Make sure that it is to end."""
        self.heading, self.view = say("End “{title}” for good?", title=self.title), "sure"
        self.text = say("It is on the timetable no more. A session that is open stays open.")

    def move(self, steps: int) -> None:
        """Begin earlier or later; over midnight it goes round."""
        self.start_minute = (self.start_minute + steps * STEP_MINUTES) % DAY_MINUTES
        self._show_start()

    def switch_day(self, day: int, card: DayCard) -> None:
        """Add a day, or take it off."""
        self.weekdays ^= {day}
        card.on = day in self.weekdays
        self.has_days = bool(self.weekdays)

    def switch_opening(self) -> None:
        """Let it open by itself, or not."""
        self.opens_itself = not self.opens_itself

    def switch_closing(self) -> None:
        """Let it close by itself, or not."""
        self.closes_itself = not self.closes_itself

    def save(self, pressed: Breathing) -> None:
        """Make the series, or change it."""
        weekly, host = self.asked.weekly, self.asked.host
        times = WeeklyTimes(tuple(sorted(self.weekdays)), int(self.start_minute), self.opens_itself, self.closes_itself)
        if isinstance(weekly, WeeklySession):
            self.ask_unless_busy(pressed, timetable.change_series, weekly.id, times, host, then=self._done)
        else:
            self.ask_unless_busy(pressed, timetable.add_series, weekly, times, host, then=self._done)

    def skip(self, pressed: Breathing) -> None:
        """Leave out the next session."""
        weekly = self.asked.weekly
        if isinstance(weekly, WeeklySession) and weekly.next:
            arguments = weekly.id, weekly.next.id, self.asked.host
            self.ask_unless_busy(pressed, timetable.skip_next, *arguments, then=self._done)

    def end(self, pressed: Breathing) -> None:
        """End the series."""
        if isinstance(weekly := self.asked.weekly, WeeklySession):
            self.ask_unless_busy(pressed, timetable.end_series, weekly.id, self.asked.host, then=self._done)

    def back(self) -> None:
        """Return to the step before, or to the timetable."""
        is_new = not isinstance(self.asked.weekly, WeeklySession)
        if self.view == "time":
            self.ask_days()
        elif self.view == "itself" and is_new:
            self.ask_time()
        elif self.view == "menu" or is_new:
            self._done()
        else:
            self._show_menu()

    def _show_menu(self) -> None:
        self.heading, self.text, self.view = self.title, "", "menu"

    def _start(self) -> time:
        return time(int(self.start_minute) // 60, int(self.start_minute) % 60)

    def _show_start(self) -> None:
        self.start_text = time_of(self._start())

    def _fill_days(self) -> None:
        days = self.ids.days
        days.clear_widgets()
        for number in range(1, WEEK + 1):
            card = DayCard(key=f"day_{number}", text=week_text.day(number), on=number in self.weekdays)
            card.bind(on_release=partial(self.switch_day, number))
            days.add_widget(card)
        self.has_days = bool(self.weekdays)

    def _done(self, _: object = None) -> None:
        self.answer(TimetableAsked(self.asked.host))


kv_rules.load(__file__)
