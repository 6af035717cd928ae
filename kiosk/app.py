"""The app: build, start, stop, the way back home; nothing else."""

from collections.abc import Callable

from kivy.app import App
from kivy.base import ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.screenmanager import NoTransition, ScreenManager
from kivy.uix.widget import Widget

from kiosk import flow
from kiosk.bootstrap import Parts
from kiosk.bridge import Bridge
from kiosk.desk import board, hosts
from kiosk.flow import Aside, Destination, Wish
from kiosk.screens import catalogue
from kiosk.screens.keys import Keys
from kiosk.screens.page import Page
from kiosk.screens.patience import Patience
from kiosk.screens.reader import Reader
from kiosk.screens.unforeseen import Unforeseen
from kiosk.screens.wedge import Wedge
from kiosk.settings import Panel
from kiosk.widgets import manner, theme, tick
from kiosk.widgets.manner import Manner
from sync.ledger.engine import StorageTrouble

TICK_AFTER = 1.0  # seconds from the first screen until a press may be heard: the screen comes first
READ_ALOUD = 3.0  # times longer does a page stay that is read aloud before it can be answered
FORGET_AFTER = 60  # seconds until the door speaks and looks as usual again
ASIDE = {Wish.LANGUAGE: "language", Wish.ACCESS: "access"}  # where one goes from any screen, and comes back from


class HearthApp(App):
    """A kiosk with its screen. ``started`` is called once when the first screen stands."""

    title = "Hearth"
    use_kivy_settings = False

    def __init__(
        self, parts: Parts, panel: Panel, started: Callable[["HearthApp"], None] | None = None, aloud: bool = False
    ) -> None:
        super().__init__()
        voice = aloud if parts.voice else None
        self.usual = self.manner = Manner(panel.language, panel.theme, motion=panel.motion, aloud=voice, low=panel.low)
        manner.take_on(self.usual)
        self._parts = parts
        self._stays = panel.fullscreen
        self._started = started
        self._sounds = panel.sounds
        self._asides: list[tuple[Destination, dict[str, object]]] = []  # where one was, the last at the end
        self._patience = Patience(lambda: self.go(flow.HOME))
        self._reader = Reader(parts.voice, self._front)
        self._wedge = Wedge(self._slip_read, Clock.get_time)
        self._keys = Keys(self._front, panel.switches, moved=self._reader.focused)
        self._unforeseen = Unforeseen(self._begin_again)
        self.bridge = Bridge(parts.desk, self.failed)

    def build(self) -> ScreenManager:
        """The window's one widget, with the first screen in it."""
        Window.clearcolor = theme.paper
        Window.bind(on_touch_down=self._touched, on_key_down=self._key_down, on_request_close=self._asked_to_close)
        ExceptionManager.add_handler(self._unforeseen)
        desk = self._parts.desk
        self.pages = ScreenManager(transition=NoTransition())
        self.go(Destination("welcome", board.door(desk)) if hosts.known(desk) else flow.FIRST_START)
        return self.pages

    def on_start(self) -> None:
        """The window stands: begin to talk to the server."""
        self._parts.start()
        self._reader.turn(bool(self.manner.aloud))
        if self._sounds:
            Clock.schedule_once(lambda _: tick.load(), TICK_AFTER)
        if self._started:
            self._started(self)

    def on_stop(self) -> None:
        """End in order: what was asked is answered, what is written stays."""
        ExceptionManager.remove_handler(self._unforeseen)
        self._reader.turn(False)
        self.bridge.stop()
        self._parts.stop()

    def open_settings(self, *_args: object) -> bool:
        """Kivy's own settings (F1) are not for a kiosk."""
        return False

    def answered(self, screen: str, answer: object) -> None:
        """A screen's question was answered: on to what comes next."""
        match answer:
            case Wish.LANGUAGE | Wish.ACCESS:
                self._step_aside(Destination(ASIDE[answer], self.manner))
            case Aside(name, given):
                self._step_aside(Destination(name, given))
            case Manner():
                self._take_on(answer)
                self._show(Destination(screen, answer)) if screen == "access" else self._come_back()
            case Wish.BACK:
                self._come_back()
            case _:
                self.go(flow.after(screen, answer))

    def failed(self, error: Exception) -> None:
        """The desk could not answer: say what happens now."""
        self.go(Destination("notice", flow.Trouble(isinstance(error, StorageTrouble))))

    def go(self, destination: Destination) -> None:
        """Show a screen; what stood on the one before is forgotten, and at the door also how it was spoken to."""
        self._asides.clear()
        if destination.screen == "welcome" and self.manner != self.usual:
            self._take_on(self.usual)
        self._show(destination)

    def _step_aside(self, destination: Destination) -> None:
        page = self.pages.current_screen
        self._asides.append((Destination(page.name, page.given), page.kept()))
        self._show(destination)

    def _come_back(self) -> None:
        destination, kept = self._asides.pop() if self._asides else (flow.HOME, {})
        self._show(destination)
        self.pages.current_screen.resume(kept)

    def _take_on(self, wanted: Manner) -> None:
        """Speak and look so; every page is built anew when it is next shown."""
        self.manner = wanted
        manner.take_on(wanted)
        self._reader.turn(bool(wanted.aloud))
        Window.clearcolor = theme.paper
        self._end()
        self.pages.clear_widgets()

    def _show(self, destination: Destination) -> None:
        self._end()
        page = self._page(destination.screen)
        page.lingers = READ_ALOUD if self.manner.aloud else 1.0
        page.begin(destination.given)
        self.pages.current = destination.screen
        self._patience.count(page.home_after or (FORGET_AFTER if self.manner != self.usual else 0))

    def _end(self) -> None:
        if self.pages.current:
            self.pages.current_screen.end()

    def _page(self, name: str) -> Page:
        if not self.pages.has_screen(name):
            self.pages.add_widget(catalogue.find(name)(self.bridge, self.answered, name=name))
        page: Page = self.pages.get_screen(name)
        return page

    def _touched(self, *_args: object) -> None:
        """Somebody is there: count their absence from now on."""
        self._keys.rest()
        self._reader.touched()
        self._somebody()

    def _asked_to_close(self, *_args: object, **_named: object) -> bool:
        """By a window manager: whoever stands before a whole screen can't close it; a signal can."""
        return self._stays

    def _key_down(self, _window: object, code: int, _scan: int, _text: str | None, modifiers: list[str]) -> bool:
        self._somebody()
        self.pages.current_screen.stay()
        return self._wedge.down(code) or self._keys.down(code, modifiers)

    def _slip_read(self, slip: str) -> None:
        self.pages.current_screen.slip(slip)

    def _somebody(self) -> None:
        self._parts.caretaker.touched()
        self._patience.touched()

    def _front(self) -> Widget:
        """What lies over the page, else the page."""
        return self._patience.asks or self.pages.current_screen

    def _begin_again(self) -> None:
        """Whatever state the screens are in: new ones, and the door."""
        self.pages.clear_widgets()
        self.go(flow.HOME)
