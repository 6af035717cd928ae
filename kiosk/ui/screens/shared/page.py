"""The base class of all pages: shows a record, runs jobs, reacts to devices, and passes the visitor's answer on.

A page that is not active ignores its buttons and the results of its jobs.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from kivy.input import MotionEvent
from kivy.uix.screenmanager import Screen

from kiosk.bridge import Bridge
from kiosk.navigation import Failure, Intent
from kiosk.rules.device_events import (
    CardSeen,
    DeviceEvent,
    PairingCodeScanned,
    PassScanned,
    SlipScanned,
    UnreadableScan,
)
from kiosk.rules.passes import PassKey, SeenCard
from kiosk.rules.slips import Slip
from kiosk.services import cards, passes, visits
from kiosk.services.cards import UnknownCard
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets import message
from kiosk.ui.widgets.press import READABLE
from sync.ledger.store import StorageError

R = TypeVar("R")
Question = tuple[Callable[..., object], tuple[object, ...]]  # a job of kiosk.services, and its arguments


class Page(Screen):
    """One page. ``answered`` gets its name and the visitor's answer; late results of jobs are dropped."""

    home_after = 60  # idle timeout in seconds; 0: none
    locks_when_idle = True  # where a host has signed in
    readable_after = READABLE  # seconds that it must have been shown before a touch acts
    time_factor = 1.0  # factor for its own timeouts
    saved_fields: tuple[str, ...] = ()  # fields that are restored after a detour, as to the language page
    accepts_cards = False  # whether a host signs in here by a card
    accepts_slips = False  # False: a scanned slip waits until the visitor has finished
    takes_cards = False  # True: a card that is laid on a reader is for this page, at once
    persistent_fields: tuple[str, ...] = ()  # fields that are kept when the page is built again

    def __init__(self, bridge: Bridge, answered: Callable[[str, object], None], **kwargs: object) -> None:
        self.bridge = bridge
        self.answered = answered
        self.activation = 0  # changes whenever the page is activated or deactivated
        self.is_active = False
        self.argument: object = None
        self.record: object = None
        self.is_awaiting_slip = False  # a scanned slip is being processed: touches are ignored
        self._message = message.Message()
        super().__init__(**kwargs)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The job whose result is the page's ``record``, run before the page is shown so that it appears complete."""
        return None

    def activate(self, argument: object, record: object = None) -> None:
        """Start a new interaction and show ``argument``.

        ``record`` is the result of the page's question; without it the page runs the job itself.
        """
        self.activation += 1
        self.is_active = True
        self.argument, self.record = argument, record
        self.show(argument)

    def show(self, argument: object) -> None:
        """Fill the page from ``argument`` and ``record``."""

    def save_state(self) -> dict[str, object]:
        """The values of ``saved_fields``."""
        return {name: getattr(self, name) for name in self.saved_fields}

    def restore_state(self, state: dict[str, object]) -> None:
        """Set the values that :meth:`save_state` returned; called after :meth:`activate`."""
        for name, value in state.items():
            setattr(self, name, value)

    def deactivate(self) -> None:
        """End the interaction: clear personal data and drop late results."""
        self.activation += 1
        self.is_active = False
        self.is_awaiting_slip = False
        self._message.hide()
        self.argument = self.record = None

    def ask(self, job: Callable[..., R], *args: object, then: Callable[[R], None], slow: bool = False) -> None:
        """Run ``job(context, *args)`` for the visitor; ``then`` gets the result if this interaction has not ended.

        An exception leads to a notice under the same condition; a later one is only logged. ``slow``: as in Bridge.ask.
        """
        if not self.is_active:
            return

        def failed(error: Exception) -> None:
            self.answer(Failure(isinstance(error, StorageError)))

        self.bridge.ask(job, *args, then=self._while_active(then), failed=self._while_active(failed), slow=slow)

    def poll(self, job: Callable[..., R], *args: object, then: Callable[[R], None]) -> None:
        """Run a job in the background; after a failure the page stays as it is."""
        self.bridge.ask(job, *args, then=self._while_active(then))

    def _while_active(self, then: Callable[[R], None]) -> Callable[[R], None]:
        activation = self.activation

        def guarded(answer: R) -> None:
            if activation == self.activation:
                then(answer)

        return guarded

    def answer(self, answer: object) -> None:
        """Pass the visitor's answer on."""
        if self.is_active:
            self.answered(self.name, answer)

    def restart_timeout(self) -> None:
        """Restart the page's own timeout, if it has one."""

    def device_event(self, event: DeviceEvent) -> None:
        """React to what a device reports while this page is in front; a page overrides it for events of its own."""
        match event:
            case SlipScanned(slip):
                self.is_awaiting_slip = True
                self.ask(self.slip_job(), slip, then=self._handle_slip_outcome)
            case PassScanned(scanned):
                self.is_awaiting_slip = True
                self.ask(self.pass_job(), scanned, then=self._handle_slip_outcome)
            case CardSeen(card):
                self.is_awaiting_slip = True
                self.ask(cards.look_up, card, then=partial(self._handle_card, card))
            case UnreadableScan() | PairingCodeScanned():
                text = say("That couldn’t be read. Hold your slip up once more, or type your four numbers.")
                self.show_message(text, message.SCAN)

    def _handle_card(self, card: str, outcome: HostSession | UnknownCard) -> None:
        """Sign a host in; a card that is no host's may be a pass."""
        self.is_awaiting_slip = False
        match outcome:
            case HostSession() if self.accepts_cards:
                self.answer(outcome)
            case HostSession():
                self.show_message(say("This is a host’s card. Hold it up once more at the start."), message.CARD)
            case UnknownCard() if self.accepts_slips:
                self.is_awaiting_slip = True
                self.ask(self.pass_job(), SeenCard(card), then=self._handle_slip_outcome)
            case UnknownCard():
                text = say("We don’t know this card. Your four numbers work, or ask your host.")
                self.show_message(text, message.CARD)

    def _handle_slip_outcome(self, outcome: object) -> None:
        self.is_awaiting_slip = False
        self.answer(outcome)

    @property
    def can_accept_slip(self) -> bool:
        """Whether a scanned slip can be processed now."""
        return self.accepts_slips

    def slip_job(self) -> Callable[[KioskContext, Slip], object]:
        """The job for a slip that is scanned on this page: check out, or return from a break."""
        return visits.process_slip

    def pass_job(self) -> Callable[[KioskContext, PassKey], object]:
        """The job for a pass that is scanned on this page: come in, or leave."""
        return passes.process_pass

    def show_message(self, text: str, icon: str = message.NOTHING_TO_SCAN) -> None:
        """Show a sentence over the page for some seconds."""
        self._message.show(self, text, icon, self.time_factor)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Ignore touches while a scanned slip is being processed."""
        return True if self.is_awaiting_slip else bool(super().on_touch_down(touch))

    def go_home(self) -> None:
        """Show the welcome page."""
        self.answer(Intent.HOME)

    def open_languages(self) -> None:
        """Show the language page."""
        self.answer(Intent.LANGUAGE)

    def open_access(self) -> None:
        """Show the access page."""
        self.answer(Intent.ACCESS)
