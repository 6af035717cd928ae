"""The page that shows proposed PINs, each once: for a new host, for one of the hosts, or for all under a new key."""

from collections.abc import Callable
from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.navigation import FirstHostAsked, FirstPinAsked, HostsAsked, KeyEntryAsked, PairingAsked, PinsAsked
from kiosk.services import first_start, hosts, venue_keys
from kiosk.services.records.host_records import HostSession, ListedHost, NewHost, NewPin, NoAccess
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing


class ShowNewPin(BusyPage):
    """Proposes, shows and confirms. Nothing is stored before the last PIN is confirmed; ``view`` is one or several."""

    view = StringProperty("one")
    heading = StringProperty("")
    pin = StringProperty("")
    text = StringProperty("")
    confirm = StringProperty("")
    is_waiting = BooleanProperty(True)

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self.new_pins: tuple[NewPin, ...] = ()
        self.place = 0  # of the PIN that is shown
        super().__init__(bridge, answered, **kwargs)

    def show(self, argument: object) -> None:
        """Propose the PINs."""
        assert isinstance(argument, PinsAsked | FirstPinAsked)
        self.setup = argument.setup if isinstance(argument, FirstPinAsked) else None
        if isinstance(argument, PinsAsked):
            self.host_session, self.whom = argument.host, argument.whom
        else:
            self.whom = NewHost(argument.setup.host_name, "lead")
        self.view = "one" if self.whom else "several"
        self.text = say("Note it now: it is shown this once. Nobody else needs to know it.")
        self._propose()

    def deactivate(self) -> None:
        """Clear the PINs."""
        super().deactivate()
        self.new_pins, self.pin = (), ""

    def propose_another(self) -> None:
        """Show another PIN instead."""
        self._propose()

    def back(self) -> None:
        """Return to the list, or to the first host's name; no PIN is changed."""
        self.answer(FirstHostAsked(self.setup) if self.setup else HostsAsked(self.host_session))

    def accept(self, pressed: Breathing) -> None:
        """Show the next PIN; after the last, store them."""
        if self.place + 1 < len(self.new_pins):
            self.place += 1
            self._show_pin()
            return
        self.is_waiting = True
        job, *arguments = self._job(self.new_pins[0].pin)
        self.ask_unless_busy(pressed, job, *arguments, then=self._stored, slow=True)

    def _job(self, pin: str) -> tuple[Any, ...]:
        """What stores the PINs, with its arguments."""
        if self.setup:
            return first_start.finish, self.setup, pin
        match self.whom:
            case NewHost(name, role):
                return hosts.add_host, self.host_session, name, role, pin
            case ListedHost(id=host):
                return hosts.set_pin, self.host_session, host, pin
        return venue_keys.change_key, self.host_session, self.new_pins

    def _stored(self, outcome: object) -> None:
        if isinstance(outcome, NoAccess):
            self.answer(KeyEntryAsked())
        elif isinstance(outcome, HostSession) and self.setup:
            self.answer(PairingAsked(outcome) if self.setup.is_new else outcome)
        else:
            self.answer(HostsAsked(self.host_session))

    def _propose(self) -> None:
        self.is_waiting, self.pin, self.place = True, "", 0
        self.heading, self.confirm = say("One moment"), say("I have noted it")
        if self.whom is None:
            self.ask(venue_keys.propose_change, then=self._proposed, slow=True)
        else:
            host = self.whom if isinstance(self.whom, ListedHost) else None
            self.ask(hosts.propose_pin, host, then=lambda proposed: self._proposed((proposed,)), slow=True)

    def _proposed(self, new_pins: tuple[NewPin, ...]) -> None:
        self.new_pins, self.is_waiting = new_pins, False
        self._show_pin()

    def _show_pin(self) -> None:
        new_pin = self.new_pins[self.place]
        self.pin = phrases.spaced_pin(new_pin.pin)
        name = self.whom.name if isinstance(self.whom, NewHost) else new_pin.host.name
        self.heading = say("A PIN for {name}", name=name or phrases.host_name(new_pin.host.number, ""))
        is_last = self.place + 1 == len(self.new_pins)
        self.confirm = say("I have noted it") if is_last else say("Noted, the next")


kv_rules.load(__file__)
