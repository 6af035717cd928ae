"""The page of the organisation's terms: adding, changing and deleting them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.server.auth.account_scope import require_everywhere
from sync.server.auth.scope import Permission
from sync.server.auth.signed_in import SignedIn, SignedInDep
from sync.server.dependencies import Services, ServicesDep
from sync.server.reports.terms import MAX_NAME, Term, TermRefused, add_term, change_term, read_terms, remove_term
from sync.server.web.days import NotADay, day_order, read_day
from sync.server.web.forms import FormDep
from sync.server.web.i18n import later, say
from sync.server.web.languages import current_reader
from sync.server.web.problems import Problem
from sync.server.web.rendering import page
from sync.server.web.words import sentence

router = APIRouter(include_in_schema=False)

GONE = later("No term has this number: it was deleted. The page of terms lists those that there are.")
DONE = {
    "added": later("The term is added."),
    "changed": later("The term is changed. Figures stay as they are."),
    "deleted": later("The term is deleted. Figures stay as they are."),
}


@router.get("/terms")
def show_terms(request: Request, services: ServicesDep, by: SignedInDep) -> Response:
    return _page(services, by, done=request.query_params.get("done", ""))


@router.post("/terms")
def add(services: ServicesDep, by: SignedInDep, form: FormDep) -> Response:
    require_everywhere(by.scope, Permission.MANAGE)
    try:
        first, last = _read_days(form)
        add_term(services.store, form.get("name", ""), first, last, services.now)
    except (NotDays, TermRefused) as error:
        return _page(services, by, typed=TypedTerm(None, form, error.errors))
    return RedirectResponse("/terms?done=added", 303)


@router.post("/terms/{term_id}")
def change(term_id: UUID, services: ServicesDep, by: SignedInDep, form: FormDep) -> Response:
    require_everywhere(by.scope, Permission.MANAGE)
    try:
        first, last = _read_days(form)
        change_term(services.store, Term(term_id, form.get("name", ""), first, last))
    except (NotDays, TermRefused) as error:
        return _page(services, by, typed=TypedTerm(term_id, form, error.errors))
    except LookupError as error:
        raise Problem(404, say(GONE)) from error
    return RedirectResponse("/terms?done=changed", 303)


@router.post("/terms/{term_id}/delete")
def delete(term_id: UUID, services: ServicesDep, by: SignedInDep, _form: FormDep) -> Response:
    require_everywhere(by.scope, Permission.MANAGE)
    remove_term(services.store, term_id)
    return RedirectResponse("/terms?done=deleted", 303)


class NotDays(Exception):
    """What was typed is not a first and a last day; ``errors``: by the form's field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True)
class TypedTerm:
    """What was typed and refused; ``term``: the one to change, None: a new one. ``errors``: by the form's field."""

    term: UUID | None
    fields: dict[str, str]
    errors: dict[str, str]


def _read_days(form: dict[str, str]) -> tuple[date, date]:
    """The first and the last day. Raises NotDays."""
    order, days, errors = day_order(current_reader().tags), list[date](), dict[str, str]()
    for field in ("first", "last"):
        try:
            days.append(read_day(form.get(field, ""), order))
        except NotADay as error:
            errors[field] = sentence(str(error))
    if errors:
        raise NotDays(errors)
    first, last = days
    return first, last


def _page(services: Services, by: SignedIn, *, done: str = "", typed: TypedTerm | None = None) -> Response:
    return page(
        "terms.html",
        400 if typed else 200,
        here="venues",
        account=by.account,
        terms=read_terms(services.store)[::-1],
        longest=MAX_NAME,
        done=say(DONE.get(done, "")),
        typed=typed,
        errors=typed.errors if typed else {},
        may_change=by.scope.allows_everywhere(Permission.MANAGE),
    )
