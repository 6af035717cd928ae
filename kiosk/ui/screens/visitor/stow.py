"""Where will your phones rest? One tap for one person; a party counts."""

from collections.abc import Callable
from functools import partial

from kivy.properties import NumericProperty, StringProperty

from kiosk import navigation
from kiosk.navigation import Detour, Intent, SessionChoice
from kiosk.services import occupancy, visits
from kiosk.services.records.visitor_records import CheckInRequest, NoPouch, ShelfState
from kiosk.ui import kv_rules
from kiosk.ui.layout import choices
from kiosk.ui.layout.panes import Case
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.style.theme import theme
from kiosk.ui.text.i18n import counted, say
from kiosk.ui.widgets.buttons import CardChoice, Choice, Ember, EmberCard, EmberChoice, Sand, SandCard, SandChoice
from kiosk.ui.widgets.press import Breathing
from sync.domain.events import Stow as Resting

Words = tuple[str, str, str]  # a button's key, its icon, its text
ICONS = {"pouch": "bag_personal", "locker": "locker", "none": "hand_heart"}


class Stow(BusyPage):
    """Asks the desk for a place and pouches; ``way`` is alone, party, or no_pouch when those are out."""

    keeps = ("phones", "staying", "way", "resting")

    way = StringProperty("")
    heading = StringProperty("")
    party_size = NumericProperty(1)
    phones = NumericProperty(0)
    staying = NumericProperty(0)  # phones kept by their owners
    large_height = NumericProperty(theme.size(32))
    least_height = NumericProperty(theme.size(52))
    no_pouch_text = StringProperty("")
    with_host_word = StringProperty("")
    resting = StringProperty("pouch")  # what was asked for last

    def on_width(self, _: object, width: float) -> None:
        """Side by side on a narrow page, two lines become three."""
        self.large_height = theme.size(15 if theme.low else 39 if width < theme.narrow else 32)

    def on_kv_post(self, _: object) -> None:
        """Answers below each other need more room, and have it on a panel that stands upright."""
        for case in (self.ids.alone, self.ids.party):
            case.fbind("minimum_height", self._measure)

    @classmethod
    def question(cls, given: object) -> Question | None:
        """Where phones can rest."""
        return occupancy.read_shelf, ()

    def show(self, given: object) -> None:
        """Ask a party of that size, once the desk has said where phones can rest."""
        assert isinstance(given, navigation.PartyChosen)
        self.party = given
        self.party_size = given.size
        self.way = ""
        self.shelf: ShelfState | None = None
        self._count(given.size, 0)
        if isinstance(self.record, ShelfState):
            self._offer(self.record)
        else:
            self.ask(occupancy.read_shelf, then=self._offer)

    def no_phone(self, pressed: Breathing) -> None:
        """One person without a phone."""
        self._check_in(pressed, 0, 0)

    def mine(self, pressed: Breathing) -> None:
        """One person who needs theirs."""
        self._check_in(pressed, 0, 1)

    def with_host(self, pressed: Breathing) -> None:
        """No pouch is free: the host takes the phones."""
        self._check_in(pressed, int(self.phones), int(self.staying), "none")

    def rest(self, phones: int) -> None:
        """So many phones rest; a party has no more phones than people, so one may have to move."""
        self._count(phones, min(int(self.staying), int(self.party_size) - phones))

    def keep(self, kept: int) -> None:
        """So many phones stay with their owners."""
        self._count(min(int(self.phones), int(self.party_size) - kept), kept)

    def back(self) -> None:
        """To the number of people, or from the missing pouches to the choice."""
        if self.way == "no_pouch":
            self.ask(occupancy.read_shelf, then=self._choose_again)
        elif self.party.session:
            self.answer(SessionChoice(self.party.session))
        else:
            self.answer(Intent.COME_IN)

    def resume(self, kept: dict[str, object]) -> None:
        """As it was counted; without pouches that is still so."""
        no_pouch = kept.pop("way") == "no_pouch"
        super().resume(kept)
        self._count(int(self.phones), int(self.staying))
        if no_pouch:
            self._without_pouch()

    def _measure(self, case: Case, height: float) -> None:
        if case.name == self.way:
            self.least_height = height

    def _choose_again(self, shelf: ShelfState) -> None:
        self.record = shelf
        self.show(self.party)

    # what is on offer

    def _offer(self, shelf: ShelfState) -> None:
        self.shelf = shelf
        if self.way:
            return
        first, second = _stows(shelf)
        if self.party_size == 1:
            self._offer_one(first, second)
            self.way = "alone"
        else:
            self._offer_party(second)
            self.way = "party"
            self._count(int(self.phones), int(self.staying))

    def _offer_one(self, first: Resting, second: Resting | None) -> None:
        large, small = self.ids.large, self.ids.small
        usual, other = (EmberCard, SandCard) if theme.low else (EmberChoice, SandChoice)
        large.clear_widgets()
        small.clear_widgets()
        large.add_widget(self._choice(usual, first))
        mine = "mine", "cellphone", say("I need mine with me")
        if second is None:
            no_phone = "no_phone", "human_greeting_variant", say("I have no phone with me")
            large.add_widget(self._button(other, no_phone, self.no_phone, say("Come straight in")))
            no_reason = "" if theme.low else say("No reason asked")
            small.add_widget(self._button(CardChoice, mine, self.mine, no_reason))
        else:
            no_phone = "no_phone", "human_greeting_variant", say("No phone with me")
            large.add_widget(self._choice(other, second))
            small.add_widget(self._button(CardChoice, mine, self.mine))
            small.add_widget(self._button(CardChoice, no_phone, self.no_phone))
        if second is None or not theme.low:
            self._add_reach(small)

    def _offer_party(self, second: Resting | None) -> None:
        row = self.ids.ways
        row.clear_widgets()
        self.main = Ember(key="pouch")
        self.main.bind(on_release=self._counted)
        row.add_widget(self.main)
        if second:
            icon = "" if theme.low else ICONS[second]
            other = Sand(key=second, text=said_of(second, 2)[0], icon=icon)
            other.bind(on_release=lambda pressed: self._rest_in(second, pressed))
            row.add_widget(other)
        if not theme.low:
            self._add_reach(row)

    def _add_reach(self, row: choices.Choices) -> None:
        """Not where half a panel has no room for it: the confirmation says the number too."""
        if self.shelf and self.shelf.reach:
            aside = Detour("reach", self.shelf.reach)
            row.add_widget(
                self._button(
                    CardChoice, ("reach", "bell_outline", say("How can I be reached?")), lambda _: self.answer(aside)
                )
            )

    def _choice(self, kind: type[Choice], stow: Resting) -> Choice:
        text, detail = said_of(stow, 1)
        detail = "" if theme.low else detail
        return self._button(kind, (stow, ICONS[stow], text), partial(self._rest_in, stow), detail)

    def _button(
        self, kind: type[Choice], words: Words, chosen: Callable[[Breathing], None], detail: str = ""
    ) -> Choice:
        key, icon, text = words
        button = kind(key=key, icon=icon, text=text, detail=detail)
        button.bind(on_release=chosen)
        return button

    # what was said

    def _rest_in(self, stow: Resting, pressed: Breathing) -> None:
        self._check_in(pressed, int(self.phones), int(self.staying), stow)

    def _counted(self, pressed: Breathing) -> None:
        assert self.shelf is not None
        self._rest_in(_stows(self.shelf)[0], pressed)

    def _count(self, phones: int, kept: int) -> None:
        self.phones, self.staying = phones, kept
        self.heading = counted("Where will your phone rest?", "Where will your phones rest?", int(self.party_size))
        if self.way == "party" and self.shelf:
            stow = _stows(self.shelf)[0]
            self.main.text = said_of(stow, phones)[0] if phones else say("Come in")
            self.main.icon = ICONS[stow] if phones else "door_open"

    def _check_in(self, pressed: Breathing, phones: int, kept: int, stow: Resting = "pouch") -> None:
        rest = CheckInRequest(int(self.party_size), phones, kept, theme.language, stow, self.party.session)
        self.phones, self.staying, self.resting = phones, kept, stow
        self.ask_once(pressed, visits.check_in, rest, then=self._checked_in)

    def _checked_in(self, outcome: object) -> None:
        if isinstance(outcome, NoPouch):
            self._without_pouch()
        else:
            self.answer(outcome)

    def _without_pouch(self) -> None:
        phones = int(self.phones)
        self.way = "no_pouch"
        self.heading = (
            say("The lockers are all taken.") if self.resting == "locker" else say("The pouches are all out.")
        )
        self.no_pouch_text = counted(
            "Your host will gladly look after your phone, and you can come in now.",
            "Your host will gladly look after your phones, and you can come in now.",
            phones,
        )
        self.with_host_word = counted("Give it to your host", "Give them to your host", phones)


def _stows(shelf: ShelfState) -> tuple[Resting, Resting | None]:
    """Where phones rest as a rule, and where else: what has nothing free gives way to the other."""
    if shelf.has_pouches and shelf.has_lockers:
        if shelf.lockers and not shelf.pouches:
            return "locker", None
        return "pouch", "locker" if shelf.lockers else None
    return ("locker", None) if shelf.has_lockers else ("pouch", None)


def said_of(stow: Resting, phones: int) -> tuple[str, str]:
    """What a choice is called, and what it means."""
    if stow == "locker":
        return say("In a locker"), say("You close its door")
    return counted("In a pouch", "In pouches", phones), say("You keep it with you, closed")


kv_rules.load(__file__)
