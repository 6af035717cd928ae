"""The host's correction pages: what they show, what they ask of the services, and where they lead."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kiosk.navigation import (
    CorrectAsked,
    CountAsked,
    Destination,
    FindAsked,
    NumbersAsked,
    PinAsked,
    SplitAsked,
    TimeAsked,
    VisitAsked,
)
from kiosk.services import corrections, undo, unseen_departures, visit_list
from kiosk.services.records.correction_records import (
    ActIsUndone,
    CorrectableVisit,
    Corrected,
    CorrectionOptions,
    Departure,
    LastAct,
    NumberElsewhere,
    NumberTaken,
    PartOfParty,
    PartyCounts,
    UndoRefused,
    VisitChanged,
    VisitList,
)
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import NoPouch, SessionFull
from tests.support.single_page import ID, SinglePage

HOST = HostSession(ID)
NOW = datetime(2026, 11, 24, 19, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
VISIT = CorrectableVisit(ID, NOW - 5 * QUARTER, "pouch", (14, 15), 3, 2, 1)
OTHER = replace(VISIT, id=UUID(int=2), numbers=(), stow="none", phones=0, party_size=2, state="on_break")
ACT = LastAct(UUID(int=9), "left", (UUID(int=9),), (ID,), replace(VISIT, numbers=(14,)))
OPTIONS = CorrectionOptions(
    VISIT,
    movable=(14, 15),
    part_phones=2,
    departures=tuple(NOW - place * QUARTER for place in range(4)),
    can_split=True,
    can_void=True,
)
DONE = Corrected(VISIT, "pouch", (15,), (16,))
BACK_TO_VISIT = VisitAsked(HOST, ID)
ACTIONS = {"count", "pouch", "split", "time", "void"}


def test_visits_are_listed_by_number_and_time_and_open_with_one_tap(stage: SinglePage) -> None:
    stage.context.answers[visit_list.read_visits] = VisitList((VISIT, OTHER))
    stage.open("correct", CorrectAsked(HOST))

    assert {"Pouches 14, 15", "Since 17:57 · 3 people", "2 people", "Since 17:57, on a break"} <= set(
        stage.texts().split("\n")
    )
    stage.tap("visit_1")

    assert stage.answers == [VisitAsked(HOST, UUID(int=2))]


def test_the_last_act_is_undone_from_the_list(stage: SinglePage) -> None:
    stage.context.answers[visit_list.read_visits] = VisitList((), last_act=ACT)
    stage.context.answers[undo.undo] = ActIsUndone(ACT)
    stage.open("correct", CorrectAsked(HOST))
    assert "Pouch 14: undo leaving" in stage.texts()

    stage.context.answers[visit_list.read_visits] = VisitList((VISIT,))
    stage.tap("undo")

    assert stage.carried(undo.undo) == [[ACT, HOST]]
    assert "That is undone." in stage.texts()
    assert "visit_0" in stage.tappable() and "undo" not in stage.tappable()


@pytest.mark.parametrize("why", ["late", "promised", "full", "in_use"])
def test_a_refused_undoing_says_why(stage: SinglePage, why: str) -> None:
    from kiosk.ui.text import correction_text

    stage.context.answers[visit_list.read_visits] = VisitList((), last_act=ACT)
    stage.context.answers[undo.undo] = UndoRefused(why)  # type: ignore[arg-type]
    stage.open("correct", CorrectAsked(HOST))

    stage.tap("undo")

    assert correction_text.undo_refused(why) in stage.texts()


def test_an_empty_list_says_so_and_back_leads_to_the_board(stage: SinglePage) -> None:
    stage.context.answers[visit_list.read_visits] = VisitList(())
    stage.open("correct", CorrectAsked(HOST))
    assert "Nobody is in, and nobody has left today." in stage.texts()

    stage.tap("find")
    stage.tap("back")

    assert stage.answers == [FindAsked(HOST), HOST]


def test_back_from_what_was_found_leads_to_all(stage: SinglePage) -> None:
    stage.context.answers[visit_list.read_visits] = VisitList((VISIT, OTHER), "14", hidden=3)
    stage.open("correct", CorrectAsked(HOST, "14", DONE))
    assert "Noted. They have pouch 15 now. Pouch 16 is free again." in stage.texts()
    assert "3 more: find them by their number" in stage.texts()

    stage.tap("back")

    assert stage.carried(visit_list.read_visits) == [["14"], [""]]
    assert not stage.answers


def test_a_single_visit_that_is_found_opens_at_once(stage: SinglePage) -> None:
    stage.context.answers[visit_list.read_visits] = VisitList((VISIT,), "14")
    stage.open("correct_number", FindAsked(HOST))

    stage.type("14")
    stage.tap("check")

    assert stage.carried(visit_list.read_visits) == [["14"]]
    assert stage.answers == [BACK_TO_VISIT]


def test_several_are_listed_and_none_is_said(stage: SinglePage) -> None:
    stage.context.answers[visit_list.read_visits] = VisitList((), "77")
    stage.open("correct_number", FindAsked(HOST))
    stage.type("77")
    stage.tap("check")
    assert "No visit of today has this number. Try another one." in stage.texts()

    stage.context.answers[visit_list.read_visits] = VisitList((VISIT, OTHER), "14")
    stage.type("14")
    stage.tap("check")
    stage.tap("back")

    assert stage.answers == [CorrectAsked(HOST, "14"), CorrectAsked(HOST)]


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("count", CountAsked(HOST, OPTIONS)),
        ("pouch", NumbersAsked(HOST, OPTIONS)),
        ("split", SplitAsked(HOST, OPTIONS)),
        ("time", TimeAsked(HOST, OPTIONS)),
        ("back", CorrectAsked(HOST)),
    ],
)
def test_each_correction_has_its_page(stage: SinglePage, key: str, answer: object) -> None:
    stage.context.answers[visit_list.read_options] = OPTIONS
    stage.open("correct_visit", BACK_TO_VISIT)
    assert "Since 17:57 · 3 people · 2 phones at rest · 1 kept" in stage.texts()

    stage.tap(key)

    assert stage.answers == [answer]


def test_a_void_takes_the_pin_after_a_card(stage: SinglePage) -> None:
    asked = VisitAsked(replace(HOST, by_card=True), ID)
    stage.context.answers[visit_list.read_options] = OPTIONS
    stage.open("correct_visit", asked)
    stage.tap("void")

    assert stage.carried(corrections.void) == []
    assert stage.answers == [PinAsked(Destination("correct_visit", asked))]


def test_a_party_that_did_not_stay_is_voided_by_a_lead(stage: SinglePage) -> None:
    stage.context.answers[visit_list.read_options] = OPTIONS
    stage.context.answers[corrections.void] = DONE
    stage.open("correct_visit", BACK_TO_VISIT)

    stage.tap("void")

    assert stage.carried(corrections.void) == [[ID, HOST]]
    assert stage.answers == [CorrectAsked(HOST, outcome=DONE)]


def test_only_what_is_possible_is_offered(stage: SinglePage) -> None:
    stage.context.answers[visit_list.read_options] = CorrectionOptions(VISIT, came_in_elsewhere=True)
    stage.open("correct_visit", BACK_TO_VISIT)

    assert stage.tappable() & ACTIONS == {"count"}
    assert "They came in at another screen: correct their phones there." in stage.texts()


def test_a_visit_that_has_gone_leads_back_to_the_list(stage: SinglePage) -> None:
    stage.context.ask = answer_with_none  # type: ignore[method-assign]
    stage.open("correct_visit", BACK_TO_VISIT)

    assert stage.answers == [CorrectAsked(HOST, outcome=VisitChanged())]


def answer_with_none(_: object, *__: object, then: Callable[[object], None], **___: object) -> None:
    then(None)


def test_a_party_is_counted_anew(stage: SinglePage) -> None:
    stage.context.answers[corrections.correct_counts] = DONE
    stage.open("correct_count", CountAsked(HOST, OPTIONS))

    stage.tap("people_plus")
    stage.tap("phones_plus")
    stage.tap("kept_minus")
    stage.tap("save")

    assert stage.carried(corrections.correct_counts) == [[ID, PartyCounts(4, 3, 0), HOST]]
    assert stage.answers == [VisitAsked(HOST, ID, DONE)]


def test_a_party_has_no_more_phones_than_people(stage: SinglePage) -> None:
    stage.context.answers[corrections.correct_counts] = DONE
    stage.open("correct_count", CountAsked(HOST, OPTIONS))

    stage.tap("people_minus")
    assert (stage.page.people, stage.page.phones, stage.page.kept_phones) == (2, 2, 0)
    stage.tap("kept_plus")
    assert (stage.page.phones, stage.page.kept_phones) == (1, 1)
    stage.tap("phones_plus")

    assert (stage.page.phones, stage.page.kept_phones) == (2, 0)


@pytest.mark.parametrize(
    ("page", "argument"), [("correct_count", CountAsked(HOST, OPTIONS)), ("correct_split", SplitAsked(HOST, OPTIONS))]
)
def test_counts_are_still_there_after_another_language(stage: SinglePage, page: str, argument: object) -> None:
    stage.open(page, argument)
    stage.tap("people_plus")
    stage.tap("phones_plus")
    counts, limit = stage.page.save_state(), stage.page.most_phones

    stage.open(page, argument)
    stage.page.restore_state(counts)

    assert (stage.page.save_state(), stage.page.most_phones) == (counts, limit)


def test_phones_that_are_fixed_stay_as_they_are(stage: SinglePage) -> None:
    stage.open("correct_count", CountAsked(HOST, replace(OPTIONS, least_phones=2, most_phones=2)))

    for key in ("phones_plus", "phones_minus", "people_minus", "people_minus", "people_minus"):
        stage.tap(key)

    assert (stage.page.people, stage.page.phones, stage.page.kept_phones) == (2, 2, 0)


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (SessionFull(0, 0), "Every place is taken"),
        (NoPouch(0), "The pouches are all out."),
        (NoPouch(0, "locker"), "The lockers are all taken."),
    ],
)
def test_a_count_that_does_not_fit_says_why(stage: SinglePage, outcome: object, text: str) -> None:
    stage.context.answers[corrections.correct_counts] = outcome
    stage.open("correct_count", CountAsked(HOST, OPTIONS))

    stage.tap("save")

    assert text in stage.texts() and not stage.answers


def test_a_wrong_pouch_is_exchanged_for_a_free_one(stage: SinglePage) -> None:
    stage.context.answers[corrections.exchange_number] = DONE
    stage.open("correct_pouch", NumbersAsked(HOST, OPTIONS))

    stage.tap("number_15")
    stage.tap("free")

    assert stage.carried(corrections.exchange_number) == [[ID, 15, None, HOST]]
    assert stage.answers == [VisitAsked(HOST, ID, DONE)]


def test_a_number_is_typed_and_refused_where_it_is_not_free(stage: SinglePage) -> None:
    stage.open("correct_pouch", NumbersAsked(HOST, replace(OPTIONS, movable=(14,))))
    stage.tap("type")

    for number, outcome, text in (
        (21, NumberTaken(21), "Somebody has 21 already. Try another one."),
        (99, NumberElsewhere(99), "This screen can’t give 99. Try another one."),
        (16, NoPouch(0), "The pouches are all out."),
    ):
        stage.context.answers[corrections.exchange_number] = outcome
        stage.type(str(number))
        stage.tap("check")
        assert text in stage.texts()

    assert stage.carried(corrections.exchange_number) == [[ID, 14, number, HOST] for number in (21, 99, 16)]
    stage.tap("back")
    assert {"free", "type"} <= stage.tappable()
    stage.tap("back")
    assert stage.answers == [BACK_TO_VISIT]


def test_a_time_of_leaving_is_chosen_and_what_is_back(stage: SinglePage) -> None:
    stage.context.answers[unseen_departures.check_out_unseen] = DONE
    stage.open("correct_time", TimeAsked(HOST, OPTIONS))
    assert "just now" in stage.texts()
    stage.tap("earlier")
    stage.tap("earlier")
    assert {"18:42", "about 30 min ago"} <= set(stage.texts().split("\n"))
    stage.tap("later")

    stage.tap("go_on")
    stage.tap("stow")
    stage.tap("save")

    departure = Departure(NOW - QUARTER, phones_back=True, stow_back=False)
    assert stage.carried(unseen_departures.check_out_unseen) == [[ID, departure, HOST]]
    assert stage.answers == [CorrectAsked(HOST, outcome=DONE)]


def test_nothing_is_asked_of_a_party_without_phones(stage: SinglePage) -> None:
    stage.open("correct_time", TimeAsked(HOST, replace(OPTIONS, visit=OTHER)))

    stage.tap("go_on")

    assert len(stage.carried(unseen_departures.check_out_unseen)) == 1


def test_a_part_of_a_party_says_which_pouch_it_brings(stage: SinglePage) -> None:
    stage.context.answers[unseen_departures.split] = DONE
    stage.open("correct_split", SplitAsked(HOST, OPTIONS))

    stage.tap("go_on")
    stage.tap("number_14")
    stage.tap("number_15")
    stage.tap("save")
    assert not stage.answers, "two pouches for one phone"
    stage.tap("number_14")
    stage.tap("save")

    assert stage.carried(unseen_departures.split) == [[ID, PartOfParty(1, 1, 0, (15,)), HOST]]
    assert stage.answers == [VisitAsked(HOST, ID, DONE)]


def test_all_phones_leave_with_all_pouches(stage: SinglePage) -> None:
    stage.open("correct_split", SplitAsked(HOST, OPTIONS))

    stage.tap("people_plus")
    stage.tap("phones_plus")
    stage.tap("go_on")

    assert stage.carried(unseen_departures.split) == [[ID, PartOfParty(2, 2, 0, (14, 15)), HOST]]


def test_phones_in_a_shared_locker_leave_it_to_the_others(stage: SinglePage) -> None:
    locker = replace(OPTIONS, visit=replace(VISIT, stow="locker", numbers=(3,)))
    stage.open("correct_split", SplitAsked(HOST, locker))

    stage.tap("go_on")

    assert stage.carried(unseen_departures.split) == [[ID, PartOfParty(1, 1, 0), HOST]]
