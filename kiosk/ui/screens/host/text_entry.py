"""The page for a short text on the letter keyboard: the name of a host, venue or zone, a server's address, a code."""

from dataclasses import dataclass, replace

from kivy.properties import BooleanProperty, StringProperty
from msgspec import structs

from kiosk.navigation import (
    CountsAsked,
    FirstHostAsked,
    FirstPinAsked,
    HostChosen,
    HostNameAsked,
    HostNamed,
    HostRenameAsked,
    HostsAsked,
    PairingAsked,
    PairingCodeAsked,
    PhoneAsked,
    ServerAsked,
    SettingsAsked,
    SetupAsked,
    TemplateAsked,
    TemplatesAsked,
    TemplateTitleAsked,
    VenueAsked,
    ZoneAsked,
)
from kiosk.rules.device_events import DeviceEvent, PairingCodeScanned, UnreadableScan
from kiosk.rules.host_record import MAX_NAME, clean_name
from kiosk.rules.setting_values import StoredSettings
from kiosk.services import hosts, pairing, settings, templates
from kiosk.services.records.host_records import HostSession, ListedHost, NotPaired
from kiosk.ui import kv_rules
from kiosk.ui.screens.host.pairing_scan import pairing_answer, server_words
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.text import letters
from kiosk.ui.text.i18n import say
from kiosk.ui.text.letters import Typing
from kiosk.ui.widgets import message

MAX_LABEL = 40  # letters of a venue's or zone's name that fit on the pages; the protocol has room for 80
MAX_ADDRESS = 100
MAX_PHONE = 20
CODE_LENGTH = 8
SCHEME = "https://"
SHOWN = 20  # characters of an address that fit into a line


@dataclass(frozen=True)
class TextQuestion:
    """What the page asks: its texts, what can be typed, and how much."""

    heading: str
    text: str
    typing: Typing
    max_letters: int
    least: int = 1
    begins_with: str = ""
    is_proposal: bool = False  # the first letter that is typed replaces ``begins_with``


class TextEntry(BusyPage):
    """Its argument says what is typed."""

    saved_fields = ("typed", "is_proposed")
    home_after = 120

    typed = StringProperty("")
    shown = StringProperty("")  # the end of a long address
    is_proposed = BooleanProperty(False)  # nothing was typed yet, and the first letter replaces the text
    before = StringProperty("")  # what the next letter follows
    typing = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")
    is_ready = BooleanProperty(False)

    def show(self, argument: object) -> None:
        """Ask for the text."""
        self.asked_for = argument
        question = self.text_question = _question(argument)
        self.heading, self.text = question.heading, question.text
        self.typed, self.typing = question.begins_with, question.typing
        self.is_proposed = question.is_proposal
        self.on_typed(self, self.typed)

    def deactivate(self) -> None:
        """Clear the text."""
        super().deactivate()
        self.typed = self.typing = ""

    def letter(self, letter: str) -> None:
        """Append a letter."""
        question = self.text_question
        if self.is_active and len(self.before) < question.max_letters:
            is_cased = question.typing in ("name", "label")
            self.typed = self.before + (letters.cased(letter, self.before) if is_cased else letter)
            self.is_proposed = False

    def type_text(self, text: str) -> None:
        """Append what was typed on a keyboard that is plugged in, as far as it can be typed here."""
        if not self.busy and self.is_active:
            for letter in letters.typeable(text, self.text_question.typing):
                self.letter(letter)

    def delete(self) -> None:
        """Remove the last letter; what is left of a proposal is then as if it had been typed."""
        self.typed, self.is_proposed = self.typed[:-1], False

    def on_typed(self, _: object, typed: str) -> None:
        """Show the text, and enable the check where it is complete."""
        is_long = self.typing == "address" and len(typed) > SHOWN
        self.shown = "…" + typed[1 - SHOWN :] if is_long else typed
        self.before = "" if self.is_proposed else typed
        if self.is_active:
            new = typed.removeprefix(self.text_question.begins_with) if self.typing == "address" else typed
            self.is_ready = sum(map(str.isalnum, new)) >= self.text_question.least

    def on_is_proposed(self, _: object, is_proposed: bool) -> None:
        """The next letter follows nothing, or what was typed."""
        self.before = "" if is_proposed else self.typed

    def back(self) -> None:
        """Return to the page before."""
        match self.asked_for:
            case HostNameAsked(host):
                self.answer(HostsAsked(host))
            case HostRenameAsked(host, chosen):
                self.answer(HostChosen(host, chosen))
            case VenueAsked():
                self.answer(SetupAsked())
            case ZoneAsked(setup):
                self.answer(VenueAsked(setup))
            case FirstHostAsked(setup):
                self.answer(CountsAsked(setup) if setup.is_new else SetupAsked())
            case ServerAsked(host):
                self.answer(PairingAsked(host))
            case PairingCodeAsked(host):
                self.answer(ServerAsked(host))
            case PhoneAsked(host):
                self.answer(SettingsAsked(host))
            case TemplateTitleAsked(host, None):
                self.answer(TemplatesAsked(host))
            case TemplateTitleAsked(host, int(place)):
                self.answer(TemplateAsked(host, place))

    def check(self) -> None:
        """Pass the text on, or pair the kiosk with the code."""
        typed = " ".join(self.typed.split())
        match self.asked_for:
            case HostNameAsked(host):
                self.answer(HostNamed(host, clean_name(typed)))
            case HostRenameAsked(host, chosen):
                arguments = host, chosen.id, clean_name(typed)
                self.ask_unless_busy(
                    self.ids.box,
                    hosts.rename_host,
                    *arguments,
                    then=lambda renamed: self.answer(HostChosen(_renamed(host, renamed), renamed)),
                )
            case VenueAsked(setup):
                self.answer(ZoneAsked(replace(setup, venue=typed)))
            case ZoneAsked(setup):
                self.answer(CountsAsked(replace(setup, zone=typed)))
            case FirstHostAsked(setup):
                self.answer(FirstPinAsked(replace(setup, host_name=clean_name(typed))))
            case ServerAsked(host):
                self.answer(PairingCodeAsked(host, typed))
            case PairingCodeAsked(_, server):
                self.ask_unless_busy(self.ids.box, pairing.pair, server, typed, then=self._handle_outcome, slow=True)
            case PhoneAsked(host):
                changes = StoredSettings(reach=typed)
                self.ask_unless_busy(
                    self.ids.box, settings.change, host, changes, then=lambda _: self.answer(SettingsAsked(host))
                )
            case TemplateTitleAsked(host, place, template):
                named = structs.replace(template, title=typed)
                self.ask_unless_busy(
                    self.ids.box,
                    templates.save_template,
                    host,
                    place,
                    named,
                    then=lambda place: self.answer(TemplateAsked(host, place)),
                )

    def device_event(self, event: DeviceEvent) -> None:
        """Where a server is asked for, go on with what the scanner has read from the coordinator's page."""
        match self.asked_for, event:
            case ServerAsked(host) | PairingCodeAsked(host), PairingCodeScanned() | UnreadableScan() if not self.busy:
                answer = pairing_answer(event, host)
                if isinstance(answer, str):
                    self.show_message(answer, message.SCAN)
                else:
                    self.answer(answer)
            case _:
                super().device_event(event)

    def _handle_outcome(self, outcome: object) -> None:
        assert isinstance(self.asked_for, PairingCodeAsked)
        if not isinstance(outcome, NotPaired):
            self.answer(self.asked_for.host)
        elif outcome.why == "code":
            self.text = say("This code is wrong, used or too old. The coordinator can make another.")
            self.typed = ""
        else:
            self.text = say("The server can’t be reached there. Check the address and the network.")


def _renamed(session: HostSession, host: ListedHost) -> HostSession:
    """The session of the lead who has renamed a host; it may be their own name."""
    return replace(session, name=host.name) if session.host_id == host.id else session


def _question(argument: object) -> TextQuestion:
    match argument:
        case HostNameAsked():
            return TextQuestion(
                say("Who is it?"), say("A first name or initials. They stay in this venue."), "name", MAX_NAME
            )
        case HostRenameAsked(_, chosen):
            text = say("A first name or initials. They stay in this venue.")
            return TextQuestion(say("What is the name?"), text, "name", MAX_NAME, begins_with=chosen.name)
        case FirstHostAsked():
            return TextQuestion(
                say("Who are you?"), say("A first name or initials. They stay in this venue."), "name", MAX_NAME
            )
        case VenueAsked(setup):
            text = say("Visitors read it on the first page.")
            heading = say("What is your place called?")
            return TextQuestion(heading, text, "label", MAX_LABEL, begins_with=setup.venue, is_proposal=True)
        case ZoneAsked(setup):
            text = say("For example: hall, back room, first floor.")
            heading = say("Which room is this?")
            return TextQuestion(heading, text, "label", MAX_LABEL, begins_with=setup.zone, is_proposal=True)
        case ServerAsked():
            text = say("The coordinator’s page has it, with a code that a scanner reads.")
            return TextQuestion(say("Where is the server?"), text, "address", MAX_ADDRESS, 3, SCHEME)
        case PairingCodeAsked(_, server, code) if code:
            text = say("With {server}, by the code that was scanned.", server=server_words(server))
            return TextQuestion(say("Pair this kiosk?"), text, "code", CODE_LENGTH, CODE_LENGTH, code)
        case PairingCodeAsked():
            text = say("Eight letters and digits, good for one day.")
            return TextQuestion(say("And the code?"), text, "code", CODE_LENGTH, CODE_LENGTH)
        case PhoneAsked(_, number):
            text = say("Visitors can give it to those who may need them. Empty: none is shown.")
            return TextQuestion(say("Which telephone?"), text, "phone", MAX_PHONE, 0, number)
        case TemplateTitleAsked(_, place, template):
            begins_with = "" if place is None else template.title
            text = say("Visitors read it at the door.")
            return TextQuestion(say("What is it called?"), text, "label", MAX_LABEL, begins_with=begins_with)
    raise TypeError(f"nothing is typed for {argument!r}")


kv_rules.load(__file__)
