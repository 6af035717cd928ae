"""Sample records of the correction pages."""

from dataclasses import replace
from datetime import timedelta

from samples import ID, NOW

from kiosk.services.records.correction_records import (
    CorrectableVisit,
    Corrected,
    CorrectionOptions,
    LastAct,
    UndoRefused,
    VisitList,
)
from kiosk.services.records.host_records import HostSession

HOST = HostSession(ID)
QUARTER = timedelta(minutes=15)
VISIT = CorrectableVisit(ID, NOW - 5 * QUARTER, "pouch", (14, 15), 3, 2, 1)
VISITS = (
    replace(VISIT, numbers=(21,), party_size=1, phones=1, kept=0, arrived=NOW),
    replace(VISIT, numbers=(), stow="none", phones=0, kept=2, party_size=2, state="on_break"),
    VISIT,
    replace(VISIT, stow="locker", numbers=(3,), state="left", left=NOW - QUARTER),
    replace(VISIT, numbers=(4, 5, 6, 9), party_size=5, state="left_estimated", left=NOW - QUARTER),
)
ACT = LastAct(ID, "left", (ID,), (ID,), VISITS[0])
SPLIT_ACT = LastAct(ID, "split", (ID,), (ID,), VISITS[4])
CLOSING = LastAct(ID, "closed", (ID,), (ID,), title="An evening without phones, with soup")
LIST = VisitList(VISITS, last_act=ACT)
LONG_LIST = VisitList(VISITS * 2, hidden=12, last_act=SPLIT_ACT)
OPTIONS = CorrectionOptions(
    VISIT,
    movable=(14, 15),
    part_phones=2,
    departures=tuple(NOW - place * QUARTER for place in range(6)),
    can_split=True,
    can_void=True,
)
MANY_NUMBERS = tuple(range(11, 32))
LARGE = replace(OPTIONS, visit=replace(VISIT, numbers=MANY_NUMBERS), movable=MANY_NUMBERS, part_phones=21)
LOCKER = replace(OPTIONS, visit=replace(VISIT, stow="locker", numbers=(3,)), movable=(3,))
ENDED = CorrectionOptions(replace(VISITS[3], kept=0), came_in_elsewhere=True)
EXCHANGED = Corrected(VISIT, "pouch", (15,), (16,))
REFUSED = UndoRefused("promised")
