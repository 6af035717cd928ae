"""Where will your phones rest? One tap for one person; a party counts."""

from dataclasses import replace

from kivy.properties import NumericProperty, StringProperty

from kiosk import flow
from kiosk.desk import visits
from kiosk.desk.records import NoPouch, Rest
from kiosk.flow import Wish
from kiosk.screens.asking import Asking
from kiosk.widgets import buttons, i18n, kv, labels, panes, stepper, topbar  # noqa: F401 - their rules stand in ours
from kiosk.widgets.i18n import counted, say
from kiosk.widgets.press import Breathing


class Stow(Asking):
    """Asks the desk for a place and pouches; ``way`` is alone, party, or no_pouch when those are out."""

    keeps = ("phones", "staying", "way")

    way = StringProperty("alone")
    heading = StringProperty("")
    party_size = NumericProperty(1)
    phones = NumericProperty(0)
    staying = NumericProperty(0)  # phones kept by their owners
    main_word = StringProperty("")
    main_icon = StringProperty("")
    no_pouch_text = StringProperty("")

    def show(self, given: object) -> None:
        """Ask a party of that size."""
        assert isinstance(given, flow.Party)
        self.party_size = given.size
        self.way = "alone" if given.size == 1 else "party"
        self._count(given.size, 0)
        self._tell()

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
        self._check_in(pressed, Rest(int(self.party_size), int(self.phones), int(self.staying)))

    def with_host(self, pressed: Breathing) -> None:
        """No pouch is free: the host takes the phones."""
        phones = int(self.phones)
        self._check_in(pressed, Rest(int(self.party_size), phones, int(self.staying), with_host=True))

    def rest(self, phones: int) -> None:
        """So many phones rest; a party has no more phones than people, so one may have to move."""
        self._count(phones, min(int(self.staying), int(self.party_size) - phones))

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
        self.phones, self.staying = phones, kept
        self._tell()

    def _tell(self, *_: object) -> None:
        phones = int(self.phones)
        if self.way == "no_pouch":
            self.heading = say("The pouches are all out.")
            self.no_pouch_text = counted(
                "Your host will gladly look after your phone, and you can come in now.",
                "Your host will gladly look after your phones, and you can come in now.",
                phones,
            )
            self.main_word = counted("Give it to your host", "Give them to your host", phones)
            return
        self.heading = counted("Where will your phone rest?", "Where will your phones rest?", int(self.party_size))
        self.main_word = counted("In a pouch", "In pouches", phones) if phones else say("Come in")
        self.main_icon = "bag_personal" if phones else "door_open"

    on_way = on_party_size = _tell

    def _check_in(self, pressed: Breathing, rest: Rest) -> None:
        rest = replace(rest, language=i18n.language)
        self.phones, self.staying = rest.phones, rest.kept
        self.ask_once(pressed, visits.check_in, rest, then=self._checked_in)

    def _checked_in(self, outcome: object) -> None:
        if not isinstance(outcome, NoPouch):
            self.answer(outcome)
            return
        self.way = "no_pouch"


kv.load(__file__)
