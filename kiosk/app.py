"""The Kivy app: builds the window, changes screens, and connects input to them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from kivy.app import App
from kivy.base import ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.widget import Widget
from msgspec import structs

from kiosk import navigation
from kiosk.bootstrap import KioskRuntime
from kiosk.bridge import Bridge
from kiosk.navigation import Destination, Detour, Idle, Intent, LanguageSet, PanelChanged, PinGiven, RestartAsked
from kiosk.rules.device_events import DeviceEvent, DeviceStateChanged, LockerEvent, PaperNotPrinted, PaperPrinted
from kiosk.rules.setting_values import is_night
from kiosk.services import device_health, hosts, lockers, night, occupancy, pass_issuing, timetable
from kiosk.services.records.host_records import HostSession, NoAccess
from kiosk.services.records.visitor_records import ByPass
from kiosk.settings import PanelSettings, panel_with
from kiosk.ui import sound
from kiosk.ui.dimmer import Dimmer
from kiosk.ui.input.crash_handler import CrashHandler
from kiosk.ui.input.idle_timeout import IdleTimeout
from kiosk.ui.input.keyboard import Keyboard
from kiosk.ui.input.read_aloud import ReadAloud
from kiosk.ui.input.scanner import KeyboardScanner
from kiosk.ui.input.touch_guard import TouchGuard
from kiosk.ui.screens import catalogue
from kiosk.ui.screens.device_event_queue import DeviceEventQueue
from kiosk.ui.screens.host.text_entry import TextEntry
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.screens.shared.page_stack import PageStack
from kiosk.ui.style import preferences
from kiosk.ui.style.colours import Colour
from kiosk.ui.style.preferences import DisplayPreferences
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.practice_mark import PracticeMark
from sync.languages import LANGUAGES
from sync.ledger.store import StorageError

LOAD_SOUNDS_AFTER = 1.0  # seconds after the first screen, so as not to delay it
READ_ALOUD_FACTOR = 3.0  # how many times longer a page stays that is read aloud
RESET_AFTER = 60  # seconds without input until the usual display preferences are restored
HOST_IDLE = 90.0  # seconds without input until a host has to type the PIN again
RECORD_TIMEOUT = 3.0  # seconds that a page waits for its record before it is shown without it
NIGHT_CHECK_INTERVAL = 30.0  # seconds
AT_NIGHT, WHEN_IDLE = 0.5, 0.4  # of the usual brightness
RESTART = 75  # the exit code after which the program is to be started again (EX_TEMPFAIL of sysexits.h)
TIMETABLE_INTERVAL = 15.0  # seconds between looks at the timetable
DETOURS = {Intent.LANGUAGE: "language", Intent.ACCESS: "access"}  # from every screen and back to it


@dataclass(frozen=True, eq=False)
class Change:
    """A page to show, its display preferences, and the fields to restore after a detour."""

    destination: Destination
    display: DisplayPreferences
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class LockedPage:
    """A host's page that was left by the idle timeout, and the fields to restore."""

    destination: Destination
    fields: dict[str, object]
    host: HostSession


class HearthApp(App):
    """A kiosk with its window. ``started`` is called once when the first screen is shown.

    ``reading``: how long a page must be shown before a touch acts, as a share of the usual time.
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
        self.exit_code = 0
        self._runtime = runtime
        self._panel = panel
        self._aloud = aloud if runtime.voice else None
        self.usual = self.display = self._usual_display()
        preferences.apply(self.usual)
        self._dimmer = Dimmer(runtime.backlight)
        self._night_checks = Clock.create_trigger(self._update_night, NIGHT_CHECK_INTERVAL, interval=True)
        self._fall_idle = Clock.create_trigger(self._show_idle_screen, 0)
        self._practice_mark: PracticeMark | None = None  # while the window is open
        self._started = started
        self._detours: list[
            tuple[Destination, dict[str, object]]
        ] = []  # the pages to restore, the last one first to go back to
        self._page_fields: dict[str, dict[str, object]] = {}  # by page, what it keeps when it is built again
        self._idle_timeout = IdleTimeout(self._leave_idle_page)
        self._locked: LockedPage | None = None
        self._reader = ReadAloud(runtime.voice, self._front_widget)
        self._device_events = DeviceEventQueue(self._current_page)
        self.bridge = Bridge(runtime.context, self._handle_device_event)
        self.guard = TouchGuard(self._touchable, self._handle_touch, reading)
        self._keys = Keyboard(self._touchable, panel.switches, self._reader.focused, self.guard.accept_key)
        self._scanner = KeyboardScanner(
            self.bridge.deliver,
            self._text_page,
            lambda: self._keys.space_moves,
            self._keys.hide_focus,
            front=self._keys.page_identity,
            press_digit=self._keys.press,
        )
        self._crash_handler = CrashHandler(self._recover)
        self._timetable = Clock.create_trigger(self._keep_timetable, TIMETABLE_INTERVAL, interval=True)
        self._change: Change | None = None  # in progress, waiting for its record
        self._is_broken = False  # the page that is shown has failed

    def build(self) -> PageStack:
        """The window's one widget, with the first screen in it."""
        theme.bind(paper=self._show_ground)
        self._show_ground(theme, theme.paper)
        Window.bind(on_key_down=self._key_down, on_key_up=self._key_up, on_request_close=self._refuses_close)
        Window.bind(on_textinput=self._text_input)
        Window.register_event_manager(self.guard)
        ExceptionManager.add_handler(self._crash_handler)
        context = self._runtime.context
        self.pages = PageStack()
        is_first_start = hosts.read_access(context) == NoAccess("first")
        self.go(navigation.FIRST_START if is_first_start else Destination("welcome", occupancy.read_door(context)))
        return self.pages

    def _show_ground(self, _: object, paper: Colour) -> None:
        Window.clearcolor = paper

    def on_start(self) -> None:
        """The window is open: start the background work."""
        self._practice_mark = PracticeMark()
        self._runtime.start()
        self._runtime.devices.start(self.bridge.deliver)
        self._store_device_states()
        self._keep_timetable()
        self._timetable()
        self._reader.set_enabled(bool(self.display.aloud))
        self._night_checks()
        Clock.schedule_once(lambda _: self._update_volume(), LOAD_SOUNDS_AFTER)
        if self._started:
            self._started(self)

    def on_stop(self) -> None:
        """Stop in order, after the requests that are queued."""
        ExceptionManager.remove_handler(self._crash_handler)
        if self.guard in Window.event_managers:  # a closed window has unregistered it
            Window.unregister_event_manager(self.guard)
        Window.unbind(on_key_down=self._key_down, on_key_up=self._key_up, on_request_close=self._refuses_close)
        Window.unbind(on_textinput=self._text_input)
        theme.unbind(paper=self._show_ground)
        if self._practice_mark:
            self._practice_mark.close()
        self._night_checks.cancel()
        self._fall_idle.cancel()
        self._dimmer.close()
        self._idle_timeout.start(0)
        self._reader.set_enabled(False)
        self._timetable.cancel()
        self.bridge.stop()
        self._runtime.stop()

    def _keep_timetable(self, _: float = 0) -> None:
        """Open and close the sessions that are due; the pages that show them look again by themselves.

        First what was left open when the venue's day ended: after a weekend it must not end now.
        """
        self.bridge.ask(night.close_ended_days, then=self._handle_ended_days)
        self.bridge.ask(timetable.keep_timetable, then=lambda _: None)

    def _handle_ended_days(self, closed: int) -> None:
        if closed and self.pages.current == navigation.HOME.screen and not self.is_changing:
            self.go(navigation.HOME)  # replace yesterday's session on the screen

    def open_settings(self, *_args: object) -> bool:
        """Kivy's own settings (F1) are not for a kiosk."""
        return False

    def handle_answer(self, screen: str, answer: object) -> None:
        """Show what follows an answer that was given on ``screen``."""
        match answer:
            case Intent.LANGUAGE | Intent.ACCESS:
                self._begin_detour(Destination(DETOURS[answer], self.display))
            case Detour(name, argument):
                self._begin_detour(Destination(name, argument))
            case DisplayPreferences() if screen == "access":
                self._show(Change(Destination(screen, answer), answer))
            case DisplayPreferences():
                self._end_detour(answer)
            case Intent.BACK:
                self._end_detour(self.display)
            case HostSession() if screen in navigation.SIGN_IN:
                self._sign_in(screen, answer)
            case PinGiven(following, host):
                self.go(navigation.signed_in_again(following, host))
            case LanguageSet(language, following):
                self._panel = structs.replace(self._panel, language=language)
                self.usual = self._usual_display()
                self._show(Change(navigation.after(screen, following), self.usual))
            case PanelChanged(_, effective):
                self._apply_panel(panel_with(self._panel, effective.values))
                self._show(Change(navigation.after(screen, answer), self.usual))
            case RestartAsked():
                self.exit_code = RESTART
                self.stop()
            case ByPass(outcome, language):
                self._go_by_pass(navigation.after(screen, outcome), language)
            case _:
                self.go(navigation.after(screen, answer))

    def _go_by_pass(self, destination: Destination, language: str | None) -> None:
        """Show a page in the language of the pass's holder, unless another one was chosen before the scan."""
        self._detours.clear()
        display = self.display
        if language in LANGUAGES and display == self.usual:
            display = replace(display, language=str(language))
        self._show(Change(destination, display))

    def _apply_panel(self, panel: PanelSettings) -> None:
        """Let the panel's settings take effect; the page that follows is shown in the usual display preferences."""
        self._panel = panel
        self.usual = self._usual_display()
        self._update_volume()
        self._update_brightness()

    def _usual_display(self) -> DisplayPreferences:
        panel = self._panel
        palette = ("dark" if self._is_night() else "light") if panel.theme == "night" else panel.theme
        return DisplayPreferences(panel.language, palette, motion=panel.motion, aloud=self._aloud, low=panel.low)

    def _is_night(self) -> bool:
        context = self._runtime.context
        now = context.local_time(context.ledger.clock.read().at).time()
        return is_night(now, self._panel.night_begin, self._panel.night_end)

    def _update_volume(self) -> None:
        sound.set_volume(self._panel.volume / 100 if self._panel.sounds else 0.0)

    def _update_night(self, _: float = 0) -> None:
        """Follow the time of day; a visitor who has changed the display keeps it until the welcome page is back."""
        before, self.usual = self.usual, self._usual_display()
        if self.usual != before and self.display == before:
            self._apply_preferences(self.usual)
        self._update_brightness()

    def _update_brightness(self) -> None:
        share = self._panel.brightness / 100
        if self._panel.night_dimming and self._is_night():
            share *= AT_NIGHT
        if self.pages.current == "idle":
            share *= WHEN_IDLE
        self._dimmer.set(share)

    def _restart_idle_screen(self) -> None:
        """Begin to wait for the idle screen, on the welcome page alone."""
        self._fall_idle.cancel()
        if self._panel.idle_minutes and self.pages.current == "welcome":
            self._fall_idle.timeout = self._panel.idle_minutes * 60
            self._fall_idle()

    def _show_idle_screen(self, _: float) -> None:
        if self.pages.current == "welcome" and not self.is_changing:
            self.go(Destination("idle", Idle(self._runtime.context.profile.venue)))

    def go(self, destination: Destination) -> None:
        """Show a screen and clear the one before; the welcome screen also restores the usual display preferences."""
        self._detours.clear()
        self._show(Change(destination, self.usual if destination.screen == "welcome" else self.display))

    def _begin_detour(self, destination: Destination) -> None:
        page = self.pages.current_screen
        self._detours.append((Destination(page.name, page.argument), page.save_state()))
        self._show(Change(destination, self.display))

    def _end_detour(self, display: DisplayPreferences) -> None:
        destination, fields = self._detours.pop() if self._detours else (navigation.HOME, {})
        self._show(Change(destination, display, fields))

    def _apply_preferences(self, display: DisplayPreferences) -> None:
        """Apply display preferences. Pages are built again only where their texts or sizes change."""
        is_rebuilt = self._is_broken or not display.is_same_layout(self.display)
        self.display = display
        preferences.apply(display)
        self._reader.set_enabled(bool(display.aloud))
        if is_rebuilt:
            self._remove_pages()

    def _remove_pages(self) -> None:
        """Remove all pages; each is built again when it is next shown, with the fields that it remembers."""
        for page in self.pages.screens:
            self._page_fields[page.name] = {name: getattr(page, name) for name in page.persistent_fields}
        self.pages.remove_all()

    def _show(self, change: Change) -> None:
        """Show a page once its record is read; until then the page before stays visible and takes no input."""
        self._change = change
        destination = change.destination
        question = catalogue.find(destination.screen).question(destination.argument)
        if question is None or not self.pages.current:
            self._replace(change)
            return
        job, arguments = question
        self.bridge.ask(
            job, *arguments, then=partial(self._replace, change), failed=partial(self._handle_failure, change)
        )
        Clock.schedule_once(lambda _: self._replace(change), RECORD_TIMEOUT)

    def _handle_failure(self, change: Change, error: Exception) -> None:
        """A page's record could not be read: show a notice."""
        if change is self._change:
            self.go(Destination("notice", navigation.Failure(isinstance(error, StorageError))))

    def _replace(self, change: Change, record: object = None) -> None:
        """Replace the page in one frame, unless another change has been started meanwhile."""
        if change is not self._change:
            return
        if not self._is_broken:
            self._end_page()
        if change.display != self.display or self._is_broken:
            self._apply_preferences(change.display)
        self._is_broken = False
        page = self._page(change.destination.screen)
        page.time_factor = READ_ALOUD_FACTOR if self.display.aloud else 1.0
        page.activate(change.destination.argument, record)
        if change is not self._change:  # the page has already been answered
            return
        self._change = None
        if change.fields:
            page.restore_state(change.fields)
        self.pages.current = page.name
        Window.canvas.ask_update()  # redraw, even if nothing seems to have changed
        self._idle_timeout.start(self._idle_seconds(page))
        self._restart_idle_screen()
        self._update_brightness()
        self._device_events.page_shown()

    def _idle_seconds(self, page: Page) -> float:
        """How long the page may stay without input; 0: for ever. A page for a host is locked in any case."""
        seconds = page.home_after or (RESET_AFTER if self.display != self.usual else 0)
        if navigation.host_of(page.argument) and page.locks_when_idle:
            return min(seconds or HOST_IDLE, HOST_IDLE)
        return seconds

    def _leave_idle_page(self) -> None:
        """Go home; a host who signs in next comes back to the page that was left."""
        page = self.pages.current_screen
        host = navigation.host_of(page.argument)
        left = Destination(page.name, page.argument)
        self._locked = LockedPage(left, page.save_state(), host) if host else None
        self.go(navigation.HOME)

    def _sign_in(self, screen: str, host: HostSession) -> None:
        """Show the page that this host left without touching Lock, else the board.

        A card alone leads back only to where a card has led.
        """
        locked, self._locked = self._locked, None
        if locked and locked.host.host_id == host.host_id and (locked.host.by_card or not host.by_card):
            self._show(Change(navigation.signed_in_again(locked.destination, host), self.display, locked.fields))
        else:
            self.go(navigation.after(screen, host))

    def _end_page(self) -> None:
        if self.pages.current:
            self.pages.current_screen.deactivate()

    def _page(self, name: str) -> Page:
        if not self.pages.has_screen(name):
            new = catalogue.find(name)(self.bridge, self.handle_answer, name=name)
            for field, value in self._page_fields.pop(name, {}).items():
                setattr(new, field, value)
            self.pages.add_widget(new)
        page: Page = self.pages.get_screen(name)
        return page

    def _handle_touch(self) -> None:
        """Restart the idle timeout, stop reading aloud and hide the keyboard focus."""
        self._keys.hide_focus()
        self._reader.touched()
        self._note_activity()

    def _refuses_close(self, *_args: object, **_kwargs: object) -> bool:
        """Whether the window manager's request to close is refused: in fullscreen only a signal closes the kiosk."""
        return self._panel.fullscreen

    def _key_down(self, _window: object, code: int, usage: int, _text: str | None, modifiers: list[str]) -> bool:
        self._note_activity()
        self.pages.current_screen.restart_timeout()
        return self._scanner.down(code, usage) or self._keys.down(code, modifiers)

    def _key_up(self, _window: object, code: int, *_args: object) -> None:
        self._scanner.up(code)
        self._keys.up(code)

    def _text_input(self, _window: object, text: str) -> None:
        self._scanner.text(text)

    def _text_page(self) -> TextEntry | None:
        """The page in front if letters are typed on it."""
        front = self._touchable()
        return front if isinstance(front, TextEntry) else None

    def _handle_device_event(self, event: DeviceEvent) -> None:
        if isinstance(event, DeviceStateChanged):
            self._store_device_states()
            return
        if isinstance(event, LockerEvent):  # the page reads the doors again once the event is recorded
            pass_on = partial(self._pass_locker_event, event)
            self.bridge.ask(lockers.note, event, then=pass_on, failed=pass_on)
            return
        if isinstance(event, PaperPrinted | PaperNotPrinted):  # a pass is taken back before its page says so
            handle = partial(self._handle_on_page, event)
            self.bridge.ask(pass_issuing.note_paper, event, then=handle, failed=handle)
            return
        self._handle_on_page(event)

    def _handle_on_page(self, event: DeviceEvent, _: object = None) -> None:
        self._idle_timeout.dismiss()  # it counts as activity: cancel the idle warning
        self._device_events.add(event)

    def _pass_locker_event(self, event: LockerEvent, _: object) -> None:
        self._device_events.add(event)

    def _store_device_states(self) -> None:
        self.bridge.ask(device_health.store_states, then=lambda _: None)

    def _current_page(self) -> Page | None:
        """The page that is shown; None while it is being changed."""
        return None if self.is_changing else self.pages.current_screen

    def _note_activity(self) -> None:
        self._runtime.maintenance.note_activity()
        self._idle_timeout.touched()
        self._restart_idle_screen()
        if self.pages.current == "idle" and not self.is_changing:
            self.go(navigation.HOME)

    def _front_widget(self) -> Widget:
        """The idle warning, if it is shown, else the page."""
        return self._idle_timeout.prompt or self.pages.current_screen

    @property
    def is_changing(self) -> bool:
        """Whether a page change is in progress."""
        return self._change is not None

    def _touchable(self) -> Widget | None:
        """The widget that takes input; None while the page is being changed."""
        return None if self.is_changing else self._front_widget()

    def _recover(self) -> None:
        """Go to the welcome screen after an unhandled exception; build all pages again if that fails too."""
        if self._is_broken:
            self._remove_pages()
        self._is_broken = True
        self.go(navigation.HOME)
