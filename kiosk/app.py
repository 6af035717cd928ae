"""The app: build, start, stop, the way back home; nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from kivy.app import App
from kivy.base import ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.widget import Widget

from kiosk import navigation
from kiosk.bootstrap import KioskRuntime
from kiosk.bridge import Bridge
from kiosk.navigation import Aside, Destination, Intent
from kiosk.rules.scan_parser import Scan
from kiosk.services import hosts, occupancy
from kiosk.settings import PanelSettings
from kiosk.ui import sound
from kiosk.ui.input.crash_handler import CrashHandler
from kiosk.ui.input.idle_timeout import IdleTimeout
from kiosk.ui.input.keyboard import Keyboard
from kiosk.ui.input.read_aloud import ReadAloud
from kiosk.ui.input.scanner import KeyboardScanner
from kiosk.ui.input.touch_guard import TouchGuard
from kiosk.ui.screens import catalogue
from kiosk.ui.screens.scan_queue import ScanQueue
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.screens.shared.page_stack import PageStack
from kiosk.ui.style import preferences
from kiosk.ui.style.colours import Colour
from kiosk.ui.style.preferences import DisplayPreferences
from kiosk.ui.style.theme import theme
from sync.ledger.store import StorageError

TICK_AFTER = 1.0  # seconds from the first screen until a press may be heard: the screen comes first
READ_ALOUD = 3.0  # times longer does a page stay that is read aloud before it can be answered
FORGET_AFTER = 60  # seconds until the door speaks and looks as usual again
RECORD_WITHIN = 3.0  # seconds that a page waits for its record before it is shown without it
ASIDE = {Intent.LANGUAGE: "language", Intent.ACCESS: "access"}  # where one goes from any screen, and comes back from


@dataclass(frozen=True, eq=False)
class Change:
    """A page to show, with which display preferences, and the fields to restore after a detour."""

    destination: Destination
    display: DisplayPreferences
    kept: dict[str, object] = field(default_factory=dict)


class HearthApp(App):
    """A kiosk with its screen. ``started`` is called once when the first screen stands.

    ``reading``: how long people need to read a page before they can touch it, as a share of the usual time.
    """

    title = "Hearth"
    use_kivy_settings = False

    def __init__(
        self,
        runtime: KioskRuntime,
        panel: PanelSettings,
        started: Callable[["HearthApp"], None] | None = None,
        aloud: bool = False,
        reading: float = 1.0,
    ) -> None:
        super().__init__()
        voice = aloud if runtime.voice else None
        self.usual = self.display = DisplayPreferences(
            panel.language, panel.theme, motion=panel.motion, aloud=voice, low=panel.low
        )
        preferences.apply(self.usual)
        self._runtime = runtime
        self._stays = panel.fullscreen
        self._started = started
        self._sounds = panel.sounds
        self._asides: list[tuple[Destination, dict[str, object]]] = []  # where one was, the last at the end
        self._remembered: dict[str, dict[str, object]] = {}  # by page, what it remembers while it is built anew
        self._patience = IdleTimeout(lambda: self.go(navigation.HOME))
        self._reader = ReadAloud(runtime.voice, self._front)
        self._scans = ScanQueue(self._page_in_front)
        self._wedge = KeyboardScanner(self._scanned)
        self.guard = TouchGuard(self._touchable, self._touched, reading)
        self._keys = Keyboard(self._touchable, panel.switches, self._reader.focused, self.guard.accept_key)
        self._unforeseen = CrashHandler(self._begin_again)
        self.bridge = Bridge(runtime.context)
        self._change: Change | None = None  # that waits for its record
        self._is_broken = False  # the page that is shown has failed

    def build(self) -> PageStack:
        """The window's one widget, with the first screen in it."""
        theme.bind(paper=self._show_ground)
        self._show_ground(theme, theme.paper)
        Window.bind(on_key_down=self._key_down, on_key_up=self._key_up, on_request_close=self._asked_to_close)
        Window.register_event_manager(self.guard)
        ExceptionManager.add_handler(self._unforeseen)
        context = self._runtime.context
        self.pages = PageStack()
        self.go(Destination("welcome", occupancy.door(context)) if hosts.has_hosts(context) else navigation.FIRST_START)
        return self.pages

    def _show_ground(self, _: object, paper: Colour) -> None:
        Window.clearcolor = paper

    def on_start(self) -> None:
        """The window stands: begin to talk to the server."""
        self._runtime.start()
        self._reader.set_enabled(bool(self.display.aloud))
        if self._sounds:
            Clock.schedule_once(lambda _: sound.load(), TICK_AFTER)
        if self._started:
            self._started(self)

    def on_stop(self) -> None:
        """End in order: what was asked is answered, what is written stays."""
        ExceptionManager.remove_handler(self._unforeseen)
        if self.guard in Window.event_managers:  # a window that was closed has let go of it
            Window.unregister_event_manager(self.guard)
        Window.unbind(on_key_down=self._key_down, on_key_up=self._key_up, on_request_close=self._asked_to_close)
        theme.unbind(paper=self._show_ground)
        self._reader.set_enabled(False)
        self.bridge.stop()
        self._runtime.stop()

    def open_settings(self, *_args: object) -> bool:
        """Kivy's own settings (F1) are not for a kiosk."""
        return False

    def answered(self, screen: str, answer: object) -> None:
        """A screen's question was answered: on to what comes next."""
        match answer:
            case Intent.LANGUAGE | Intent.ACCESS:
                self._step_aside(Destination(ASIDE[answer], self.display))
            case Aside(name, given):
                self._step_aside(Destination(name, given))
            case DisplayPreferences() if screen == "access":
                self._show(Change(Destination(screen, answer), answer))
            case DisplayPreferences():
                self._come_back(answer)
            case Intent.BACK:
                self._come_back(self.display)
            case _:
                self.go(navigation.after(screen, answer))

    def go(self, destination: Destination) -> None:
        """Show a screen; what stood on the one before is forgotten, and at the door also how it was spoken to."""
        self._asides.clear()
        self._show(Change(destination, self.usual if destination.screen == "welcome" else self.display))

    def _step_aside(self, destination: Destination) -> None:
        page = self.pages.current_screen
        self._asides.append((Destination(page.name, page.argument), page.save_state()))
        self._show(Change(destination, self.display))

    def _come_back(self, display: DisplayPreferences) -> None:
        destination, kept = self._asides.pop() if self._asides else (navigation.HOME, {})
        self._show(Change(destination, display, kept))

    def _take_on(self, display: DisplayPreferences) -> None:
        """Apply display preferences. Pages keep unless their texts or sizes change; colours follow by themselves."""
        is_rebuilt = self._is_broken or not display.is_same_layout(self.display)
        self.display = display
        preferences.apply(display)
        self._reader.set_enabled(bool(display.aloud))
        if is_rebuilt:
            self._remove_pages()

    def _remove_pages(self) -> None:
        """Every page is built anew when it is next shown, and knows again what it remembers."""
        for page in self.pages.screens:
            self._remembered[page.name] = {name: getattr(page, name) for name in page.persistent_fields}
        self.pages.remove_all()

    def _show(self, change: Change) -> None:
        """Show a page as soon as the desk has said what stands on it; until then the one before stays, and rests."""
        self._change = change
        destination = change.destination
        question = catalogue.find(destination.screen).question(destination.given)
        if question is None or not self.pages.current:
            self._replace(change)
            return
        job, arguments = question
        self.bridge.ask(job, *arguments, then=partial(self._replace, change), failed=partial(self._failed, change))
        Clock.schedule_once(lambda _: self._replace(change), RECORD_WITHIN)

    def _failed(self, change: Change, error: Exception) -> None:
        """The desk could not say what stands on a page."""
        if change is self._change:
            self.go(Destination("notice", navigation.Failure(isinstance(error, StorageError))))

    def _replace(self, change: Change, record: object = None) -> None:
        """The page before goes and the new one comes, in one frame; not if another is wanted meanwhile."""
        if change is not self._change:
            return
        if not self._is_broken:
            self._end()
        if change.display != self.display or self._is_broken:
            self._take_on(change.display)
        self._is_broken = False
        page = self._page(change.destination.screen)
        page.time_factor = READ_ALOUD if self.display.aloud else 1.0
        page.activate(change.destination.given, record)
        if change is not self._change:  # the page has led on at once
            return
        self._change = None
        if change.kept:
            page.restore_state(change.kept)
        self.pages.current = page.name
        Window.canvas.ask_update()  # the same page may look the same: it is a new one all the same
        self._patience.start(page.home_after or (FORGET_AFTER if self.display != self.usual else 0))
        self._scans.page_shown()

    def _end(self) -> None:
        if self.pages.current:
            self.pages.current_screen.deactivate()

    def _page(self, name: str) -> Page:
        if not self.pages.has_screen(name):
            built = catalogue.find(name)(self.bridge, self.answered, name=name)
            for field, value in self._remembered.pop(name, {}).items():
                setattr(built, field, value)
            self.pages.add_widget(built)
        page: Page = self.pages.get_screen(name)
        return page

    def _touched(self) -> None:
        """Somebody is there: count their absence from now on."""
        self._keys.hide_focus()
        self._reader.touched()
        self._somebody()

    def _asked_to_close(self, *_args: object, **_named: object) -> bool:
        """By a window manager: whoever stands before a whole screen can't close it; a signal can."""
        return self._stays

    def _key_down(self, _window: object, code: int, usage: int, _text: str | None, modifiers: list[str]) -> bool:
        self._somebody()
        self.pages.current_screen.restart_timeout()
        return self._wedge.down(code, usage) or self._keys.down(code, modifiers)

    def _key_up(self, _window: object, code: int, *_args: object) -> None:
        self._keys.up(code)

    def _scanned(self, scan: Scan) -> None:
        self._patience.dismiss()  # a scan counts as activity: cancel the idle warning
        self._scans.read(scan)

    def _page_in_front(self) -> Page | None:
        return None if self.is_changing else self.pages.current_screen

    def _somebody(self) -> None:
        self._runtime.maintenance.touched()
        self._patience.touched()

    def _front(self) -> Widget:
        """What lies over the page, else the page."""
        return self._patience.prompt or self.pages.current_screen

    @property
    def is_changing(self) -> bool:
        """Whether another page is about to be shown."""
        return self._change is not None

    def _touchable(self) -> Widget | None:
        """The same; nothing while a page is being changed."""
        return None if self.is_changing else self._front()

    def _begin_again(self) -> None:
        """Whatever state the pages are in: new ones, and the door; at once where the page goes on failing."""
        if self._is_broken:
            self._remove_pages()
        self._is_broken = True
        self.go(navigation.HOME)
