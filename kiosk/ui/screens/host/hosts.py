"""The page of the venue's hosts: a lead adds, chooses and unlocks them, and sees the venue key."""

from functools import partial

from kivy.properties import NumericProperty, StringProperty

from kiosk.navigation import HostChosen, HostNameAsked, HostsAsked, KeyAsked, KeyEntryAsked, PinsAsked
from kiosk.services import hosts
from kiosk.services.records.host_records import HostList, ListedHost
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page, Question
from kiosk.ui.style.theme import theme
from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import CardOffer


class Hosts(Page):
    """Shows a HostList; ``view`` is lead, or host for a host who may not change anything."""

    view = StringProperty("lead")
    duty = StringProperty("none")  # what has to be done about the key: none, change or type
    text = StringProperty("")
    columns = NumericProperty(2)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The hosts, for a lead."""
        assert isinstance(argument, HostsAsked)
        return (hosts.read_hosts, (argument.host,)) if argument.host.role == "lead" else None

    def show(self, argument: object) -> None:
        """Show the hosts, or that a lead is needed."""
        assert isinstance(argument, HostsAsked)
        self.host_session = argument.host
        self.view = argument.host.role
        self.duty, self.text = "none", ""
        self.ids.offers.clear_widgets()
        if self.view != "lead":
            self.text = say("Only a lead can change the hosts.")
        elif isinstance(self.record, HostList):
            self._fill(self.record)
        else:
            self.ask(hosts.read_hosts, argument.host, then=self._fill)

    def on_width(self, _: object, width: float) -> None:
        """One column on a narrow page."""
        self.columns = 1 if width < theme.narrow else 2

    def back(self) -> None:
        """Return to the board."""
        self.answer(self.host_session)

    def add(self) -> None:
        """Type the name of a new host."""
        self.answer(HostNameAsked(self.host_session))

    def show_key(self) -> None:
        """Show the venue key."""
        self.answer(KeyAsked(self.host_session))

    def type_key(self) -> None:
        """Type the key of another kiosk."""
        self.answer(KeyEntryAsked(self.host_session))

    def change_key(self) -> None:
        """Give everybody a new PIN under a new key."""
        self.answer(PinsAsked(self.host_session, None))

    def _fill(self, listed: HostList) -> None:
        self.duty = "change" if listed.must_change_key else "type" if listed.unknown else "none"
        if listed.must_change_key:
            self.text = say("A kiosk has left the venue. Give everybody a new PIN.")
        elif listed.unknown:
            self.text = phrases.unknown_hosts(listed.unknown)
        for host in listed.hosts:
            offer = CardOffer(key=f"host_{host.number}", text=phrases.host_name(host.number, host.name))
            offer.detail = phrases.host_role(host.role)
            offer.bind(on_release=partial(self._chosen, host))
            self.ids.offers.add_widget(offer)

    def _chosen(self, host: ListedHost, _: object) -> None:
        self.answer(HostChosen(self.host_session, host))


kv_rules.load(__file__)
