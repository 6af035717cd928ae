"""One start, measured by another process: a kiosk or a bare Kivy app that prints when its first frame is drawn.

python tests/bench/started.py hearth DATA | bare DATA
"""

import os
import sys
import time
from pathlib import Path

SIZE = {"width": 800, "height": 480}  # a kiosk's own default


def hearth(folder: Path) -> None:
    """``hearth-kiosk run``, listening at the window that Kivy's configuration has been made ready for."""
    from kiosk import __main__, window

    prepare = window.prepare

    def prepare_and_listen(*arguments: object, **keywords: object) -> None:
        prepare(*arguments, **keywords)  # type: ignore[arg-type]
        listen()

    window.prepare = prepare_and_listen
    sys.exit(__main__.main(["run", "--data", str(folder)]))


def bare(folder: Path) -> None:
    """A minimal Kivy app: a label in a window of the same size, with the same antialiasing as ours."""
    quiet = ("KIVY_NO_ARGS", "KIVY_NO_CONFIG", "KIVY_NO_FILELOG", "KIVY_NO_CONSOLELOG")
    os.environ.update(dict.fromkeys(quiet, "1"), KIVY_HOME=str(folder / "kivy"))
    from kivy.config import Config

    for name, value in {**SIZE, "resizable": 0, "multisamples": 0, "maxfps": 60}.items():
        Config.set("graphics", name, value)
    from kivy.app import App
    from kivy.uix.label import Label

    listen()

    class Bare(App):  # type: ignore[misc]
        def build(self) -> Label:
            return Label(text="Hearth")

    Bare().run()


def listen() -> None:
    """Print the time (CLOCK_MONOTONIC, ns) at which the window's first frame is drawn."""
    from kivy.core.window import Window
    from kivy.graphics import opengl

    flip = Window.flip

    def flip_and_print() -> None:
        flip()
        opengl.glFinish()  # a driver may defer drawing
        print(time.monotonic_ns(), flush=True)
        Window.flip = flip

    Window.flip = flip_and_print


if __name__ == "__main__":
    {"hearth": hearth, "bare": bare}[sys.argv[1]](Path(sys.argv[2]))
