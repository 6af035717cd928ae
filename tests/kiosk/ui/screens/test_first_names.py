"""The first start proposes names, which typing replaces and deleting changes."""

import pytest

from kiosk.navigation import VenueAsked, ZoneAsked
from kiosk.services.records.host_records import Setup
from tests.support.single_page import SinglePage

SETUP = Setup("Our phone-free room", "main", 40, 0)


@pytest.fixture
def venue(stage: SinglePage) -> SinglePage:
    """The question for the venue's name."""
    stage.open("text_entry", VenueAsked(SETUP))
    return stage


def test_the_first_letter_replaces_the_proposal(venue: SinglePage) -> None:
    assert venue.page.is_proposed

    for key in ("letter_m", "letter_i", "check"):
        venue.tap(key)

    [answer] = venue.answers
    assert isinstance(answer, ZoneAsked)
    assert answer.setup.venue == "Mi"


def test_a_proposal_that_is_right_needs_only_the_tick(venue: SinglePage) -> None:
    venue.tap("check")

    [answer] = venue.answers
    assert isinstance(answer, ZoneAsked)
    assert answer.setup.venue == "Our phone-free room"


def test_deleting_changes_the_proposal(venue: SinglePage) -> None:
    for key in ("delete", "letter_f"):
        venue.tap(key)

    assert venue.page.typed == "Our phone-free roof"


def test_what_was_typed_is_no_proposal_after_a_detour(venue: SinglePage) -> None:
    venue.tap("letter_m")
    state = venue.page.save_state()
    venue.open("text_entry", VenueAsked(SETUP))
    venue.page.restore_state(state)

    venue.tap("letter_i")

    assert venue.page.typed == "Mi"
