"""The host's one glance: who is in, what rests, what needs a hand; and the sessions that one tap opens."""

from collections.abc import Callable
from functools import partial

from kivy.clock import Clock
from kivy.properties import NumericProperty, StringProperty

from kiosk.bridge import Bridge
from kiosk.desk import board, sessions
from kiosk.desk.records import Board as Glance
from kiosk.desk.records import HostIn, Planned, Template
from kiosk.flow import Wish
from kiosk.screens.asking import Asking
from kiosk.widgets import buttons, corner, figures, kv, labels, panes, rail, theme, wording  # noqa: F401 - their rules stand in ours
from kiosk.widgets.buttons import CardOffer, EmberOffer, Offer
from kiosk.widgets.i18n import say

LOOK_AGAIN = 2.0  # seconds


class Board(Asking):
    """Shows a Board and looks for a newer one; ``way`` is open or shut."""

    way = StringProperty("")
    title = StringProperty("")
    until = StringProperty("")
    people = StringProperty("")
    at_rest = StringProperty("")
    kept = StringProperty("")
    stepped_out = StringProperty("")
    places = StringProperty("")
    share_taken = NumericProperty(0.0)
    pouches_free = StringProperty("")
    pouches_out = StringProperty("")
    shelf = StringProperty("")
    connection = StringProperty("")
    connection_icon = StringProperty("")
    columns = NumericProperty(2)
    offer_height = NumericProperty(theme.main)
    lock = StringProperty("")

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self._offered: tuple[tuple[Planned, ...], tuple[Template, ...]] = (), ()
        self._look = Clock.create_trigger(self._look_again, LOOK_AGAIN, interval=True)
        super().__init__(bridge, answered, **kwargs)

    def show(self, given: object) -> None:
        """For this host."""
        assert isinstance(given, HostIn)
        self.host_in = given
        self.lock = (
            say("Lock") if theme.text_scale == 1 and not theme.low else ""
        )  # in larger text its sign alone has room
        self.offer_height = (
            theme.size(19 * theme.text_scale) if theme.low else theme.main
        )  # two rows in half a small panel
        self._look_again()
        self._look()

    def end(self) -> None:
        """Nobody looks."""
        super().end()
        self._look.cancel()
        self.way = ""

    def on_width(self, _: object, width: float) -> None:
        """One offer below the other where there is no room beside it."""
        self.columns = 1 if width < theme.narrow else 2

    def open(self, template: Template, pressed: Offer) -> None:
        """Open a session from its template."""
        self.ask_once(pressed, sessions.open_session, template, self.host_in.host, then=lambda _: self._look_again())

    def open_planned(self, planned: Planned, pressed: Offer) -> None:
        """Open a session that the coordinator has planned."""
        self.ask_once(pressed, sessions.open_planned, planned.id, self.host_in.host, then=lambda _: self._look_again())

    def close(self) -> None:
        """First see what is still open."""
        self.answer((self.host_in, Wish.CLOSE))

    def _look_again(self, _: float = 0) -> None:
        self.ask(board.board, then=self._fill)

    def _fill(self, glance: Glance) -> None:
        self.pouches_out = wording.ranges(glance.pouches_out) or say("None")
        self.shelf = wording.pouches_out(glance.pouches_out)
        self.connection = wording.connection(glance.paired, glance.waiting, glance.trouble)
        is_well = glance.paired and not glance.waiting and not glance.trouble
        self.connection_icon = "cloud_check_outline" if is_well else "cloud_off_outline"
        self._offer(glance.planned, glance.templates)
        if glance.session is None:
            self.title, self.until, self.way = say("What shall we open?"), "", "shut"
            return
        self.title = glance.session.title
        self.until = wording.open_until(glance.session.until)
        self.people, self.at_rest = str(glance.people), str(glance.at_rest)
        self.kept, self.stepped_out = str(glance.kept), str(glance.stepped_out)
        self.places = wording.places(glance.places_left, glance.capacity)
        self.share_taken = 1 - (glance.places_left or 0) / glance.capacity if glance.capacity else 0.0
        self.pouches_free = wording.pouches_free(glance.pouches_free)
        self.way = "open"

    def _offer(self, planned: tuple[Planned, ...], templates: tuple[Template, ...]) -> None:
        if (planned, templates) == self._offered:
            return
        self._offered = planned, templates
        self.ids.offers.clear_widgets()
        for place, plan in enumerate(planned):
            detail = wording.planned(plan.start, plan.end, plan.capacity)
            self._add(f"planned_{place}", plan.title, detail, partial(self.open_planned, plan))
        for place, template in enumerate(templates):
            detail = wording.template(template.minutes, template.capacity)
            self._add(f"template_{place}", template.title, detail, partial(self.open, template))

    def _add(self, key: str, title: str, detail: str, chosen: Callable[[Offer], None]) -> None:
        """The first is what is planned next, or else the venue's usual one."""
        offers = self.ids.offers
        offer = (CardOffer if offers.children else EmberOffer)(key=key, text=title)
        offer.detail = detail
        offer.bind(on_release=chosen)
        offers.add_widget(offer)


kv.load(__file__)
