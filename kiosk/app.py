"""The app: build, start, stop, the way back home; nothing else."""

from collections.abc import Callable

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.screenmanager import NoTransition, ScreenManager

from kiosk import flow
from kiosk.bootstrap import Parts
from kiosk.bridge import Bridge
from kiosk.desk import board, hosts
from kiosk.flow import Destination
from kiosk.screens import catalogue
from kiosk.screens.page import Page
from kiosk.settings import Panel
from kiosk.widgets import theme
from sync.ledger.engine import StorageTrouble


class HearthApp(App):
    """A kiosk with its screen. ``started`` is called once when the first screen stands."""

    title = "Hearth"
    use_kivy_settings = False

    def __init__(self, parts: Parts, panel: Panel, started: Callable[["HearthApp"], None] | None = None) -> None:
        super().__init__()
        theme.use(panel.theme, panel.motion)
        self._parts = parts
        self._started = started
        self._homeward = None
        self.bridge = Bridge(parts.desk, self.failed)

    def build(self) -> ScreenManager:
        """The window's one widget, with the first screen in it."""
        Window.clearcolor = theme.paper
        Window.bind(on_touch_down=self._touched)
        desk = self._parts.desk
        self.pages = ScreenManager(transition=NoTransition())
        self.go(Destination("welcome", board.door(desk)) if hosts.known(desk) else flow.FIRST_START)
        return self.pages

    def on_start(self) -> None:
        """The window stands: begin to talk to the server."""
        self._parts.start()
        if self._started:
            self._started(self)

    def on_stop(self) -> None:
        """End in order: what was asked is answered, what is written stays."""
        self.bridge.stop()
        self._parts.stop()

    def open_settings(self, *_args: object) -> bool:
        """Kivy's own settings (F1) are not for a kiosk."""
        return False

    def answered(self, screen: str, answer: object) -> None:
        """A screen's question was answered: on to what comes next."""
        self.go(flow.after(screen, answer))

    def failed(self, error: Exception) -> None:
        """The desk could not answer: say what happens now."""
        self.go(Destination("notice", flow.trouble(isinstance(error, StorageTrouble))))

    def go(self, destination: Destination) -> None:
        """Show a screen; whatever stood on the one before is forgotten."""
        if self.pages.current:
            self.pages.current_screen.end()
        page = self._page(destination.screen)
        page.begin(destination.given)
        self.pages.current = destination.screen
        self._touched()

    def _page(self, name: str) -> Page:
        if not self.pages.has_screen(name):
            self.pages.add_widget(catalogue.find(name)(self.bridge, self.answered, name=name))
        page: Page = self.pages.get_screen(name)
        return page

    def _touched(self, *_args: object) -> None:
        """Somebody is there: count their absence from now on."""
        self._parts.caretaker.touched()
        if self._homeward:
            self._homeward.cancel()
        seconds = self.pages.current_screen.home_after if self.pages.current else 0
        self._homeward = Clock.schedule_once(lambda _: self.go(flow.HOME), seconds) if seconds else None
