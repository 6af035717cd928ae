"""The pictures of the gallery: which screen, which record, and what has been touched before the picture is taken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.uix.screenmanager import NoTransition, ScreenManager
from kivy.uix.widget import Widget

from kiosk import flow
from kiosk.desk import records
from kiosk.desk.board import board as board_question
from kiosk.desk.board import door as door_question
from kiosk.desk.visits import check_in, check_out
from kiosk.flow import CodeFor
from kiosk.screens import catalogue
from kiosk.screens.page import Page
from kiosk.widgets import theme
from kiosk.widgets.manner import Manner
from kiosk.widgets.still_here import StillHere

ID = UUID(int=1)
OPEN = records.Opened(ID, "Quiet evening", datetime(2026, 11, 24, 21, 30))  # noqa: DTZ001 - only its clock is shown
DOOR = records.Door("The Reading Room", OPEN, people=12, places_left=18, stepped_out=0, has_host=True)
WELCOMED = records.Welcomed(
    (14,), 1, 0, 1, "4827", "HS1:ABCDEFGH12345678", "from the shelf on the left", "+31 20 555 0123"
)
FAREWELL = records.Farewell(ID, (14,), 1, timedelta(hours=1, minutes=42))
TEMPLATES = (
    records.Template("Open hours", "open_hours", 240, 30),
    records.Template("Quiet evening", "event", 150, 24),
    records.Template("Board game club", "club", 180, None),
    records.Template("Until late", "open_hours", None, None),
)
BOARD = records.Board(OPEN, TEMPLATES, 12, 9, 2, 1, 30, 18, 30, 21, (3, 4, 5, 9, 12, 14, 15, 16, 21), True, 14)
SHUT = replace(BOARD, session=None, pouches_out=())
PLANNED = tuple(
    records.Planned(ID, title, datetime(2026, 11, 24, hour), datetime(2026, 11, 24, hour + 2, 30), capacity)  # noqa: DTZ001
    for title, hour, capacity in (("Slow reading circle", 17, 16), ("An evening without phones, with soup", 20, None))
)


@dataclass(frozen=True)
class Picture:
    """A screen with what it is given, the desk's answers, and the touches that lead to the picture."""

    name: str
    screen: str
    given: object = None
    door: records.Door = DOOR
    board: records.Board = BOARD
    outcome: object = None  # of checking in or out
    touches: Callable[[Page], None] = lambda _: None


class Canned:
    """A bridge whose desk knows its answers by heart, and gives them at once."""

    def __init__(self) -> None:
        self.picture: Picture

    def ask(self, job: Callable[..., object], *_: object, then: Callable[[object], None]) -> None:
        """The picture's own answer; nothing where it has none."""
        answers = {
            door_question: self.picture.door,
            board_question: self.picture.board,
            check_in: self.picture.outcome,
            check_out: self.picture.outcome,
        }
        if (answer := answers.get(job)) is not None:
            then(answer)


def typed(digits: str) -> Callable[[Page], None]:
    """Type these on the page."""

    def touch(page: Page) -> None:
        for digit in digits:
            page.digit(digit)

    return touch


def typed_twice(page: Page) -> None:
    """A PIN, and then another one."""
    for pin in ("123456", "654321"):
        typed(pin)(page)
        page.check()


def of(**changes: object) -> records.Welcomed:
    """The sample welcome, but for these."""
    return replace(WELCOMED, **changes)


def focus(key: str) -> Callable[[Page], None]:
    """Where a keyboard has come to."""

    def touch(page: Page) -> None:
        button = next(widget for widget in page.walk() if getattr(widget, "key", "") == key)
        button.focused = True
        page.end = lambda: setattr(button, "focused", False)

    return touch


def still_here(page: Page) -> None:
    """The question that lies over a page which nobody has touched."""
    asks = StillHere()
    page.add_widget(asks)
    asks.tell(0.8)
    page.end = lambda: page.remove_widget(asks)


SETTLED = 4  # frames over which a layout comes to rest
MANY = (*range(1, 9), 11, 12, 15, *range(20, 41))
SCATTERED = tuple(range(1, 69, 2))
PICTURES = (
    Picture("welcome", "welcome"),
    Picture("welcome-one", "welcome", door=replace(DOOR, people=1, places_left=1, stepped_out=1)),
    Picture("welcome-full", "welcome", door=replace(DOOR, people=30, places_left=0)),
    Picture("welcome-closed", "welcome", door=replace(DOOR, session=None, people=0)),
    Picture(
        "welcome-endless",
        "welcome",
        door=replace(DOOR, venue="The Old Lighthouse Library", session=replace(OPEN, until=None), places_left=None),
    ),
    Picture("party", "party"),
    Picture("party-many", "party", touches=lambda page: page.more()),
    Picture("stow", "stow", flow.Party(1)),
    Picture("stow-party", "stow", flow.Party(4), touches=lambda page: page.keep(1)),
    Picture("stow-none", "stow", flow.Party(2), touches=lambda page: page.keep(2)),
    Picture(
        "stow-no-pouch",
        "stow",
        flow.Party(1),
        outcome=records.NoPouch(0),
        touches=lambda page: page.in_pouch(page.ids.pouch),
    ),
    Picture("confirmed", "confirmed", WELCOMED),
    Picture("confirmed-three", "confirmed", of(numbers=(14, 15, 21), phones=3, kept=1, party_size=4)),
    Picture("confirmed-many", "confirmed", of(numbers=MANY, phones=len(MANY), party_size=len(MANY))),
    Picture("confirmed-scattered", "confirmed", of(numbers=SCATTERED, phones=34, party_size=34)),
    Picture("confirmed-kept", "confirmed", of(numbers=(), phones=0, kept=1, reach=None)),
    Picture("confirmed-no-phone", "confirmed", of(numbers=(), phones=0)),
    Picture("confirmed-host", "confirmed", of(numbers=(), phones=2, party_size=2)),
    Picture("code", "code", CodeFor.LEAVING, touches=typed("48")),
    Picture("code-stepping", "code", CodeFor.STEPPING_OUT),
    Picture("code-wrong", "code", CodeFor.LEAVING, outcome=records.NoSuchCode(5), touches=typed("1111")),
    Picture("thanks", "thanks", FAREWELL),
    Picture("thanks-chosen", "thanks", FAREWELL, touches=lambda page: setattr(page, "score", 4)),
    Picture("thanks-said", "thanks", FAREWELL, touches=lambda page: setattr(page, "way", "thank")),
    Picture("thanks-short", "thanks", replace(FAREWELL, numbers=(14, 15), phones=2, phone_free=timedelta(seconds=40))),
    Picture("thanks-kept", "thanks", replace(FAREWELL, numbers=(), phones=0, phone_free=timedelta())),
    Picture("stepped-out", "stepped", records.SteppedOut((14,))),
    Picture("stepped-back", "stepped", records.CameBack((14, 15))),
    Picture("stepped-none", "stepped", records.SteppedOut(())),
    Picture("first-pin", "first_pin"),
    Picture("first-pin-different", "first_pin", touches=typed_twice),
    Picture("host-pin", "host_pin", touches=typed("1234")),
    Picture("host-pin-long", "host_pin", touches=typed("12345678")),
    Picture("host-pin-held", "host_pin", touches=lambda page: page._heard(records.WrongPin(30))),
    Picture("board", "board", records.HostIn(ID)),
    Picture(
        "board-limitless",
        "board",
        records.HostIn(ID),
        board=replace(BOARD, capacity=None, places_left=None, pouches_out=SCATTERED, paired=False, people=112),
    ),
    Picture("board-unpaired", "board", records.HostIn(ID), board=replace(BOARD, paired=False, trouble="pairing lost")),
    Picture("board-damaged", "board", records.HostIn(ID), board=replace(SHUT, trouble="damaged")),
    Picture("board-shut", "board", records.HostIn(ID), board=SHUT),
    Picture("board-planned", "board", records.HostIn(ID), board=replace(SHUT, planned=PLANNED)),
    Picture("board-shut-out", "board", records.HostIn(ID), board=replace(SHUT, pouches_out=(3, 14), waiting=0)),
    Picture("close", "close", records.HostIn(ID)),
    Picture(
        "close-after",
        "close",
        records.HostIn(ID),
        touches=lambda page: page._closed(records.Closed("Quiet evening", 3, (14, 15))),
    ),
    Picture("language", "language", Manner()),
    Picture("access", "access", Manner(aloud=False)),
    Picture("access-voiceless", "access", Manner()),
    Picture("welcome-focused", "welcome", touches=focus("come_in")),
    Picture("party-focused", "party", touches=focus("size_2")),
    Picture("still-here", "party", touches=still_here),
    Picture("notice", "notice", records.Full(0)),
    Picture("notice-disk", "notice", flow.Trouble(disk=True)),
)


class Gallery:
    """Shows one page after the other in a real window."""

    def __init__(self, only: str = "") -> None:
        self.bridge = Canned()
        self.manager = ScreenManager(transition=NoTransition())
        self._only = only
        Window.add_widget(self.manager)
        EventLoop.start()

    def each(self) -> Iterator[Picture]:
        """Each picture while it stands in the window, built anew in the manner of the moment."""
        self.manager.clear_widgets()
        Window.clearcolor = theme.paper
        for picture in PICTURES:
            if picture.name.startswith(self._only):
                page = self._page(picture)
                self.manager.current = page.name
                page.begin(picture.given)
                picture.touches(page)
                for _ in range(SETTLED):
                    EventLoop.idle()
                yield picture
                page.end()

    def in_front(self) -> Widget:
        """What lies over the page, else the page."""
        page = self.manager.current_screen
        return next((child for child in page.children if isinstance(child, StillHere)), page)

    def draw(self, outdir: Path) -> None:
        """Keep a picture of each."""
        for picture in self.each():
            target = outdir / f"{picture.name}.png"
            Path(Window.screenshot(name=str(target))).rename(target)

    def draw_one(self, name: str, file: Path) -> None:
        """Keep a picture of that one, as ``file``."""
        self._only = name
        for picture in self.each():
            if picture.name == name:
                Path(Window.screenshot(name=str(file))).rename(file)

    def _page(self, picture: Picture) -> Page:
        self.bridge.picture = picture
        if not self.manager.has_screen(picture.screen):
            kind = catalogue.find(picture.screen)
            self.manager.add_widget(kind(self.bridge, lambda *_: None, name=picture.screen))
        page: Page = self.manager.get_screen(picture.screen)
        return page
