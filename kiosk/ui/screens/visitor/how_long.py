"""The page on which a visitor chooses when to be reminded of the time."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from kiosk.navigation import Feeling, HowLong
from kiosk.services import reminders
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.timed_page import TimedPage
from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import say, time_of
from kiosk.ui.widgets.buttons import CardOffer, Offer

MINUTES = (30, 60, 90)


class HowLongCanYouStay(TimedPage, BusyPage):
    """Its argument is a HowLong; answers with a Feeling that has the time of the reminder."""

    def show(self, argument: object) -> None:
        """Offer lengths that end before the session, and its end."""
        assert isinstance(argument, HowLong)
        self.welcomed = argument.welcomed
        self.ids.lengths.clear_widgets()
        for minutes in MINUTES:
            if self._fits(minutes):
                self._add(minutes)
        end = self.welcomed.until
        self._offer("until_the_end", say("Until the end"), time_of(end) if end else "", None)

    def back(self) -> None:
        """Return without a change."""
        self.answer(Feeling(self.welcomed))

    def _fits(self, minutes: int) -> bool:
        now, until = self.welcomed.now, self.welcomed.until
        return now is None or until is None or now + timedelta(minutes=minutes) < until

    def _add(self, minutes: int) -> None:
        length = timedelta(minutes=minutes)
        now = self.welcomed.now
        detail = say("Until {time}", time=time_of(now + length)) if now else ""
        self._offer(f"minutes_{minutes}", phrases.duration(length), detail, minutes)

    def _offer(self, key: str, text: str, detail: str, minutes: int | None) -> None:
        card = CardOffer(key=key, text=text)
        card.detail = detail
        card.bind(on_release=partial(self._chosen, minutes))
        self.ids.lengths.add_widget(card)

    def _chosen(self, minutes: int | None, pressed: Offer) -> None:
        job = reminders.set_reminder if minutes else reminders.cancel_reminder
        self.ask_unless_busy(
            pressed, job, self.welcomed.visit, *([minutes] if minutes else []), then=self._set_reminder
        )

    def _set_reminder(self, sign_at: datetime | None) -> None:
        self.answer(Feeling(replace(self.welcomed, remind_at=sign_at)))


kv_rules.load(__file__)
