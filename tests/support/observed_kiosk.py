"""Runs ``hearth-kiosk run`` and reports what its screen shows: ``observed_kiosk.py SOCKET [arguments]``.

Touches, keys and window are real and come from outside. Over the socket go only the state of the screen, the passing
of time, and failures. A request and its answer are a line of JSON each.
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
from sync.domain.clock import Reading
from sync.system_clock import SystemClock

passed = 0.0  # seconds by which this kiosk's clocks are ahead
counts = {"touches_ended": 0, "taps": 0, "keys_released": 0}  # since the start
DRIFT = 20e-6  # how much faster the wall clock runs than the boot time
STEPS = 40  # number of frames over which a long wait is spread


class AheadClock(SystemClock):
    """The system clock plus ``passed``; the wall clock drifts a little against the boot time, as quartz does."""

    def read(self) -> Reading:
        """The time, ahead by ``passed``."""
        now = super().read()
        at, up = (int(passed * per_second) for per_second in (1000 * (1 + DRIFT), 1000))
        return Reading(at=now.at + at, boot=now.boot, up=now.up + up, source=now.source)


def main(address: Path, arguments: list[str]) -> int:
    """Run the command with AheadClock, and answer requests on ``address``."""
    prepare = window.prepare

    def prepare_and_listen(*args: object, **kwargs: object) -> None:
        prepare(*args, **kwargs)  # type: ignore[arg-type]
        _raise_frame_rate()
        _patch_clock_and_count_input()
        threading.Thread(target=_listen, args=(address,), daemon=True).start()

    window.prepare = prepare_and_listen
    __main__.SystemClock = AheadClock  # type: ignore[misc]
    return __main__.main(arguments)


def _raise_frame_rate() -> None:
    """Raise the frame rate, so that tests wait less for the next frame; more of them would take the processor."""
    from kivy.config import Config

    Config.set("graphics", "maxfps", 100)


def _patch_clock_and_count_input() -> None:
    """Add ``passed`` to Kivy's clock, and count touches, taps and keys."""
    from kivy.clock import Clock
    from kivy.core.window import Window

    from kiosk.ui.input.touch_guard import TouchGuard

    now = Clock.time
    Clock.time = lambda: now() + passed

    def count(name: str, *_: object) -> None:
        counts[name] += 1

    def count_touch(_window: object, etype: str, touch: Any) -> None:  # noqa: ANN401 - Kivy is untyped
        if etype == "end" and touch.is_touch:
            counts["touches_ended"] += 1

    Window.bind(on_motion=count_touch, on_key_up=partial(count, "keys_released"))
    dispatch = TouchGuard.dispatch

    def dispatch_and_count_taps(guard: TouchGuard, etype: str, touch: Any) -> bool:  # noqa: ANN401 - Kivy is untyped
        contact = guard._contact  # what the finger went down on
        is_rejected = dispatch(guard, etype, touch)
        counts["taps"] += etype == "end" and contact is not None and bool(contact.buttons) and not is_rejected
        return is_rejected

    TouchGuard.dispatch = dispatch_and_count_taps  # type: ignore[method-assign]


def _listen(address: Path) -> None:
    from kivy.clock import Clock

    from kiosk.bridge import SignalWatch

    signal.pthread_sigmask(signal.SIG_BLOCK, SignalWatch.SIGNALS)  # as in every thread, though this one starts earlier
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen(1)
        connection, _ = listener.accept()
        with connection, connection.makefile("rw") as stream:

            def reply(answer: object) -> None:
                print(json.dumps(answer), file=stream, flush=True)

            for request in stream:
                name, *args = json.loads(request)
                Clock.schedule_once(lambda _, name=name, args=args: REQUESTS[name](reply, *args), 0)


def look(reply: Callable[[object], None]) -> None:
    """Reply with the state of the screen."""
    reply(_screen_state())


def until(reply: Callable[[object], None], seconds: float, expected: dict[str, Any]) -> None:
    """Wait until the screen matches and is the same in two frames; reply whether it did, and its state then."""
    from kivy.clock import Clock

    end = time.monotonic() + seconds
    before: object = None

    def step(_: float) -> None:
        nonlocal before
        now = _screen_state()
        if (matches := _matches(now, expected) and now == before) or time.monotonic() > end:
            reply([matches, now])
        else:
            before = now
            Clock.schedule_once(step, 0)

    step(0)


def _matches(state: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether the page is one of ``page``, ``texts`` are shown, ``keys`` accept touches, ``disabled`` ones don't, …"""
    touchable = {widget["key"] for widget in state["widgets"] if widget["accepts_touch"]}
    on = {widget["key"] for widget in state["widgets"] if widget["on"]}
    return (
        not state["button_down"]
        and not state["is_changing"]
        and state["page"] in expected.get("page", [state["page"]])
        and state["idle_warning"] == expected.get("idle_warning", state["idle_warning"])
        and state["language"] == expected.get("language", state["language"])
        and all(state[name] >= expected.get(name, 0) for name in counts)
        and set(expected.get("texts", ())) <= set(state["texts"])
        and set(expected.get("keys", ())) <= touchable
        and set(expected.get("on", ())) <= on
        and not set(expected.get("disabled", ())) & touchable
    )


def wait(reply: Callable[[object], None], seconds: float) -> None:
    """Let so many seconds pass, a second or more a frame; then reply with the state of the screen."""
    from kivy.clock import Clock

    left = seconds

    def step(_: float) -> None:
        nonlocal left
        globals()["passed"] += (part := min(left, max(1.0, seconds / STEPS)))
        left -= part
        Clock.schedule_once(step, 0) if left > 0 else look(reply)

    step(0)


def fail(reply: Callable[[object], None], page: str) -> None:
    """Make that page fail when it is next shown, once."""
    from kiosk.ui.screens import catalogue

    page_class = catalogue.find(page)
    show = page_class.show

    def fails(*_: object) -> None:
        page_class.show = show  # type: ignore[method-assign]
        raise ZeroDivisionError("requested by a test")

    page_class.show = fails  # type: ignore[method-assign]
    reply(None)


def read(reply: Callable[[object], None], share: float) -> None:
    """Set the share of the usual time that a page must be shown before a touch acts."""
    from kivy.app import App

    App.get_running_app().guard.reading = share
    reply(None)


def _screen_state() -> dict[str, object]:
    from kivy.app import App
    from kivy.core.window import Window

    from kiosk.ui.style.theme import theme

    top, *_ = Window.children  # the newest comes first
    pages = Window.children[-1]
    front = pages.current_screen if top is pages else top
    widgets = [widget for widget in front.walk() if getattr(widget, "text", "") or getattr(widget, "key", "")]
    return {
        "page": pages.current,
        "idle_warning": top is not pages,
        "language": theme.language,
        **counts,
        "button_down": any(getattr(widget, "state", "") == "down" for widget in front.walk()),
        "is_changing": App.get_running_app().is_changing,
        "texts": [widget.text for widget in widgets if getattr(widget, "text", "")],
        "widgets": list(_keyed_widgets(widgets, Window.height)),
    }


def _keyed_widgets(widgets: list[Any], height: float) -> Iterator[dict[str, object]]:
    """The widgets that have a key: box in pixels from the upper left, and appearance."""
    for widget in widgets:
        if not getattr(widget, "key", ""):
            continue
        left, bottom = widget.to_window(widget.x, widget.y)
        yield {
            "key": widget.key,
            "text": getattr(widget, "text", ""),
            "box": [left, height - bottom - widget.height, left + widget.width, height - bottom],
            "background": [round(part * 255) for part in getattr(widget, "shown_ground", (0, 0, 0, 0))],
            "accepts_touch": _accepts_touch(widget),
            "focused": getattr(widget, "focused", False),
            "on": getattr(widget, "on", None),
        }


def _accepts_touch(widget: Any) -> bool:  # noqa: ANN401 - Kivy is untyped
    """Whether a touch on it would act now: it was shown for long enough, and no answer is awaited."""
    from kivy.app import App

    return hasattr(widget, "trigger_action") and App.get_running_app().guard.is_ready(widget)


REQUESTS: dict[str, Callable[..., None]] = {"look": look, "until": until, "wait": wait, "fail": fail, "read": read}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
