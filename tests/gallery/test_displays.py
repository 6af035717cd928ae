"""The covering set of displays has each pair of panel, language, text size and reach, but panel and language."""

from itertools import combinations, product

from displays import LONGEST, PANELS, SMALLER, CheckedDisplay, all_displays, covering_displays, parse_display

from sync.languages import LANGUAGES

VALUES = (PANELS, tuple(LANGUAGES), (False, True), (False, True))


def test_every_pair_of_values_is_covered() -> None:
    rows = [
        (panel, display.language, display.is_larger, display.is_low)
        for panel in PANELS
        for display in covering_displays(panel)
    ]

    for first, second in list(combinations(range(len(VALUES)), 2))[1:]:  # each language is on two of the panels
        covered = {(row[first], row[second]) for row in rows}
        assert covered == set(product(VALUES[first], VALUES[second]))


def test_the_hardest_displays_are_on_the_smaller_panels() -> None:
    smaller = [display for panel in SMALLER for display in covering_displays(panel)]

    for language, is_low in product(LONGEST, (False, True)):
        assert CheckedDisplay(language, True, is_low) in smaller


def test_every_picture_is_on_every_panel() -> None:
    for panel in PANELS:
        shares = [range(9)[display.share] for display in covering_displays(panel)]
        assert set().union(*shares) == set(range(9))


def test_a_display_is_parsed_from_its_name() -> None:
    displays = [*all_displays(), *covering_displays("800x480")]

    assert [parse_display(display.name) for display in displays] == displays
