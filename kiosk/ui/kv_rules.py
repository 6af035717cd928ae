"""Loads a module's kv file once; loaded twice it would double every child."""

from pathlib import Path

from kivy.lang import Builder

from kiosk.ui import widget_factory


def load(module_file: str) -> None:
    """Load ``name.kv`` for ``name.py``; called at the end of a module with its ``__file__``."""
    widget_factory.register()
    rules = str(Path(module_file).with_suffix(".kv"))
    if rules not in Builder.files:
        Builder.load_file(rules)
