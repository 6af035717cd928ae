"""The forms that plan, change and cancel the sessions of a venue."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.domain.events import SeriesSet, SessionPlanned
from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.server.kiosks import naming, plan_readings
from sync.server.planning import doubts, form, service, week, words
from sync.server.planning.desk import ManagedDesk, PlanningDesk, ViewedDesk
from sync.server.planning.form import Planned, PlannedRow, ReadForm
from sync.server.planning.week import PlannedItem
from sync.server.web.days import NotADay, read_day
from sync.server.web.forms import FormDep
from sync.server.web.i18n import later, say
from sync.server.web.problems import Problem
from sync.server.web.venue_time import day_of
from sync.server.web.words import day_words, full_day_words, sentence, weekday_words

router = APIRouter(include_in_schema=False)

SCOPES = ("this", "later", "all")
GONE = later("That session is not planned any more. The page of the week shows those that are.")
CHANGED = later(
    "Somebody has changed it since you opened this page. Below is what you wrote; send it again to plan it so."
)


@dataclass(frozen=True)
class Filled:
    """A form as it is shown: what was written, what is wrong with it, and what has to be confirmed."""

    fields: Mapping[str, str]
    read: ReadForm = field(default_factory=lambda: ReadForm(None))
    questions: Sequence[str] = ()
    note: str = ""

    @property
    def status(self) -> int:
        """Of the response: 400 where it was not accepted."""
        return 400 if self.read.errors or self.questions or self.note else 200


@router.get("/plan/{venue}/new")
def show_new(request: Request, desk: ManagedDesk) -> Response:
    day = desk.today
    with suppress(NotADay):
        day = max(read_day(request.query_params.get("day", "")), day)
    fields = {**form.new_fields(desk.zones, day), **_copied(desk, request), "id": str(uuid7(desk.services.now))}
    return _show_form(desk, Filled(fields))


def _copied(desk: PlanningDesk, request: Request) -> dict[str, str]:
    """The fields of the session that is to be planned again; none where no such one is asked for."""
    session = _read_id(request.query_params.get("like", ""))
    item = session and _look_up(desk, session, _read_day(request.query_params.get("of_day", "")))
    fields = form.fields_of(item, desk.venue) if item else {}
    names = ("title", "kind", "zone", "start", "end", "capacity", "rhythm", "practice")
    copied = {name: fields[name] for name in names if name in fields}
    if item and day_of(item.start, desk.clock) >= desk.today:
        copied |= {name: fields[name] for name in ("day", "end_day") if name in fields}
    return copied


@router.post("/plan/{venue}/new")
def plan_new(desk: ManagedDesk, fields: FormDep) -> Response:
    new_id = _read_id(fields.get("id", "")) or uuid7(desk.services.now)
    if (done := _made_before(desk, new_id)) is not None:
        return done
    read = form.read_form(fields, desk.venue, desk.zones)
    filled = Filled({**fields, "id": str(new_id)}, read)
    if read.planned is None:
        return _show_form(desk, filled)
    if questions := _unconfirmed(desk, fields, read.planned, None, new_id):
        return _show_form(desk, Filled(filled.fields, read, questions))
    try:
        _record_new(desk, read.planned, new_id)
    except UserError as error:
        return _show_form(desk, Filled(filled.fields, _refused(error)))
    return RedirectResponse(desk.address(_first_day(desk, read.planned)), 303)


def _record_new(desk: PlanningDesk, planned: Planned, new_id: UUID) -> None:
    ledger, actor = desk.services.ledger, desk.account.id
    if isinstance(planned, SeriesSet):
        service.plan_series(ledger, desk.venue, planned, new_id, actor)
    elif isinstance(planned, PlannedRow):
        service.plan_row(ledger, desk.venue, planned.sessions, new_id, actor)
    else:
        service.plan(ledger, desk.venue.id, planned, new_id, actor)


def _refused(error: UserError) -> ReadForm:
    """A plan that is refused as a whole is refused because of its day."""
    reason = error.reason if isinstance(error, service.ImpossiblePlan) else str(error)
    return ReadForm(None, {"day": sentence(reason)})


def _first_day(desk: PlanningDesk, planned: Planned) -> date:
    if isinstance(planned, PlannedRow):
        return day_of(planned.sessions[0].planned_start, desk.clock)
    if isinstance(planned, SessionPlanned):
        return day_of(planned.planned_start, desk.clock)
    return max(planned.first_day or desk.today, desk.today)


@router.get("/plan/{venue}/{session}")
def show_item(session: UUID, request: Request, desk: ViewedDesk) -> Response:
    item = _find(desk, session, request.query_params.get("day", ""))
    fields = {**form.fields_of(item, desk.venue), **_hidden_fields(desk, item)}
    return _show_form(desk, Filled(fields), item)


@router.post("/plan/{venue}/{session}")
def change_item(session: UUID, desk: ManagedDesk, fields: FormDep) -> Response:
    if (done := _made_before(desk, _read_id(fields.get("id", "")))) is not None:
        return done
    item = _find(desk, session, fields.get("of_day", ""))
    if not item.is_to_come:
        raise Problem(409, say(words.UNCHANGEABLE[item.state], title=item.title))
    chosen = fields.get("scope", "") if item.series or item.row else "this"
    if chosen not in SCOPES:
        chosen = "this"
    is_weekly = chosen != "this" and item.series is not None
    typed = {**fields, "scope": chosen, "repeats": "weekly" if is_weekly else "once"}
    read = form.read_form(typed, desk.venue, desk.zones, item)
    hidden = _hidden_fields(desk, item)
    shown = {**typed, "id": str(_read_id(fields.get("id", "")) or hidden["id"])}
    if read.planned is None:
        return _show_form(desk, Filled(shown, read), item)
    if fields.get("seen") != hidden["seen"]:
        if _is_planned_so(item, read.planned):  # sent twice
            return RedirectResponse(desk.address(_first_day(desk, read.planned)), 303)
        return _show_form(desk, Filled({**shown, "seen": hidden["seen"]}, read, note=say(CHANGED)), item)
    if questions := _unconfirmed(desk, fields, read.planned, item, item.id):
        return _show_form(desk, Filled(shown, read, questions), item)
    try:
        _record_change(desk, item, chosen, read.planned, UUID(shown["id"]))
    except UserError as error:
        return _show_form(desk, Filled(shown, _refused(error)), item)
    return RedirectResponse(desk.address(_first_day(desk, read.planned)), 303)


def _record_change(desk: PlanningDesk, item: PlannedItem, chosen: str, planned: Planned, new_id: UUID) -> None:
    ledger, actor = desk.services.ledger, desk.account.id
    if isinstance(planned, SessionPlanned) and chosen != "this" and item.row:
        service.change_row(ledger, desk.venue, item, planned, actor)
    elif isinstance(planned, SessionPlanned):
        service.change_session(ledger, desk.venue, item, planned, actor)
    elif isinstance(planned, SeriesSet) and item.series is not None and item.day is not None:
        if chosen == "all":
            whole = service.with_first_day(planned, item.series.first_day)
            service.change_series(ledger, desk.venue, item.series, whole, actor)
        else:
            service.change_later(ledger, desk.venue, item.series, item.day, planned, series_id=new_id, actor=actor)


def _made_before(desk: PlanningDesk, new_id: UUID | None) -> Response | None:
    """The response where a form has made what has this id already: it was sent twice."""
    if new_id is None:
        return None
    with desk.services.store.reading() as connection:
        is_made = plan_readings.statements(connection, desk.venue.id, [new_id])
        if not is_made and not week.row_sessions(connection, desk.venue.id, new_id):
            return None
    return RedirectResponse(desk.address(desk.today), 303)


def _is_planned_so(item: PlannedItem, planned: Planned) -> bool:
    if isinstance(planned, SessionPlanned):
        compared = ("title", "session_kind", "zone", "capacity", "rhythm")
        is_same = all(getattr(item, name) == getattr(planned, name) for name in compared)
        is_same = is_same and item.is_practice == (planned.practice is True)
        return is_same and (item.start, item.end) == (planned.planned_start, planned.planned_end)
    series = item.series
    if series is None or isinstance(planned, PlannedRow):
        return False
    of_times = ("first_day", "skipped_days")
    names = tuple(name for name in SeriesSet.__struct_fields__ if name not in of_times)
    setting = service.setting(series)
    return all(getattr(setting, name) == getattr(planned, name) for name in names)


@router.get("/plan/{venue}/{session}/cancel")
def confirm_cancel(session: UUID, request: Request, desk: ManagedDesk) -> Response:
    item = _find(desk, session, request.query_params.get("day", ""))
    return _show_cancel(desk, item)


def _show_cancel(desk: PlanningDesk, item: PlannedItem) -> Response:
    day = day_of(item.start, desk.clock)
    return desk.show(
        "plan_cancel.html",
        item=item,
        zone=desk.zone_name(item.zone),
        when=f"{day_words(day, desk.today)}, {words.item_times(item, desk.clock, day)}",
        address=desk.item_address(item),
        back=desk.address(day),
    )


@router.post("/plan/{venue}/{session}/cancel")
def cancel_item(session: UUID, desk: ManagedDesk, fields: FormDep) -> Response:
    day = _read_day(fields.get("of_day", ""))
    item = _look_up(desk, session, day)
    chosen = fields.get("scope", "this")
    back = RedirectResponse(desk.address(day_of(item.start, desk.clock) if item else day or desk.today), 303)
    if item is None or (item.state in ("cancelled", "left_out") and chosen == "this"):
        return back  # it was cancelled before
    ledger, scope, actor = desk.services.ledger, desk.scope, desk.account.id
    try:
        if chosen == "all" and item.series:
            service.end_series(ledger, scope, desk.venue, item.series, actor)
        elif chosen == "later" and item.series and item.day:
            service.cancel_later(ledger, scope, desk.venue, item.series, item.day, actor=actor)
        elif chosen in ("later", "all") and item.row:
            service.cancel_row(ledger, scope, desk.venue, item, actor)
        else:
            service.cancel_item(ledger, scope, desk.venue, item, actor=actor)
    except UserError as error:
        raise Problem(409, sentence(str(error))) from error
    return back


def _unconfirmed(
    desk: PlanningDesk,
    fields: Mapping[str, str],
    planned: Planned,
    item: PlannedItem | None,
    own_id: UUID,
) -> Sequence[str]:
    """The questions that the form has not confirmed."""
    now, zone = desk.services.now, desk.clock
    if isinstance(planned, SeriesSet):
        questions = doubts.of_series(planned, desk.today)
    else:
        first = planned.sessions[0] if isinstance(planned, PlannedRow) else planned
        questions = doubts.of_session(first, zone, now)
    own_series = {own_id, *([item.series.id] if item and item.series else [])}
    with desk.services.store.reading() as connection:
        items = week.read_items(connection, desk.venue, *doubts.compared_time(planned, zone, desk.today), now)
    others = [
        other
        for other in items
        if other.id != own_id
        and not (isinstance(planned, SeriesSet) and other.series is not None and other.series.id in own_series)
    ]
    questions += doubts.of_overlaps(planned, others, zone, desk.today)
    return [] if fields.get("sure") and fields.get("sure") == doubts.digest(questions) else questions


def _show_form(desk: PlanningDesk, filled: Filled, item: PlannedItem | None = None) -> Response:
    values: dict[str, object] = {"when": "", "known": [], "address": "", "repeats": "", "itself": ""}
    if item is not None:
        day = day_of(item.start, desk.clock)
        values = {
            "when": f"{day_words(day, desk.today)}, {words.item_times(item, desk.clock, day)}",
            "known": _known(desk, item),
            "address": desk.item_address(item),
            "repeats": _repeats(desk, item),
            "itself": words.itself_words(item.series) if item.series else "",
        }
    day = _read_day(filled.fields.get("day", "")) or desk.today
    return desk.show(
        "plan_form.html",
        filled.status,
        fields=filled.fields,
        errors=filled.read.errors,
        doubled=filled.read.doubled,
        questions=filled.questions,
        sure=doubts.digest(filled.questions),
        note=filled.note,
        item=item,
        zone=desk.zone_name(item.zone) if item else "",
        back=desk.address(day),
        weekdays=[(number, weekday_words(number - 1)) for number in words.ALL_WEEK],
        of_day=item.day if item and item.day else "",
        full_day=full_day_words,
        rhythm_example=form.EXAMPLE,
        **values,
    )


def _repeats(desk: PlanningDesk, item: PlannedItem) -> str:
    """How often it takes place, in words; empty: one time."""
    if item.row is None:
        return words.series_words(item.series) if item.series else ""
    with desk.services.store.reading() as connection:
        return words.row_words(len(week.row_sessions(connection, desk.venue.id, item.row)))


def _known(desk: PlanningDesk, item: PlannedItem) -> list[words.KioskKnowledge]:
    if item.state not in ("planned", "cancelled"):
        return []
    with desk.services.store.reading() as connection:
        subjects = [item.id, *([item.series.id] if item.series else [])]
        statements = plan_readings.statements(connection, desk.venue.id, subjects)
        readings = plan_readings.readings(connection, [kiosk.id for kiosk in desk.kiosks])
    statement = statements.get(item.id) or (statements.get(item.series.id) if item.series else None)
    names = naming.zone_names(desk.kiosks)
    return words.knowledge_words(statement, desk.kiosks_in(item.zone), names, readings, desk.services.now)


def _hidden_fields(desk: PlanningDesk, item: PlannedItem) -> dict[str, str]:
    """The id of a series that the form may make, and which statement about the session it was made from."""
    with desk.services.store.reading() as connection:
        subjects = [item.id, *([item.series.id] if item.series else [])]
        statements = plan_readings.statements(connection, desk.venue.id, subjects).values()
    seen = max((statement.position for statement in statements), default=0)
    return {"id": str(uuid7(desk.services.now)), "seen": str(seen)}


def _find(desk: PlanningDesk, session: UUID, day: str) -> PlannedItem:
    item = _look_up(desk, session, _read_day(day))
    if item is None:
        raise Problem(404, say(GONE))
    return item


def _look_up(desk: PlanningDesk, session: UUID, day: date | None) -> PlannedItem | None:
    with desk.services.store.reading() as connection:
        return week.find_item(connection, desk.venue, session, desk.services.now, day)


def _read_day(text: str) -> date | None:
    try:
        return read_day(text)
    except NotADay:
        return None


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
