"""Single visitor pages with canned job results: each shows its record and gives its answer."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.navigation import CodeFor, Failure, Feeling, Intent, PartyChosen
from kiosk.rules.paper import PaperLine
from kiosk.services import occupancy, visits
from kiosk.services.records import visitor_records
from kiosk.services.records.visitor_records import CheckedIn
from kiosk.ui.style.theme import theme
from kiosk.ui.text import paper_text
from tests.support.single_page import DOOR, FAREWELL, ID, LIVE, OPEN, WELCOMED, SinglePage


@pytest.mark.parametrize(
    ("key", "intent"),
    [
        ("come_in", Intent.COME_IN),
        ("leave", Intent.LEAVE),
        ("step_out", Intent.STEP_OUT),
        ("host", Intent.HOST),
    ],
)
def test_the_welcome_page_has_a_button_for_each_intent(stage: SinglePage, key: str, intent: Intent) -> None:
    stage.open("welcome", DOOR)

    stage.tap(key)

    assert stage.answers == [intent]


def test_practice_is_named_at_the_door_and_in_the_confirmation(stage: SinglePage) -> None:
    live = replace(LIVE, session=replace(OPEN, is_practice=True))
    stage.open("welcome", replace(DOOR, live=(live,)))
    assert stage.page.title == "Practice" and "Nothing is counted." in stage.page.heading

    assert theme.is_practice
    stage.open("welcome", replace(DOOR, live=(live, LIVE)))
    assert not theme.is_practice, "guests are not told that nothing counts"

    stage.open("confirmed", replace(WELCOMED, is_practice=True))
    assert "Nothing is counted." in stage.page.heading
    assert any("nothing is counted" in part.text for part in paper_lines(replace(WELCOMED, is_practice=True)))
    assert not any("nothing is counted" in part.text for part in paper_lines(WELCOMED))


def paper_lines(welcomed: CheckedIn) -> list[PaperLine]:
    """The lines of a slip."""
    return [part for part in paper_text.slip(welcomed).parts if isinstance(part, PaperLine)]


def test_a_full_venue_offers_no_check_in(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_door] = replace(DOOR, live=(replace(LIVE, places_left=0),))
    stage.open("welcome")

    assert "come_in" not in stage.tappable()
    assert {"leave", "step_out"} <= stage.tappable()
    assert "Full for now." in stage.texts()


def test_a_closed_venue_offers_only_the_hosts_button(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_door] = replace(DOOR, live=())
    stage.open("welcome")

    assert stage.tappable() >= {"host"}
    assert stage.tappable().isdisjoint({"come_in", "leave", "step_out"})


def test_a_visitor_on_a_break_finds_the_way_back(stage: SinglePage) -> None:
    stage.context.answers[occupancy.read_door] = replace(DOOR, on_break=1)
    stage.open("welcome")

    assert "Out or back" in stage.texts()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
def test_a_partys_size_is_one_tap(stage: SinglePage, size: int) -> None:
    stage.open("party")

    stage.tap(f"size_{size}")

    assert stage.answers == [PartyChosen(size)]


def test_a_large_party_is_counted(stage: SinglePage) -> None:
    stage.open("party")

    for key in ("size_more", "size_plus", "size_plus", "size_minus", "go_on"):
        stage.tap(key)

    assert stage.answers == [PartyChosen(8)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("pouch", visitor_records.CheckInRequest(1, phones=1, kept=0)),
        ("no_phone", visitor_records.CheckInRequest(1, phones=0, kept=0)),
        ("mine", visitor_records.CheckInRequest(1, phones=0, kept=1)),
    ],
)
def test_one_person_checks_in_with_one_tap(
    stage: SinglePage, key: str, expected: visitor_records.CheckInRequest
) -> None:
    stage.context.answers[visits.check_in] = WELCOMED
    stage.open("stow", PartyChosen(1))

    stage.tap(key)

    assert stage.carried(visits.check_in) == [[expected]]
    assert stage.answers == [WELCOMED]


def test_a_party_never_has_more_phones_than_people(stage: SinglePage) -> None:
    stage.context.answers[visits.check_in] = WELCOMED
    stage.open("stow", PartyChosen(3))

    for key in ("kept_plus", "kept_plus", "phones_plus", "pouch"):
        stage.tap(key)

    assert stage.carried(visits.check_in) == [[visitor_records.CheckInRequest(3, phones=2, kept=1)]]


def test_several_taps_check_in_once(stage: SinglePage) -> None:
    stage.open("stow", PartyChosen(1))

    stage.tap("pouch")
    stage.tap("pouch")
    stage.tap("mine")

    assert len(stage.carried(visits.check_in)) == 1


def test_without_pouches_the_host_takes_the_phone(stage: SinglePage) -> None:
    stage.context.answers[visits.check_in] = visitor_records.NoPouch(0)
    stage.open("stow", PartyChosen(1))
    stage.tap("pouch")
    assert stage.answers == []

    stage.context.answers[visits.check_in] = WELCOMED
    stage.tap("with_host")

    assert stage.carried(visits.check_in)[-1] == [visitor_records.CheckInRequest(1, phones=1, kept=0, stow="none")]
    assert stage.answers == [WELCOMED]


def test_the_confirmation_shows_pouch_shelf_and_telephone(stage: SinglePage) -> None:
    stage.open("confirmed", WELCOMED)

    texts = stage.texts()
    assert all(part in texts for part in ("14", "from the shelf", "+31 20 555 0123"))
    assert stage.page.ids.countdown.left > 0

    stage.tap("done")
    assert stage.answers == [Feeling(WELCOMED)]


def test_done_leads_home_if_the_venue_asks_no_mood(stage: SinglePage) -> None:
    stage.open("confirmed", replace(WELCOMED, asks_before=False))

    stage.tap("done")

    assert stage.answers == [Intent.HOME]


def test_the_confirmation_clears_personal_data(stage: SinglePage) -> None:
    stage.open("confirmed", WELCOMED)

    stage.page.deactivate()

    assert (stage.page.code, stage.page.number, stage.page.slip) == ("", "", "")


@pytest.mark.parametrize(
    ("purpose", "job", "outcome"),
    [
        (CodeFor.LEAVING, visits.check_out, FAREWELL),
        (CodeFor.STEPPING_OUT, visits.toggle_break, visitor_records.SteppedOut((14,))),
    ],
)
def test_the_fourth_digit_looks_the_code_up(stage: SinglePage, purpose: CodeFor, job: object, outcome: object) -> None:
    stage.context.answers[job] = outcome
    stage.open("code", purpose)

    stage.type("48")
    stage.tap("delete")
    stage.type("827")

    assert stage.carried(job) == [["4827"]]
    assert stage.answers == [outcome]


def test_a_wrong_code_locks_the_keypad(stage: SinglePage) -> None:
    stage.context.answers[visits.check_out] = visitor_records.NoSuchCode(wait=5)
    stage.open("code", CodeFor.LEAVING)

    stage.type("1111")
    stage.type("2")

    assert stage.page.typed == ""
    assert "Nobody in the room has these numbers" in stage.texts()
    assert "Listening again in 5 seconds." in stage.texts()


def test_the_goodbye_asks_for_one_pulse(stage: SinglePage) -> None:
    stage.context.answers[visits.record_pulse] = None
    stage.open("thanks", FAREWELL)
    assert "1 h 42 min" in stage.texts()
    assert "from pouch 14" in stage.texts()

    stage.tap("face_4")

    assert stage.carried(visits.record_pulse) == [[ID, "after", 4]]
    assert "Thank you." in stage.texts()


def test_a_pulse_can_be_skipped(stage: SinglePage) -> None:
    stage.open("thanks", FAREWELL)

    stage.tap("skip")

    assert stage.answers == [Intent.HOME]
    assert stage.carried(visits.record_pulse) == []


def test_a_notice_leads_home(stage: SinglePage) -> None:
    stage.open("notice", Failure(disk=True))

    assert "tell your host" in stage.texts()

    stage.tap("done")

    assert stage.answers == [Intent.HOME]


def test_a_late_result_is_dropped(stage: SinglePage) -> None:
    waiting: list[Callable[[object], None]] = []
    stage.open("stow", PartyChosen(1))
    stage.context.ask = lambda *_, then, failed, slow: waiting.append(then)  # type: ignore[method-assign]
    stage.tap("pouch")

    stage.page.deactivate()
    waiting[-1](WELCOMED)

    assert stage.answers == []
    assert not stage.page.busy
