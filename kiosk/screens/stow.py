"""Where will your phones rest? One tap for one person; a party counts."""

from kivy.properties import NumericProperty, StringProperty

from kiosk import flow
from kiosk.desk import visits
from kiosk.desk.records import NoPouch, Rest
from kiosk.flow import Wish
from kiosk.screens.asking import Asking
from kiosk.widgets import buttons, kv, labels, panes, stepper, topbar  # noqa: F401 - their rules stand in ours
from kiosk.widgets.press import Breathing


class Stow(Asking):
    """Asks the desk for a place and pouches; ``way`` is alone, party, or no_pouch when those are out."""

    way = StringProperty("alone")
    heading = StringProperty("")
    party_size = NumericProperty(1)
    phones = NumericProperty(0)
    kept = NumericProperty(0)
    main_word = StringProperty("")
    main_icon = StringProperty("")
    no_pouch_text = StringProperty("")

    def show(self, given: object) -> None:
        """Ask a party of that size."""
        assert isinstance(given, flow.Party)
        alone = given.size == 1
        self.party_size = given.size
        self.way = "alone" if alone else "party"
        self.heading = "Where will your phone rest?" if alone else "Where will your phones rest?"
        self._count(given.size, 0)

    def in_pouch(self, pressed: Breathing) -> None:
        """One person, one phone, one pouch."""
        self._check_in(pressed, Rest(party_size=1, phones=1, kept=0))

    def no_phone(self, pressed: Breathing) -> None:
        """One person without a phone."""
        self._check_in(pressed, Rest(party_size=1, phones=0, kept=0))

    def mine(self, pressed: Breathing) -> None:
        """One person who needs theirs."""
        self._check_in(pressed, Rest(party_size=1, phones=0, kept=1))

    def counted(self, pressed: Breathing) -> None:
        """A party has counted its phones."""
        self._check_in(pressed, Rest(int(self.party_size), int(self.phones), int(self.kept)))

    def with_host(self, pressed: Breathing) -> None:
        """No pouch is free: the host takes the phones."""
        phones = int(self.phones)
        self._check_in(pressed, Rest(int(self.party_size), phones, int(self.kept), with_host=True))

    def rest(self, phones: int) -> None:
        """So many phones rest; a party has no more phones than people, so one may have to move."""
        self._count(phones, min(int(self.kept), int(self.party_size) - phones))

    def keep(self, kept: int) -> None:
        """So many phones stay with their owners."""
        self._count(min(int(self.phones), int(self.party_size) - kept), kept)

    def back(self) -> None:
        """To the number of people, or from the missing pouches to the choice."""
        if self.way == "no_pouch":
            self.show(flow.Party(int(self.party_size)))
        else:
            self.answer(Wish.COME_IN)

    def _count(self, phones: int, kept: int) -> None:
        self.phones, self.kept = phones, kept
        self.main_word = ("Come in", "In a pouch")[phones] if phones < 2 else "In pouches"
        self.main_icon = "bag_personal" if phones else "door_open"

    def _check_in(self, pressed: Breathing, rest: Rest) -> None:
        self.phones, self.kept = rest.phones, rest.kept
        self.ask_once(pressed, visits.check_in, rest, then=self._checked_in)

    def _checked_in(self, outcome: object) -> None:
        if not isinstance(outcome, NoPouch):
            self.answer(outcome)
            return
        self.heading = "The pouches are all out."
        phone = "phone" if self.phones == 1 else "phones"
        self.no_pouch_text = f"Your host will gladly look after your {phone}, and you can come in now."
        self.main_word = f"Give {'it' if self.phones == 1 else 'them'} to your host"
        self.way = "no_pouch"


kv.load(__file__)
