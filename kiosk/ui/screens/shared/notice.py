"""The notice page: what went wrong, what happens now, and one button to go on."""

from kivy.properties import NumericProperty, StringProperty

from kiosk.navigation import EvacuateAsked, Failure, Intent, KeyEntryAsked, OverCapacityAsked
from kiosk.services.records.host_records import NoAccess
from kiosk.services.records.visitor_records import (
    LockersElsewhere,
    NoSuchCode,
    NotOpen,
    RefusedPass,
    SessionFull,
    VisitOver,
)
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.timed_page import READ_LINE, TimedPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text import locker_texts, phrases
from kiosk.ui.text.i18n import say
from kiosk.ui.text.pass_texts import refused_pass

Refusal = SessionFull | NotOpen | NoSuchCode | LockersElsewhere | VisitOver | RefusedPass | Failure | NoAccess


class Notice(TimedPage):
    """Shows why a visit can't begin, why a slip is not valid, or that a job has failed."""

    readable_after = READ_LINE
    accepts_slips = True
    accepts_cards = True

    heading = StringProperty("")
    for_host = StringProperty("")
    host_height = NumericProperty(0)
    host_text = StringProperty("")
    text = StringProperty("")

    def show(self, argument: object) -> None:
        """Show its two sentences."""
        assert isinstance(argument, Refusal)
        self.heading, self.text = notice_text(argument)
        self.refusal = argument if isinstance(argument, SessionFull) else None
        self.for_host = "host" if self.refusal else _without_pin(argument)
        self.host_height = 0 if self.for_host == "alone" else theme.target
        is_letting_in = self.refusal is not None and self.refusal.host_can_admit
        self.host_text = say("Your host can let you in") if is_letting_in else say("I’m the host")

    def host(self) -> None:
        """Show the host's PIN page: to let the party in, if that is possible."""
        if self.refusal and self.refusal.host_can_admit:
            self.answer(OverCapacityAsked(self.refusal.party_size, self.refusal.session, self.refusal.pass_hash))
        else:
            self.answer(Intent.HOST)

    def type_key(self) -> None:
        """Show the page for the venue key."""
        self.answer(KeyEntryAsked())

    def evacuate(self) -> None:
        """Start the roll call, where no host can sign in."""
        self.answer(EvacuateAsked(None))


def _without_pin(outcome: object) -> str:
    """The case with what can be done where no host can sign in."""
    match outcome:
        case NoAccess("key"):
            return "key"
        case NoAccess():
            return "lost"
    return "alone"


def notice_text(outcome: Refusal) -> tuple[str, str]:
    """The heading and the text for an outcome."""
    match outcome:
        case SessionFull() if not outcome.host_can_admit:
            return say("The room is as full as it may be."), phrases.no_more_people(outcome.room_over_capacity or 0)
        case SessionFull(left, venue_left):
            return (say("Nearly full.") if left or venue_left else say("Full for now.")), phrases.no_room(
                left, venue_left
            )
        case NotOpen():
            return say("We have just closed."), say("This time is over. Ask your host when the next one begins.")
        case NoSuchCode():
            return say("This slip has been used."), say("If you are still on your way, ask your host.")
        case RefusedPass(why):
            return refused_pass(why)
        case NoAccess("key"):
            return say("No host is known here yet."), say("A lead types the venue key that another kiosk shows.")
        case LockersElsewhere(numbers):
            return say("Not at this screen."), locker_texts.elsewhere(numbers)
        case VisitOver(phones):
            return say("This time is over."), phrases.fetch_phones(phones)
        case NoAccess():
            return say("The hosts are lost."), say(
                "Their PINs went with a damaged file. Whoever looks after this kiosk finds the way back in its manual."
            )
        case Failure(disk=True):
            return (
                say("The desk can’t write just now."),
                say("Nothing was noted. Please tell your host; the door stays open."),
            )
    return say("That didn’t work."), say("Nothing was noted. Please try once more, or ask your host.")


kv_rules.load(__file__)
