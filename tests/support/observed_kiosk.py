"""Runs ``hearth-kiosk run`` and reports what its screen shows: ``observed_kiosk.py SOCKET [arguments]``.

Finger, keyboard and window stay real and outside. Asked for from here is only what no hand can do: to be told what
stands where, to let time pass, and to have a screen fail. A request and its answer are a line of JSON each.
"""

import json
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from kiosk import __main__, window
from kiosk.ui.style.theme import theme
from sync.domain.clock import Reading
from sync.system_clock import SystemClock

passed = 0.0  # seconds by which this kiosk is ahead of everybody else
counts = {"lifted": 0, "pressed": 0}  # how often a finger was lifted, and a key pressed
DRIFT = 20e-6  # how much faster the wall clock runs than the boot time
STEPS = 40  # frames over which a long time passes


class AheadClock(SystemClock):
    """This machine's clock and what was let pass: of that the wall clock counts a little more, as quartz does."""

    def read(self) -> Reading:
        """Later than it is."""
        now = super().read()
        at, up = (int(passed * per_second) for per_second in (1000 * (1 + DRIFT), 1000))
        return Reading(at=now.at + at, boot=now.boot, up=now.up + up, source=now.source)


def main(address: Path, arguments: list[str]) -> int:
    """The command as it stands, but for its clock, and an ear beside its window."""
    prepare = window.prepare

    def prepare_and_listen(*given: object, **named: object) -> None:
        prepare(*given, **named)  # type: ignore[arg-type]
        _hurry()
        _attend()
        threading.Thread(target=_listen, args=(address,), daemon=True).start()

    window.prepare = prepare_and_listen
    __main__.SystemClock = AheadClock  # type: ignore[misc]
    return __main__.main(arguments)


def _hurry() -> None:
    """More frames than an eye needs: whoever waits for the next one waits less."""
    from kivy.config import Config

    Config.set("graphics", "maxfps", 250)


def _attend() -> None:
    """Let the screen's time pass as well, and count what reaches it."""
    from kivy.clock import Clock
    from kivy.core.window import Window

    now = Clock.time
    Clock.time = lambda: now() + passed

    def count(what: str, *_: object) -> None:
        counts[what] += 1

    def count_lifted(_window: object, etype: str, touch: Any) -> None:  # noqa: ANN401 - Kivy is untyped
        if etype == "end" and touch.is_touch:
            counts["lifted"] += 1

    Window.bind(on_motion=count_lifted, on_key_up=partial(count, "pressed"))


def _listen(address: Path) -> None:
    from kivy.clock import Clock

    from kiosk.bridge import SignalWatch

    signal.pthread_sigmask(signal.SIG_BLOCK, SignalWatch.SIGNALS)  # as any thread here, though this one begins earlier
    with socket.socket(socket.AF_UNIX) as ear:
        ear.bind(str(address))
        ear.listen(1)
        line, _ = ear.accept()
        with line, line.makefile("rw") as talk:

            def tell(answer: object) -> None:
                print(json.dumps(answer), file=talk, flush=True)

            for request in talk:
                asked, *given = json.loads(request)
                Clock.schedule_once(lambda _, asked=asked, given=given: ANSWERS[asked](tell, *given), 0)


def look(tell: Callable[[object], None]) -> None:
    """What stands on the screen now."""
    tell(_seen())


def until(tell: Callable[[object], None], seconds: float, true: dict[str, Any]) -> None:
    """Whether the screen came to be as said, and what stands on it when it has come to rest so, or in the end."""
    from kivy.clock import Clock

    end = time.monotonic() + seconds
    before: object = None

    def step(_: float) -> None:
        nonlocal before
        now = _seen()
        if (so := _is(now, true) and now == before) or time.monotonic() > end:
            tell([so, now])
        else:
            before = now
            Clock.schedule_once(step, 0)

    step(0)


def _is(seen: dict[str, Any], true: dict[str, Any]) -> bool:
    """Whether all of it is so: the page is one of these, these texts stand there, these keys listen, those don't …"""
    listening = {thing["key"] for thing in seen["things"] if thing["listens"]}
    on = {thing["key"] for thing in seen["things"] if thing["on"]}
    return (
        not seen["held"]
        and not seen["changing"]
        and seen["page"] in true.get("page", [seen["page"]])
        and seen["asks"] == true.get("asks", seen["asks"])
        and seen["language"] == true.get("language", seen["language"])
        and all(seen[what] >= true.get(what, 0) for what in counts)
        and set(true.get("texts", ())) <= set(seen["texts"])
        and set(true.get("keys", ())) <= listening
        and set(true.get("on", ())) <= on
        and not set(true.get("resting", ())) & listening
    )


def wait(tell: Callable[[object], None], seconds: float) -> None:
    """So long, a second or more a frame; then what stands there."""
    from kivy.clock import Clock

    left = seconds

    def step(_: float) -> None:
        nonlocal left
        globals()["passed"] += (part := min(left, max(1.0, seconds / STEPS)))
        left -= part
        Clock.schedule_once(step, 0) if left > 0 else look(tell)

    step(0)


def fail(tell: Callable[[object], None], page: str) -> None:
    """That page fails when it is next shown, once."""
    from kiosk.ui.screens import catalogue

    kind = catalogue.find(page)
    show = kind.show

    def fails(*_: object) -> None:
        kind.show = show  # type: ignore[method-assign]
        raise ZeroDivisionError("asked for by a test")

    kind.show = fails  # type: ignore[method-assign]
    tell(None)


def read(tell: Callable[[object], None], share: float) -> None:
    """Whoever stands there needs that share of the usual time to read a page."""
    from kivy.app import App

    App.get_running_app().guard.reading = share
    tell(None)


def _seen() -> dict[str, object]:
    from kivy.app import App
    from kivy.core.window import Window

    over, *_ = Window.children  # the newest comes first
    pages = Window.children[-1]
    front = pages.current_screen if over is pages else over
    widgets = [widget for widget in front.walk() if getattr(widget, "text", "") or getattr(widget, "key", "")]
    return {
        "page": pages.current,
        "asks": over is not pages,
        "language": theme.language,
        **counts,
        "held": any(getattr(widget, "state", "") == "down" for widget in front.walk()),
        "changing": App.get_running_app().is_changing,
        "texts": [widget.text for widget in widgets if getattr(widget, "text", "")],
        "things": list(_things(widgets, Window.height)),
    }


def _things(widgets: list[Any], height: float) -> Iterator[dict[str, object]]:
    """Whatever has a key: its box in pixels from the upper left, and how it looks."""
    for widget in widgets:
        if not getattr(widget, "key", ""):
            continue
        left, foot = widget.to_window(widget.x, widget.y)
        yield {
            "key": widget.key,
            "text": getattr(widget, "text", ""),
            "box": [left, height - foot - widget.height, left + widget.width, height - foot],
            "ground": [round(part * 255) for part in getattr(widget, "shown_ground", (0, 0, 0, 0))],
            "listens": _listens(widget),
            "focused": getattr(widget, "focused", False),
            "on": getattr(widget, "on", None),
        }


def _listens(widget: Any) -> bool:  # noqa: ANN401 - Kivy is untyped
    """Whether a finger that goes down on it now would act: it could be read, and no answer is awaited."""
    from kivy.app import App

    return hasattr(widget, "trigger_action") and App.get_running_app().guard.is_ready(widget)


ANSWERS: dict[str, Callable[..., None]] = {"look": look, "until": until, "wait": wait, "fail": fail, "read": read}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
