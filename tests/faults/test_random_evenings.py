"""Whole evenings at a real window by a hand that touches at random: after every act the books balance."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.support import ledger_invariants
from tests.support.kiosk_process import KioskProcess, running_kiosk
from tests.support.random_hand import RandomHand
from tests.support.soak import figure, times
from tests.support.visitor import Host

ACTS = times(60, 3_000)
SEEDS = range(times(1, 8))
PANELS = ["480x800", "800x480", "1280x800"]
LIMIT = 30  # places of the usual session


def assert_balanced(kiosk: KioskProcess) -> None:
    """Rows are what the entries add up to; each phone and each number is in one place; nobody has fallen out."""
    ledger_invariants.assert_adds_up(kiosk.ledger)
    visits = [visit for visit in kiosk.ledger.visits() if visit.checked_in is not None and not visit.voided]
    for visit in visits:
        out = visit.phones - visit.phones_back - visit.phones_lost if visit.on_break else 0
        assert min(visit.phones_back, visit.phones_lost, visit.phones_here) >= 0, visit
        assert visit.phones == visit.phones_back + out + visit.phones_here + visit.phones_lost, visit
        assert 0 <= visit.kept <= visit.party_size, visit
    held = Counter((visit.stow, number) for visit in visits for number in visit.held)
    assert not [number for number, count in held.items() if count > 1], held
    for session in kiosk.ledger.open_sessions():
        seated = [visit for visit in visits if visit.session == session.id and visit.is_in and not visit.over_capacity]
        people = sum(visit.party_size for visit in seated)
        assert session.capacity is None or people <= max(session.capacity, LIMIT), session


def assert_shown_figures_are_true(kiosk: KioskProcess) -> None:
    """The board of the only session shows the people, phones and those on a break that the rows add up to."""
    sessions = kiosk.ledger.open_sessions()
    screen = kiosk.wait(3)
    if screen.page != "board" or len(sessions) != 1 or "close" not in screen.keys:
        return
    visits = [visit for visit in kiosk.ledger.present() if visit.session == sessions[0].id]
    people = sum(visit.party_size for visit in visits if not visit.on_break)
    on_break = sum(visit.party_size for visit in visits if visit.on_break)
    phones = sum(visit.phones_here for visit in visits)
    shown = Counter(text for text in screen.texts if text.isdecimal())
    kept = sum(visit.kept for visit in visits if not visit.on_break)  # in the zone
    expected = Counter(map(str, (people, on_break, phones, kept)))
    assert expected <= shown, (people, on_break, phones, screen.texts)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_evening_at_random_keeps_the_books(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    size = random.choice(PANELS)
    with running_kiosk(tmp_path, size, "en", "light", lockers=2) as kiosk:
        Host(kiosk, "en").starts()
        hand = RandomHand(kiosk, random)
        try:
            for _ in range(ACTS):
                hand.act()
                assert_balanced(kiosk)
                if kiosk.look().page == "board":
                    assert_shown_figures_are_true(kiosk)
        except BaseException:
            print(f"seed {seed}, {size}:", *hand.trail, sep="\n  ")
            raise
        figure(f"random evenings: {ACTS:,} acts at a window of {size}, {len(kiosk.ledger.visits()):,} visits")
