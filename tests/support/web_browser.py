"""A headless Chromium, and what it finds wrong with a page: axe's rules, overflow, what the keyboard can't reach."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
MOST_TABS = 400

OVERFLOWING = """() => {
  const root = document.documentElement;
  const boxes = [...document.querySelectorAll('.scroll, .figure, .pills input:not([type=checkbox])')];
  const wide = boxes.filter(box => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1);
  const names = wide.map(box => box.ariaLabel || box.value || (box.matches('.figure') ? box.innerText : 'a table'));
  return [...(root.scrollWidth > root.clientWidth ? ['the page'] : []), ...names];
}"""
REACHABLE = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex="0"]')]
  .filter(element => element.tabIndex >= 0 && !element.disabled && element.type !== 'hidden'
    && element.checkVisibility() && !(element.type === 'radio' && !element.checked))
  .map((element, number) => { element.dataset.number = number; return element.outerHTML.slice(0, 120); })"""
FOCUSED = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  return [element.dataset.number ?? '', style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
}"""


FIND_BUTTONS_WITHOUT_BORDER = """() => [...document.querySelectorAll('button, .pill')]
  .filter(element => element.checkVisibility() && !element.closest('.languages'))
  .filter(element => !parseFloat(getComputedStyle(element).borderTopWidth))
  .map(element => element.outerHTML.slice(0, 120))"""
FIND_UNMARKED_ERRORS = """() => {
  const style = element => ['borderTopColor', 'boxShadow'].map(name => getComputedStyle(element)[name]).join();
  const box = field => field.closest('.pill') ?? field;
  const valid = [...document.querySelectorAll('main :is(input, select):not([aria-invalid])')].map(box).map(style);
  return [...document.querySelectorAll('[aria-invalid]')].filter(field => valid.includes(style(box(field))))
    .map(field => field.name);
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; root needs it without its sandbox."""
    program = shutil.which("chromium")
    assert program, "the package chromium is missing: python3 config/prepare.py --for-tests"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        yield browser
        browser.close()


def axe_violations(page: Page) -> list[str]:
    """Each violation of WCAG 2.2 AA and of axe's best practices, with the elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": list(RULES)}}
    result = page.evaluate(f"axe.run({json.dumps(options)})")
    return [
        f"{violation['id']}: {', '.join(str(node['target']) for node in violation['nodes'])}"
        for violation in result["violations"]
    ]


def overflowing(page: Page, width: int) -> list[str]:
    """What is wider than a window of this width."""
    page.set_viewport_size({"width": width, "height": 800})
    found: list[str] = page.evaluate(OVERFLOWING)
    return found


def unreachable(page: Page) -> list[str]:
    """What the Tab key does not reach, or reaches without a visible mark of the focus."""
    elements: list[str] = page.evaluate(REACHABLE)
    reached: dict[str, bool] = {}
    page.evaluate("() => { document.activeElement.blur(); window.getSelection().removeAllRanges(); }")
    for _ in range(min(len(elements) * 3 + 10, MOST_TABS)):  # fields of dates have several stops
        page.keyboard.press("Tab")
        number, is_marked = page.evaluate(FOCUSED)
        # A date's button for its calendar marks itself, and not the field.
        reached[number] = reached.get(number, False) or is_marked
        if len(reached.keys() - {""}) == len(elements):
            break
    return [element for number, element in enumerate(elements) if not reached.get(str(number))]


def without_edge(page: Page) -> list[str]:
    """What can be pressed and has no border: in a system's forced colours nothing else shows that it can be."""
    buttons: list[str] = page.evaluate(FIND_BUTTONS_WITHOUT_BORDER)
    return buttons


def unmarked_errors(page: Page) -> list[str]:
    """The names of invalid fields that look like valid ones of the same page."""
    fields: list[str] = page.evaluate(FIND_UNMARKED_ERRORS)
    return fields


def show_as(page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    """Prefer a colour scheme, in a window of this width."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
