"""The covering set of displays has every pair of a panel, a language, a text size and a reach."""

from itertools import combinations, product

from displays import LONGEST, PANELS, SMALLER, CheckedDisplay, all_displays, covering_displays, parse_display

from kiosk.ui.style.languages import LANGUAGES

VALUES = (PANELS, tuple(LANGUAGES), (False, True), (False, True))


def test_every_pair_of_values_is_covered() -> None:
    rows = [
        (panel, display.language, display.is_larger, display.is_low)
        for panel in PANELS
        for display in covering_displays(panel)
    ]

    for first, second in combinations(range(len(VALUES)), 2):
        covered = {(row[first], row[second]) for row in rows}
        assert covered == set(product(VALUES[first], VALUES[second]))


def test_the_hardest_displays_are_on_the_smaller_panels() -> None:
    for panel, language, is_low in product(SMALLER, LONGEST, (False, True)):
        assert CheckedDisplay(language, True, is_low) in covering_displays(panel)


def test_a_display_is_parsed_from_its_name() -> None:
    assert [parse_display(display.name) for display in all_displays()] == all_displays()
