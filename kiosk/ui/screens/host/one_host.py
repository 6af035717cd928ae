"""The page of one host: a new PIN, another name or role, a staff card, or removal."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.navigation import HostChosen, HostRenameAsked, HostsAsked, PinsAsked
from kiosk.rules.device_events import CardSeen, DeviceEvent
from kiosk.services import cards, hosts
from kiosk.services.records.host_records import CardTaken, LastLead, ListedHost
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing


class OneHost(BusyPage):
    """Changes the chosen host; ``view`` is choose, sure before a removal, or card while one can be taught."""

    view = StringProperty("choose")
    heading = StringProperty("")
    text = StringProperty("")
    is_lead = BooleanProperty(False)
    has_card = BooleanProperty(False)
    is_narrow = BooleanProperty(False)  # then only the icon of a new name has room

    def show(self, argument: object) -> None:
        """Show what can be changed."""
        assert isinstance(argument, HostChosen)
        self.host_session, self.chosen = argument.host, argument.chosen
        self.view, self.text = "choose", phrases.host_role(argument.chosen.role)
        self.heading = phrases.host_name(argument.chosen.number, argument.chosen.name)
        self.is_lead, self.has_card = argument.chosen.role == "lead", argument.chosen.has_card

    def on_width(self, _: object, width: float) -> None:
        """Show fewer words on a narrow page."""
        self.is_narrow = width < theme.narrow

    def back(self) -> None:
        """Return to the list, or from the question to the choices."""
        if self.view != "choose":
            self.view, self.text = "choose", phrases.host_role(self.chosen.role)
        else:
            self.answer(HostsAsked(self.host_session))

    def give_pin(self) -> None:
        """Propose a new PIN."""
        self.answer(PinsAsked(self.host_session, self.chosen))

    def ask_card(self) -> None:
        """Wait for a card that is held to the reader."""
        self.view = "card"
        self.text = (
            say("This host has a card. Hold another one to the reader to change it.")
            if self.has_card
            else say("Hold the card to the reader.")
        )

    def device_event(self, event: DeviceEvent) -> None:
        """Teach the card that is held to the reader."""
        match event:
            case CardSeen(card) if self.view == "card":
                self.ask_unless_busy(
                    self.ids.card_done,
                    cards.teach,
                    self.host_session,
                    self.chosen.id,
                    card,
                    then=self._handle_card_outcome,
                )
            case _:
                super().device_event(event)

    def remove_card(self, pressed: Breathing) -> None:
        """End the host's card."""
        self.ask_unless_busy(pressed, cards.remove, self.host_session, self.chosen.id, then=self._handle_card_outcome)

    def rename(self) -> None:
        """Type another name."""
        self.answer(HostRenameAsked(self.host_session, self.chosen))

    def change_role(self, pressed: Breathing) -> None:
        """Make the host a lead, or no lead."""
        role = "host" if self.is_lead else "lead"
        self.ask_unless_busy(
            pressed, hosts.set_role, self.host_session, self.chosen.id, role, then=self._handle_outcome
        )

    def ask_removal(self) -> None:
        """Ask whether the host is to be removed."""
        self.view = "sure"
        self.text = say("The PIN ends here and at the venue’s other kiosks. What the host has done stays.")

    def remove(self, pressed: Breathing) -> None:
        """Remove the host."""
        self.ask_unless_busy(pressed, hosts.remove_host, self.host_session, self.chosen.id, then=self._handle_outcome)

    def _handle_card_outcome(self, outcome: ListedHost | CardTaken) -> None:
        if isinstance(outcome, CardTaken):
            self.text = phrases.staff_card_of(outcome.owner.number, outcome.owner.name)
            return
        self.chosen, self.has_card = outcome, outcome.has_card
        self.text = (
            say("From now on this card opens the board.") if outcome.has_card else say("The card no longer signs in.")
        )

    def _handle_outcome(self, outcome: object) -> None:
        if isinstance(outcome, LastLead):
            self.view = "choose"
            self.text = say("The only lead stays one. Make somebody else a lead first.")
        elif self.chosen.id == self.host_session.host_id:
            self.go_home()  # a lead who has changed their own role signs in again
        else:
            self.answer(HostsAsked(self.host_session))


kv_rules.load(__file__)
