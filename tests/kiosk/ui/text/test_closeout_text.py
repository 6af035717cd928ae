"""Texts of the close-out."""

from dataclasses import replace
from uuid import UUID

import pytest

from kiosk.services import closeout
from kiosk.services.records.closeout_records import NOTES, CloseoutFigures, OpenItem
from kiosk.ui.text import closeout_text, phrases

POUCH = OpenItem(UUID(int=1), 14, "pouch", 1, "here", "out")
LOCKER = replace(POUCH, number=7, stow="locker", phones=3)
BARE = OpenItem(UUID(int=1), None, "none", 2, "here", "back")


@pytest.mark.parametrize(
    ("item", "state"),
    [
        (POUCH, "Phone and pouch not back yet"),
        (replace(POUCH, phone="back"), "Pouch not back yet"),
        (replace(POUCH, pouch="back"), "Phone still here"),
        (replace(POUCH, note="in_safe"), "Phone in the safe · Pouch not back yet"),
        (replace(POUCH, pouch="back", note="of_a_later_release"), "Phone still here"),
        (replace(POUCH, phone="lost", pouch="lost"), "Phone lost · Pouch lost"),
        (LOCKER, "Not emptied yet"),
        (replace(LOCKER, phone="back"), "Locker not closed yet"),
        (replace(LOCKER, phone="lost", pouch="lost"), "3 phones lost · Locker out of use"),
        (BARE, "2 not handed back yet"),
    ],
)
def test_the_state_is_said_in_words(item: OpenItem, state: str) -> None:
    assert closeout_text.state(item) == state


def test_every_act_and_note_has_a_text_of_its_own() -> None:
    for item in (POUCH, LOCKER):
        lost = replace(item, phone="lost", pouch="lost")
        texts = [closeout_text.act(act, item.stow) for act in (*closeout.acts(item), *closeout.acts(lost))]
        assert len(set(texts)) == len(texts) == 8
    assert len({closeout_text.note(note) for note in NOTES}) == len(NOTES)


def test_what_is_left_open() -> None:
    assert closeout_text.left_open(CloseoutFigures()) == "Everything is back."
    assert closeout_text.left_open(CloseoutFigures(0, (3,), (1, 2))) == (
        "Pouch 3 is kept aside. Lockers 1, 2 are kept aside."
    )


def test_those_who_have_their_phones_leave_only_the_pouch() -> None:
    assert phrases.giving_back((14,), 0) == "Please leave pouch 14 with us."
    assert phrases.giving_back((7,), 0, "locker") == "Please close locker 7 again."
