"""Configures Kivy for the panel, before Kivy is imported."""

import logging
import os
from pathlib import Path

from kiosk.settings import PanelSettings


def prepare(panel: PanelSettings, folder: Path, offscreen: bool = False) -> None:
    """Set Kivy's environment and configuration. Call once, before the first import of Kivy's window."""
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_LOG_MODE="PYTHON",  # Kivy writes into our log, not over it
        KIVY_HOME=str(folder / "kivy"),
        KIVY_DPI=f"{panel.dpi:.2f}",
        KIVY_METRICS_DENSITY="1",
        SDL_NO_SIGNAL_HANDLERS="1",  # SDL would turn SIGTERM into a close request, which a kiosk may refuse
    )
    if offscreen:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"  # no vertical sync: frames come as fast as they are drawn
    logging.getLogger("kivy").addFilter(lambda record: record.levelno >= logging.WARNING)
    from kivy.config import Config

    Config.set("graphics", "width", panel.width)
    Config.set("graphics", "height", panel.height)
    Config.set("graphics", "resizable", 0)
    Config.set("graphics", "multisamples", 0)  # our shapes smooth their own edges
    Config.set("graphics", "maxfps", 0 if offscreen else 60)
    Config.set("graphics", "fullscreen", "auto" if panel.fullscreen else 0)
    Config.set("kivy", "exit_on_escape", 0)
    Config.set("kivy", "desktop", 0)
    for provider in Config.options("input"):  # a provider beside the window's own would report each finger twice
        Config.remove_option("input", provider)
    Config.set("input", "mouse", "mouse,disable_multitouch")  # no red dots under a second finger


def has_screen() -> bool:
    """Whether there is a display to show a window on."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
