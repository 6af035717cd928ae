"""Rules for every module: a docstring, empty package files, and no side effects of an import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(file for folder in ("kiosk", "sync", "assets") for file in (ROOT / folder).rglob("*.py"))
KIVY = (
    "kiosk.app",
    "kiosk.bridge",
    "kiosk.ui",
    "kiosk.demo.finger",
    "kiosk.demo.visitors",
    "assets",
)


def name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_every_module_has_a_docstring(file: Path) -> None:
    text = file.read_text()
    if file.name == "__init__.py":
        assert text == ""
    else:
        assert ast.get_docstring(ast.parse(text)), "a module opens with one sentence that says what it is for"


def test_importing_starts_nothing() -> None:
    """No thread, no window, no file, no socket: only definitions."""
    modules = [name(file) for file in MODULES if "__main__" not in file.name and not name(file).startswith(KIVY)]
    script = f"""
import importlib, sys, threading
before = threading.active_count()
for module in {modules!r}:
    importlib.import_module(module)
assert threading.active_count() == before, threading.enumerate()
assert "kivy" not in sys.modules, "Kivy came along"
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr


def test_a_kiosk_needs_no_web_server_and_a_server_no_kivy() -> None:
    script = """
import sys
import {module}
assert not {forbidden} & set(sys.modules), {forbidden} & set(sys.modules)
"""
    for module, forbidden in (
        ("kiosk.bootstrap", {"fastapi", "uvicorn", "jinja2", "argon2"}),
        ("sync.server.app", {"kivy", "kiosk", "serial"}),
    ):
        code = script.format(module=module, forbidden=forbidden)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_public_class_name_is_used_once() -> None:
    modules_by_class: dict[str, list[str]] = {}
    for file in MODULES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules_by_class.setdefault(node.name, []).append(name(file))

    assert not {class_name: modules for class_name, modules in modules_by_class.items() if len(modules) > 1}
