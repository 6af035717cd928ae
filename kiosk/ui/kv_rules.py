"""Loads the kv rules that stand beside a module; a file loaded twice would double every child."""

from pathlib import Path

from kivy.lang import Builder

from kiosk.ui import widget_factory


def load(module_file: str) -> None:
    """Load ``name.kv`` for ``name.py``; a module calls it once, at its end, with its own ``__file__``."""
    widget_factory.register()
    rules = str(Path(module_file).with_suffix(".kv"))
    if rules not in Builder.files:
        Builder.load_file(rules)
