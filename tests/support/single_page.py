"""One page in a window, a desk that knows its answers by heart behind it, and a finger in front."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kiosk.services import occupancy, records, visits

ID = UUID(int=1)
OPEN = records.OpenedSession(ID, "Quiet evening", datetime(2026, 11, 24, 21, 30, tzinfo=UTC))
LIVE = records.LiveSession(OPEN, people=12, places_left=18)
DOOR = records.DoorState("The Reading Room", (LIVE,), on_break=0, has_host=True)
SHELF = records.ShelfState(21, 0, has_pouches=True, has_lockers=False)
WELCOMED = records.CheckedIn(
    (14,), 1, 0, 1, "4827", "HS2:BBBCBDBEBFBGBHBJBKBLFHTJHRFG", "from the shelf", "+31 20 555 0123"
)
FAREWELL = records.CheckedOut(ID, (14,), 1, timedelta(hours=1, minutes=42))
TEMPLATE = records.Template("Open hours", "open_hours", 240, 30)
BOARD = records.BoardState(OPEN, (TEMPLATE,), 12, 9, 2, 1, 30, 18, 30, 21, (14,), True, 0, venue_places_left=18)
HELD = (datetime(2026, 11, 24, 17, tzinfo=UTC), datetime(2026, 11, 24, 19, 30, tzinfo=UTC))


class Desk:
    """A bridge that remembers what was asked, and answers at once, or never where it has no answer."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.answers: dict[object, object] = {occupancy.door: DOOR, occupancy.board: BOARD, occupancy.shelf: SHELF}

    def ask(
        self,
        job: object,
        *args: object,
        then: Callable[[object], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self.asked.append((job, *args))
        if job is visits.look_for_room and job not in self.answers:
            then(records.PartyFits(*args))
        if failed and isinstance(error := self.answers.get(job), Exception):
            failed(error)
        elif job in self.answers:
            then(self.answers[job])


class Stage:
    """One page in the window, its desk, its answers, and the finger in front of it."""

    def __init__(self, show: Callable[..., None], finger: Callable[..., None]) -> None:
        self.context = Desk()
        self.answers: list[object] = []
        self._show = show
        self.tap = finger

    def open(self, name: str, given: object = None) -> None:
        from kiosk.ui.screens import catalogue

        self.page = catalogue.find(name)(self.context, lambda _, answer: self.answers.append(answer), name=name)
        self.page.activate(given)
        self._show(self.page)

    def texts(self) -> str:
        return "\n".join(widget.text for widget in self.page.walk() if getattr(widget, "text", ""))

    def tappable(self) -> set[str]:
        return {widget.key for widget in self.page.walk() if getattr(widget, "key", "")}

    def type(self, digits: str) -> None:
        for digit in digits:
            self.tap(f"digit_{digit}")

    def carried(self, job: object) -> list[tuple[object, ...]]:
        return [args for asked, *args in self.context.asked if asked is job]
