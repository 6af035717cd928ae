"""One page in a window with scripted answers from the services, and touches."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kiosk.services import occupancy, visits
from kiosk.services.records import host_records, shared_records, visitor_records

ID = UUID(int=1)
OPEN = shared_records.OpenedSession(ID, "Quiet evening", datetime(2026, 11, 24, 21, 30, tzinfo=UTC))
LIVE = visitor_records.LiveSession(OPEN, people=12, places_left=18)
DOOR = visitor_records.DoorState("The Reading Room", (LIVE,), on_break=0, has_host=True)
SHELF = visitor_records.ShelfState(21, 0, has_pouches=True, has_lockers=False)
WELCOMED = visitor_records.CheckedIn(
    (14,), 1, 0, 1, "4827", "HS2:BBBCBDBEBFBGBHBJBKBLFHTJHRFG", "from the shelf", "+31 20 555 0123"
)
FAREWELL = visitor_records.CheckedOut(ID, (14,), 1, timedelta(hours=1, minutes=42))
TEMPLATE = host_records.Template("Open hours", "open_hours", 240, 30)
BOARD = host_records.BoardState(
    host_records.AttendancePanel(OPEN, people=12, on_break=1, phones_stowed=9, phones_kept=2),
    host_records.CapacityPanel(30, 18, 18, pouches=host_records.StowCount(30, 21, (14,))),
    host_records.TimetablePanel(templates=(TEMPLATE,)),
    host_records.HealthPanel(is_paired=True),
)
HELD = (datetime(2026, 11, 24, 17, tzinfo=UTC), datetime(2026, 11, 24, 19, 30, tzinfo=UTC))


class ScriptedBridge:
    """A bridge that records jobs and answers them at once from ``answers``, or never where there is none."""

    def __init__(self) -> None:
        self.jobs: list[tuple[object, ...]] = []
        self.answers: dict[object, object] = {
            occupancy.read_door: DOOR,
            occupancy.read_board: BOARD,
            occupancy.read_shelf: SHELF,
        }

    def ask(
        self,
        job: object,
        *args: object,
        then: Callable[[object], None],
        failed: Callable[[Exception], None] | None = None,
        slow: bool = False,
    ) -> None:
        self.jobs.append((job, *args))
        if job is visits.check_capacity and job not in self.answers:
            then(visitor_records.PartyFits(*args))
        if failed and isinstance(error := self.answers.get(job), Exception):
            failed(error)
        elif job in self.answers:
            then(self.answers[job])


class SinglePage:
    """One page in the window, its bridge, the answers that it gave, and touches on it."""

    def __init__(self, show: Callable[..., None], finger: Callable[..., None]) -> None:
        self.context = ScriptedBridge()
        self.answers: list[object] = []
        self._show = show
        self.tap = finger

    def open(self, name: str, argument: object = None) -> None:
        from kiosk.ui.screens import catalogue

        self.page = catalogue.find(name)(self.context, lambda _, answer: self.answers.append(answer), name=name)
        self.page.activate(argument)
        self._show(self.page)

    def texts(self) -> str:
        return "\n".join(widget.text for widget in self.page.walk() if getattr(widget, "text", ""))

    def tappable(self) -> set[str]:
        return {widget.key for widget in self.page.walk() if getattr(widget, "key", "")}

    def type(self, digits: str) -> None:
        for digit in digits:
            self.tap(f"digit_{digit}")

    def carried(self, job: object) -> list[tuple[object, ...]]:
        return [args for called, *args in self.context.jobs if called is job]
