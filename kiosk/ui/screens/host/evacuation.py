"""The roll call of an evacuation: parties by number, touched off as they are met outside."""

from collections.abc import Callable
from uuid import UUID, uuid4

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.properties import NumericProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.navigation import AllLockersAsked, EvacuateAsked, OpenAllAsked, RollCallEndAsked, RollCallEnding
from kiosk.services import evacuation, printing
from kiosk.services.records.evacuation_records import RollCall, RollEntry
from kiosk.services.records.host_records import HostSession
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page, Question
from kiosk.ui.style.theme import theme
from kiosk.ui.text import evacuation_text, paper_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.buttons import Danger
from kiosk.ui.widgets.roll import TileText

REFRESH_INTERVAL = 2.0  # seconds


class EvacuationPage(Page):
    """Starts a roll call (EvacuateAsked) or shows the running one, until a host ends it."""

    home_after = 0  # it stays while the roll call runs,
    locks_when_idle = False  # also where a host has started it from the board

    heading = StringProperty("")
    since = StringProperty("")
    notices = StringProperty("")
    staff_out = NumericProperty(0)

    host_session: HostSession | None

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._refreshes = Clock.create_trigger(self.refresh, REFRESH_INTERVAL, interval=True)
        self._open_all = Danger(key="open_all", icon="locker_multiple", spoken=say("Open all lockers"))
        self._open_all.bind(on_release=lambda _: self.open_all())
        self._unanswered = 0  # counts that are on their way; until they are stored, older results are dropped
        super().__init__(bridge, answered, **kwargs)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The roll call, which is started if that is what was asked for."""
        if isinstance(argument, EvacuateAsked):
            return evacuation.start, (argument.host,)
        return evacuation.read, ()

    def show(self, argument: object) -> None:
        """Show the roll call and start refreshing it."""
        self.host_session = argument.host if isinstance(argument, EvacuateAsked) else None
        self._unanswered = 0
        self._roll: RollCall | None = None
        self._is_to_print = isinstance(argument, EvacuateAsked)  # whoever starts it takes the paper outside
        if isinstance(self.record, RollCall):
            self._fill(self.record)
        elif question := self.question(argument):
            job, arguments = question
            self.ask(job, *arguments, then=self._fill_or_leave)
        self._refreshes()

    def deactivate(self) -> None:
        """Stop refreshing."""
        super().deactivate()
        self._refreshes.cancel()

    def count(self, visit: UUID, is_out: bool) -> None:
        """Count a party out, or put it on the roll again."""
        self._ask_in_order(evacuation.count, visit, is_out, self.host_session)

    def count_staff(self, staff: int) -> None:
        """Set how many of the staff are out."""
        self._ask_in_order(evacuation.count_staff, staff, self.host_session)

    def end(self) -> None:
        """Ask for the PIN that ends the roll call."""
        needs_pin = self._roll is None or self._roll.needs_pin
        self.answer(RollCallEndAsked() if needs_pin else RollCallEnding(None))

    def open_all(self) -> None:
        """Ask for the PIN that opens all lockers."""
        needs_pin = self._roll is None or self._roll.needs_pin
        self.answer(OpenAllAsked() if needs_pin else AllLockersAsked(None))

    def refresh(self, _: float = 0) -> None:
        """Read the roll again."""
        self.poll(evacuation.read, then=self._fill_or_leave)

    def _ask_in_order(self, job: Callable[..., RollCall | None], *args: object) -> None:
        self._unanswered += 1
        self.ask(job, *args, then=self._counted)

    def _counted(self, roll: object) -> None:
        self._unanswered -= 1
        self._fill_or_leave(roll)

    def _fill_or_leave(self, roll: object) -> None:
        """Show the roll; leave where another kiosk has ended it."""
        if not isinstance(roll, RollCall):
            self.go_home()
        elif not self._unanswered:
            self._fill(roll)

    def _fill(self, roll: RollCall) -> None:
        self._roll = roll
        self.heading, self.since = evacuation_text.heading(roll), evacuation_text.since(roll)
        self.notices = "\n".join(evacuation_text.notices(roll))
        self.staff_out = roll.staff_out
        self._offer_lockers(roll)
        tiles = self.ids.low_roll if theme.low else self.ids.usual_roll
        inside, on_break = (tuple(map(_tile_text, entries)) for entries in (roll.inside, roll.on_break))
        tiles.show(inside, on_break, evacuation_text.on_break(roll))
        if self._is_to_print:
            self._is_to_print = False
            self.ask(printing.print_paper, uuid4(), paper_text.roll_call(roll), then=lambda _: None)

    def _offer_lockers(self, roll: RollCall) -> None:
        """The button is there only where a board opens lockers."""
        actions = self.ids.low_actions if theme.low else self.ids.usual_actions
        end = self.ids.low_end if theme.low else self.ids.usual_end
        is_narrow = theme.low and Window.width < theme.narrow  # then only its icon has room beside another button
        end.icon = "" if roll.has_board and not is_narrow else "check_all"
        end.text = "" if roll.has_board and is_narrow else say("End roll call")
        end.spoken = say("End roll call")
        button = self._open_all
        button.size_hint_x, button.width = None, theme.target
        if roll.has_board and button.parent is not actions:
            if button.parent:
                button.parent.remove_widget(button)
            actions.add_widget(button, index=len(actions.children))
        elif not roll.has_board and button.parent:
            button.parent.remove_widget(button)


def _tile_text(entry: RollEntry) -> TileText:
    return TileText(
        id=entry.visit,
        number=evacuation_text.number(entry),
        people=str(entry.party_size),
        icon=evacuation_text.ICONS[entry.stow],
        spoken=evacuation_text.spoken(entry),
        is_out=entry.is_out,
        has_left=entry.has_left,
    )


kv_rules.load(__file__)
