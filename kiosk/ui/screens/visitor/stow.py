"""The page on which visitors choose where to put their phones: one tap for one person, steppers for a party."""

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
from sync.domain.events import Stow as StowKind

ButtonText = tuple[str, str, str]  # a button's key, its icon, its text
ICONS = {"pouch": "bag_personal", "locker": "locker", "none": "hand_heart"}


class Stow(BusyPage):
    """Checks the party in; ``view`` is alone, party, or no_pouch if none is free."""

    saved_fields = ("phones", "kept_phones", "view", "requested_stow")

    view = StringProperty("")
    heading = StringProperty("")
    party_size = NumericProperty(1)
    phones = NumericProperty(0)
    kept_phones = NumericProperty(0)  # phones that stay with their owners
    large_height = NumericProperty(theme.size(32))
    least_height = NumericProperty(theme.size(52))
    no_pouch_text = StringProperty("")
    with_host_text = StringProperty("")
    requested_stow = StringProperty("pouch")  # of the last request

    def on_width(self, _: object, width: float) -> None:
        """Make the large answers higher on a narrow page, where their texts need three lines."""
        self.large_height = theme.size(15 if theme.low else 39 if width < theme.narrow else 32)

    def on_kv_post(self, _: object) -> None:
        """Make room for answers that are one above the other."""
        for case in (self.ids.alone, self.ids.party):
            case.fbind("minimum_height", self._update_height)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """Where phones can be put in this session."""
        assert isinstance(argument, navigation.PartyChosen)
        return occupancy.read_shelf, (argument.session,)

    def show(self, argument: object) -> None:
        """Show the answers for a party of this size."""
        assert isinstance(argument, navigation.PartyChosen)
        self.party = argument
        self.party_size = argument.size
        self.view = ""
        self.shelf: ShelfState | None = None
        self._set_counts(argument.size, 0)
        if isinstance(self.record, ShelfState):
            self._offer(self.record)
        else:
            self.ask(occupancy.read_shelf, argument.session, then=self._offer)

    def no_phone(self, pressed: Breathing) -> None:
        """Check in one person without a phone."""
        self._check_in(pressed, 0, 0)

    def keep_phone(self, pressed: Breathing) -> None:
        """Check in one person who keeps their phone."""
        self._check_in(pressed, 0, 1)

    def with_host(self, pressed: Breathing) -> None:
        """Check in with the phones at the host's, as no pouch is free."""
        self._check_in(pressed, int(self.phones), int(self.kept_phones), "none")

    def set_resting_phones(self, phones: int) -> None:
        """Set the number of phones to put away; it limits the kept ones, as a party has no more phones than people."""
        self._set_counts(phones, min(int(self.kept_phones), int(self.party_size) - phones))

    def set_kept_phones(self, kept_count: int) -> None:
        """Set the number of phones that stay with their owners; it limits the ones to put away."""
        self._set_counts(min(int(self.phones), int(self.party_size) - kept_count), kept_count)

    def back(self) -> None:
        """Return to the party page, or from no_pouch to the answers."""
        if self.view == "no_pouch":
            self.ask(occupancy.read_shelf, self.party.session, then=self._choose_again)
        elif self.party.session or self.party.pass_hash:
            self.answer(SessionChoice(self.party.session, self.party.pass_hash))
        else:
            self.answer(Intent.COME_IN)

    def restore_state(self, state: dict[str, object]) -> None:
        """Restore the counts, and the no_pouch view."""
        no_pouch = state.pop("view") == "no_pouch"
        super().restore_state(state)
        self._set_counts(int(self.phones), int(self.kept_phones))
        if no_pouch:
            self._without_pouch()

    def _update_height(self, case: Case, height: float) -> None:
        if case.name == self.view:
            self.least_height = height

    def _choose_again(self, shelf: ShelfState) -> None:
        self.record = shelf
        self.show(self.party)

    # the answers

    def _offer(self, shelf: ShelfState) -> None:
        self.shelf = shelf
        if self.view:
            return
        first, second = _stow_options(shelf)
        if self.party_size == 1:
            self._offer_one(first, second)
            self.view = "alone"
        else:
            self._offer_party(second)
            self.view = "party"
            self._set_counts(int(self.phones), int(self.kept_phones))

    def _offer_one(self, first: StowKind, second: StowKind | None) -> None:
        large, small = self.ids.large, self.ids.small
        usual, other = (EmberCard, SandCard) if theme.low else (EmberChoice, SandChoice)
        large.clear_widgets()
        small.clear_widgets()
        large.add_widget(self._choice(usual, first))
        keep_phone = "mine", "cellphone", say("I need mine with me")
        if second is None:
            no_phone = "no_phone", "human_greeting_variant", say("I have no phone with me")
            large.add_widget(self._button(other, no_phone, self.no_phone, say("Come straight in")))
            no_reason = "" if theme.low else say("No reason asked")
            small.add_widget(self._button(CardChoice, keep_phone, self.keep_phone, no_reason))
        else:
            no_phone = "no_phone", "human_greeting_variant", say("No phone with me")
            large.add_widget(self._choice(other, second))
            small.add_widget(self._button(CardChoice, keep_phone, self.keep_phone))
            small.add_widget(self._button(CardChoice, no_phone, self.no_phone))
        if second is None or not theme.low:
            self._add_reach(small)

    def _offer_party(self, second: StowKind | None) -> None:
        row = self.ids.ways
        row.clear_widgets()
        self.main = Ember(key="pouch")
        self.main.bind(on_release=self._check_in_counted)
        row.add_widget(self.main)
        if second:
            icon = "" if theme.low else ICONS[second]
            other = Sand(key=second, text=choice_texts(second, 2)[0], icon=icon)
            other.bind(on_release=lambda pressed: self._check_in_with(second, pressed))
            row.add_widget(other)
        if not theme.low:
            self._add_reach(row)

    def _add_reach(self, row: choices.Choices) -> None:
        """Add the button for the venue's number, which the confirmation shows as well."""
        if self.shelf and self.shelf.reach:
            detour = Detour("reach", self.shelf.reach)
            row.add_widget(
                self._button(
                    CardChoice, ("reach", "bell_outline", say("How can I be reached?")), lambda _: self.answer(detour)
                )
            )

    def _choice(self, kind: type[Choice], stow: StowKind) -> Choice:
        text, detail = choice_texts(stow, 1)
        detail = "" if theme.low else detail
        return self._button(kind, (stow, ICONS[stow], text), partial(self._check_in_with, stow), detail)

    def _button(
        self, kind: type[Choice], button_text: ButtonText, chosen: Callable[[Breathing], None], detail: str = ""
    ) -> Choice:
        key, icon, text = button_text
        button = kind(key=key, icon=icon, text=text, detail=detail)
        button.bind(on_release=chosen)
        return button

    # the request

    def _check_in_with(self, stow: StowKind, pressed: Breathing) -> None:
        self._check_in(pressed, int(self.phones), int(self.kept_phones), stow)

    def _check_in_counted(self, pressed: Breathing) -> None:
        assert self.shelf is not None
        self._check_in_with(_stow_options(self.shelf)[0], pressed)

    def _set_counts(self, phones: int, kept_count: int) -> None:
        self.phones, self.kept_phones = phones, kept_count
        self.heading = counted("Where will your phone rest?", "Where will your phones rest?", int(self.party_size))
        if self.view == "party" and self.shelf:
            stow = _stow_options(self.shelf)[0]
            self.main.text = choice_texts(stow, phones)[0] if phones else say("Come in")
            self.main.icon = ICONS[stow] if phones else "door_open"

    def _check_in(self, pressed: Breathing, phones: int, kept_count: int, stow: StowKind = "pouch") -> None:
        party = self.party
        request = CheckInRequest(
            party.size,
            phones,
            kept_count,
            theme.language,
            stow,
            party.session,
            party.admitted_by,
            pass_hash=party.pass_hash,
        )
        self.phones, self.kept_phones, self.requested_stow = phones, kept_count, stow
        self.ask_unless_busy(pressed, visits.check_in, request, then=self._checked_in)

    def _checked_in(self, outcome: object) -> None:
        if isinstance(outcome, NoPouch):
            self._without_pouch()
        else:
            self.answer(outcome)

    def _without_pouch(self) -> None:
        phones = int(self.phones)
        self.view = "no_pouch"
        self.heading = (
            say("The lockers are all taken.") if self.requested_stow == "locker" else say("The pouches are all out.")
        )
        self.no_pouch_text = counted(
            "Your host will gladly look after your phone, and you can come in now.",
            "Your host will gladly look after your phones, and you can come in now.",
            phones,
        )
        self.with_host_text = counted("Give it to your host", "Give them to your host", phones)


def _stow_options(shelf: ShelfState) -> tuple[StowKind, StowKind | None]:
    """The first and, if any, second place for phones; one that is full is left out if the other is free."""
    if shelf.has_pouches and shelf.has_lockers:
        if shelf.lockers and not shelf.pouches:
            return "locker", None
        return "pouch", "locker" if shelf.lockers else None
    return ("locker", None) if shelf.has_lockers else ("pouch", None)


def choice_texts(stow: StowKind, phones: int) -> tuple[str, str]:
    """An answer's text and detail."""
    if stow == "locker":
        return say("In a locker"), say("You close its door")
    return counted("In a pouch", "In pouches", phones), say("You keep it with you, closed")


kv_rules.load(__file__)
