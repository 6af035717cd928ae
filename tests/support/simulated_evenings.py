"""Evenings at a venue: visitors and hosts at several kiosks that sync now and then, and what is really where.

The kiosks' services, ledgers and allocation and the server's side are the real ones; the venue (which pouch is on the
shelf, who has which phone) is simulated, and hosts say what they see in it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from kiosk.rules.slips import Slip
from kiosk.services import closeout, night, occupancy, sessions, visits
from kiosk.services.context import KioskContext, VenueProfile
from kiosk.services.records.closeout_records import NOTES, Clearing, ClearingAct, OpenItem
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.visitor_records import CameBack, CheckedIn, CheckedOut, CheckInRequest, SteppedOut
from sync.domain.visit import Visit
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from tests.support.simulated_allocation import LOCKERS, POUCHES, SimulatedKiosk, SimulatedVenue

ZONE = ZoneInfo("UTC")
OPEN_HOURS = Template("Open hours", "open_hours", minutes=180, capacity=None)
UNTIL_LATE = Template("Until late", "open_hours", minutes=None, capacity=None)
DAY_MINUTES = 24 * 60
SHELF, LOST = "shelf", "lost"


@dataclass
class Party:
    """A party: its phones by slot (a pouch's number, or a place from -1 down without one), each ``in``, ``out`` with
    its owner on a break, ``back`` with its owner for good, or ``lost``.
    """

    visit: UUID
    slip: str
    code: str
    numbers: tuple[int, ...]
    phones: dict[int, str]

    def move(self, before: str, after: str) -> None:
        self.phones = {slot: after if place == before else place for slot, place in self.phones.items()}

    def count(self, *places: str) -> int:
        return sum(place in places for place in self.phones.values())


@dataclass
class SimulatedEvenings:
    """The house, and the kiosks of ``venue`` in it."""

    venue: SimulatedVenue
    pouches: dict[int, object] = field(default_factory=lambda: dict.fromkeys(range(1, POUCHES + 1), SHELF))
    parties: dict[UUID, Party] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hosts = {kiosk.id: HostSession(uuid4()) for kiosk in self.venue.kiosks}
        latest = max(clock(kiosk.ledger).read().at for kiosk in self.venue.kiosks)
        for kiosk in self.venue.kiosks:  # their databases have been used by fewer kiosks before
            clock(kiosk.ledger).jump(latest - clock(kiosk.ledger).read().at)
        self.sync_all()

    def step(self, kiosk: SimulatedKiosk, action: int, n: int) -> None:
        ACTIONS[action % len(ACTIONS)](self, kiosk, n)
        self.pass_time(1 + n % 7)

    def context(self, kiosk: SimulatedKiosk) -> KioskContext:
        profile = VenueProfile(
            venue="Mill",
            zone=kiosk.zone,
            time_zone=ZONE,
            pouches=POUCHES,
            shelf="",
            reach=None,
            paired=True,
            templates=(OPEN_HOURS, UNTIL_LATE),
            lockers=LOCKERS,
        )
        return KioskContext(kiosk.ledger, profile, kiosk.allocation)

    def pass_time(self, minutes: float) -> None:
        for kiosk in self.venue.kiosks:
            clock(kiosk.ledger).move(minutes)

    # visitors

    def come_in(self, kiosk: SimulatedKiosk, n: int) -> None:
        """Every pouch that a kiosk promises is on the shelf."""
        context, phones = self.context(kiosk), 1 + n % 2
        live = occupancy.read_occupancy(context).sessions
        if not live:
            self.open(kiosk, n)
            return
        request = CheckInRequest(phones, phones, 0, stow="none" if n % 5 == 0 else "pouch")
        answer = visits.check_in(context, replace(request, session=live[n % len(live)].id))
        if not isinstance(answer, CheckedIn):
            return
        assert {self.pouches[number] for number in answer.numbers} <= {SHELF}, f"{answer.numbers} promised twice"
        self.pouches |= dict.fromkeys(answer.numbers, answer.visit)
        slots = answer.numbers or tuple(range(-1, -1 - phones, -1))
        self.parties[answer.visit] = Party(
            answer.visit, answer.slip, answer.code, answer.numbers, dict.fromkeys(slots, "in")
        )

    def leave(self, kiosk: SimulatedKiosk, n: int) -> None:
        """A party leaves at any kiosk, or comes late: with the slip, or where the visit is known with the code."""
        party = self._party(n, "in", "out")
        if party is None or party.count("lost") or any(self.pouches[number] == LOST for number in party.numbers):
            return  # whose phone or pouch is lost talks to the host
        context = self.context(kiosk)
        is_known = kiosk.ledger.visit(party.visit) is not None
        if n % 2 and is_known and self._is_findable(kiosk, party):
            answer = visits.check_out(context, party.code)
        else:
            answer = visits.process_slip(context, Slip((party.slip,)))
        if isinstance(answer, CameBack):
            party.move("out", "in")
        elif isinstance(answer, CheckedOut):
            party.phones = dict.fromkeys(party.phones, "back")
            self._return_pouches(party)

    def step_out_or_back(self, kiosk: SimulatedKiosk, n: int) -> None:
        party = self._party(n, "in", "out")
        if party is None or not self._is_findable(kiosk, party):
            return
        answer = visits.toggle_break(self.context(kiosk), party.code)
        if isinstance(answer, SteppedOut):
            party.move("in", "out")
        elif isinstance(answer, CameBack):
            party.move("out", "in")

    def _party(self, n: int, *places: str) -> Party | None:
        """A party with a phone in one of these places."""
        parties = [party for party in self.parties.values() if party.count(*places)]
        return parties[n % len(parties)] if parties else None

    def _is_findable(self, kiosk: SimulatedKiosk, party: Party) -> bool:
        visits_with_code = [visit for visit in kiosk.presence().visits if visit.code == party.code]
        return [visit.id for visit in visits_with_code] == [party.visit]

    def _return_pouches(self, party: Party) -> None:
        for number, place in self.pouches.items():
            if place == party.visit:
                self.pouches[number] = SHELF

    # hosts

    def open(self, kiosk: SimulatedKiosk, n: int) -> None:
        context = self.context(kiosk)
        if len(occupancy.read_occupancy(context).sessions) < 3:
            sessions.open_session(context, (OPEN_HOURS, UNTIL_LATE)[n % 2], self.hosts[kiosk.id], another=True)

    def close(self, kiosk: SimulatedKiosk, n: int) -> None:
        context = self.context(kiosk)
        if live := occupancy.read_occupancy(context).sessions:
            sessions.close_session(context, live[n % len(live)].id, self.hosts[kiosk.id])

    def clear(self, kiosk: SimulatedKiosk, n: int) -> None:
        """A host clears one thing of the list, as it really is."""
        items = closeout.read_items(self.context(kiosk))
        listed = (*items.to_clear, *items.lost)
        if listed:
            self._clear(kiosk, listed[n % len(listed)], n)

    def _clear(self, kiosk: SimulatedKiosk, item: OpenItem, n: int) -> None:
        party = self.parties[item.visit]
        slots = [slot for slot in party.phones if slot == item.number or (item.number is None and slot < 0)]
        choices = self._true_acts(item, party, slots)
        if not choices:
            return
        act = choices[n % len(choices)]
        self._carry_out(act, item, party, slots)
        note = NOTES[n % 4] if act == "left_behind" else None
        closeout.clear(self.context(kiosk), Clearing(item, act, note), self.hosts[kiosk.id])

    def _true_acts(self, item: OpenItem, party: Party, slots: list[int]) -> list[ClearingAct]:
        """What a host may say who looks. What is gone from the list's place has been fetched or brought back at another
        kiosk; a pouch that is in use again may be taken for lost.
        """
        phone, pouch = {party.phones[slot] for slot in slots}, self.pouches.get(item.number or 0)
        possible: dict[ClearingAct, bool] = {
            "all_back": phone <= {"in", "back"} and pouch != LOST,
            "phone_back": phone <= {"in", "back", "out"},
            "stow_back": pouch != LOST,
            "left_behind": phone == {"in"},
            "phone_lost": phone == {"in"},
            "stow_lost": True,
            "phone_found": phone == {"lost"},
            "stow_found": True,
        }
        return [act for act in closeout.acts(item) if possible[act]]

    def _carry_out(self, act: ClearingAct, item: OpenItem, party: Party, slots: list[int]) -> None:
        """What happens at the venue."""
        number = item.number or 0
        is_here = {party.phones[slot] for slot in slots} == {"in"}
        if act in {"all_back", "phone_back"}:
            party.phones |= dict.fromkeys(slots, "back")
        if act == "phone_lost" and is_here:
            party.phones |= dict.fromkeys(slots, "lost")
        if act == "phone_found":
            party.phones |= dict.fromkeys(slots, "in")
        if act in {"all_back", "stow_back"} and self.pouches.get(number) == party.visit:
            self.pouches[number] = SHELF
        if act == "stow_lost" and self.pouches.get(number) == party.visit:
            self.pouches[number] = LOST
        if act == "stow_found" and self.pouches.get(number) in {LOST, party.visit}:
            self.pouches[number] = SHELF

    def night(self, kiosk: SimulatedKiosk, _: int) -> None:
        """The day ends; this kiosk is on."""
        now = datetime.fromtimestamp(clock(kiosk.ledger).read().at / 1000, UTC)
        self.pass_time(DAY_MINUTES - (now.hour * 60 + now.minute) + 5.5 * 60)
        night.close_ended_days(self.context(kiosk))

    # between kiosks

    def sync(self, kiosk: SimulatedKiosk, _: int = 0) -> None:
        self.venue.exchange(kiosk)

    def restart(self, kiosk: SimulatedKiosk, n: int) -> None:
        """At the start it looks whether a day has ended."""
        kiosk.restart()
        if n % 2:
            clock(kiosk.ledger).reboot()
        night.close_ended_days(self.context(kiosk))

    def sync_all(self) -> None:
        for _ in range(3):
            for kiosk in self.venue.kiosks:
                self.sync(kiosk)

    # the books

    def assert_every_ledger_adds_up(self) -> None:
        """Phones stowed = handed back + out on a break + still here + lost, in each visit's row."""
        for ledger in [self.venue.server, *(kiosk.ledger for kiosk in self.venue.kiosks)]:
            for visit in ledger.visits():
                if visit.checked_in is not None:
                    out = visit.phones - visit.phones_back - visit.phones_lost if visit.on_break else 0
                    assert min(visit.phones_back, visit.phones_lost, visit.phones_here) >= 0, visit
                    assert visit.phones == visit.phones_back + out + visit.phones_here + visit.phones_lost, visit

    def assert_books_agree_with_the_house(self) -> None:
        """After everybody has synced: each phone is where the books say, and what is not on the shelf is held."""
        rows = {visit.id: visit for visit in self.venue.server.visits()}
        for kiosk in self.venue.kiosks:
            assert {visit.id: visit for visit in kiosk.ledger.visits()} == rows
        for party in self.parties.values():
            self._assert_agrees(party, rows[party.visit])
        held = {number for visit in rows.values() for number in visit.held}
        assert {number for number, place in self.pouches.items() if place != SHELF} <= held

    def _assert_agrees(self, party: Party, visit: Visit) -> None:
        out = visit.phones - visit.phones_back - visit.phones_lost if visit.on_break else 0
        counts = (visit.phones_here, visit.phones_lost, visit.phones_back + out)
        assert counts == (party.count("in"), party.count("lost"), party.count("back", "out")), (party, visit)

    def end(self) -> None:
        """Everybody fetches what is left, and hosts clear the rest: every pouch can be promised again."""
        self.night(self.venue.kiosks[0], 0)
        self.sync_all()
        self.night(self.venue.kiosks[-1], 0)
        self.sync_all()
        kiosk = self.venue.kiosks[0]
        for _ in range(4):  # found, then handed back, then the pouch
            items = closeout.read_items(self.context(kiosk))
            for item in (*items.to_clear, *items.lost):
                party = self.parties[item.visit]
                slots = [slot for slot in party.phones if slot == item.number or (item.number is None and slot < 0)]
                act = self._last_act(item, party, slots)
                self._carry_out(act, item, party, slots)
                closeout.clear(self.context(kiosk), Clearing(item, act), self.hosts[kiosk.id])
        self.sync_all()
        self.assert_books_agree_with_the_house()
        assert closeout.read_figures(self.context(kiosk)).is_clear
        assert set(self.pouches.values()) == {SHELF}
        assert not any(visit.outstanding for visit in self.venue.server.visits())

    def _last_act(self, item: OpenItem, party: Party, slots: list[int]) -> ClearingAct:
        wanted: tuple[ClearingAct, ...] = ("phone_found", "all_back", "phone_back", "stow_found", "stow_back")
        possible = closeout.acts(item)
        return next(act for act in wanted if act in possible)


def clock(ledger: Ledger) -> ManualClock:
    """The ledger's clock, which is set by hand."""
    assert isinstance(ledger.clock, ManualClock)
    return ledger.clock


ACTIONS: list[Callable[[SimulatedEvenings, SimulatedKiosk, int], None]] = [
    SimulatedEvenings.come_in,
    SimulatedEvenings.come_in,
    SimulatedEvenings.come_in,
    SimulatedEvenings.leave,
    SimulatedEvenings.leave,
    SimulatedEvenings.step_out_or_back,
    SimulatedEvenings.open,
    SimulatedEvenings.close,
    SimulatedEvenings.clear,
    SimulatedEvenings.clear,
    SimulatedEvenings.clear,
    SimulatedEvenings.night,
    SimulatedEvenings.sync,
    SimulatedEvenings.sync,
    SimulatedEvenings.restart,
]
