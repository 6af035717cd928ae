"""What a start does not import, so that the first screen appears quickly."""

import json
import os
import subprocess
import sys

import pytest

from kiosk import bootstrap
from kiosk.services import hosts, sessions
from kiosk.settings import KioskSettings
from sync.system_clock import SystemClock

LATER = {  # what needs it first
    "requests": "the replicator's thread",
    "urllib3": "the replicator's thread",
    "babel": "a language other than English, or another day than today",
    "alembic": "an older database",
    "psycopg": "a server",
    "sqlalchemy.dialects.postgresql": "a server",
    "qrcode": "the confirmed page",
    "arabic_reshaper": "Arabic",
    "kiosk.status": "another command",
    "kiosk.ui.screens.visitor.party": "a check-in",
    "kiosk.ui.screens.visitor.confirmed": "a check-in",
}
STARTED = """
import json, sys
from kiosk import __main__, window

prepare = window.prepare

def prepare_and_listen(*given, **named):
    prepare(*given, **named)
    from kivy.core.window import Window

    def drawn(*_):
        import gc
        print(json.dumps([list(sys.modules), gc.isenabled(), gc.get_freeze_count()]), flush=True)

    Window.bind(on_flip=drawn)

window.prepare = prepare_and_listen
__main__.main(["run", "--data", sys.argv[1]])
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], bool, int]:
    """Modules imported at the first frame, whether garbage collection is enabled, and the number of frozen objects."""
    folder = tmp_path_factory.mktemp("kiosk")
    runtime = bootstrap.build(KioskSettings(), folder, SystemClock())
    host = hosts.set_first_pin(runtime.context, "482913")
    sessions.open_session(runtime.context, runtime.context.profile.templates[0], host)
    runtime.stop()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}
    with subprocess.Popen(
        [sys.executable, "-c", STARTED, str(folder)],
        stdout=subprocess.PIPE,
        env={**inherited, "SDL_VIDEODRIVER": "offscreen"},
        text=True,
    ) as process:
        assert process.stdout is not None
        modules, collects, spared = json.loads(process.stdout.readline())
        process.kill()
    return set(modules), collects, spared


def test_an_open_kiosk_starts_with_the_welcome_screen(started: tuple[set[str], bool, int]) -> None:
    assert {"kiosk.ui.screens.visitor.welcome", "kivy.core.window", "sqlalchemy"} <= started[0]


@pytest.mark.parametrize("module", LATER)
def test_what_is_needed_later_is_imported_later(started: tuple[set[str], bool, int], module: str) -> None:
    assert module not in started[0], f"only {LATER[module]} needs it"


def test_the_starts_objects_are_frozen_for_garbage_collection(started: tuple[set[str], bool, int]) -> None:
    _, collects, spared = started
    assert collects
    assert spared > 10_000
