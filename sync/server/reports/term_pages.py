"""The page of the organisation's terms: adding and deleting them."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.server.auth.account_scope import require_everywhere
from sync.server.auth.scope import Permission
from sync.server.auth.signed_in import SignedIn, SignedInDep
from sync.server.dependencies import Services, ServicesDep
from sync.server.reports.terms import MAX_NAME, TermRefused, add_term, read_terms, remove_term
from sync.server.web.days import NotADay, day_order, read_day
from sync.server.web.forms import FormDep
from sync.server.web.i18n import later, say
from sync.server.web.languages import current_reader
from sync.server.web.rendering import page
from sync.server.web.words import sentence

router = APIRouter(include_in_schema=False)

DONE = {
    "added": later("The term is added."),
    "deleted": later("The term is deleted. Figures stay as they are."),
}


@router.get("/terms")
def show_terms(request: Request, services: ServicesDep, by: SignedInDep) -> Response:
    return _page(services, by, done=request.query_params.get("done", ""))


@router.post("/terms")
def add(services: ServicesDep, by: SignedInDep, form: FormDep) -> Response:
    require_everywhere(by.scope, Permission.MANAGE)
    errors: dict[str, str] = {}
    first, last = (_read_day(form, field, errors) for field in ("first", "last"))
    if first is None or last is None:
        return _page(services, by, errors=errors, fields=form)
    try:
        add_term(services.store, form.get("name", ""), first, last, services.now)
    except TermRefused as error:
        return _page(services, by, errors={error.field: str(error)}, fields=form)
    return RedirectResponse("/terms?done=added", 303)


@router.post("/terms/{term_id}/delete")
def delete(term_id: UUID, services: ServicesDep, by: SignedInDep, _form: FormDep) -> Response:
    require_everywhere(by.scope, Permission.MANAGE)
    remove_term(services.store, term_id)
    return RedirectResponse("/terms?done=deleted", 303)


def _read_day(form: dict[str, str], field: str, errors: dict[str, str]) -> date | None:
    try:
        return read_day(form.get(field, ""), day_order(current_reader().tags))
    except NotADay as error:
        errors[field] = sentence(str(error))
        return None


def _page(
    services: Services,
    by: SignedIn,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
    fields: dict[str, str] | None = None,
) -> Response:
    return page(
        "terms.html",
        400 if errors else 200,
        here="venues",
        account=by.account,
        terms=read_terms(services.store)[::-1],
        longest=MAX_NAME,
        done=say(DONE.get(done, "")),
        errors=errors or {},
        fields=fields or {},
        may_change=by.scope.allows_everywhere(Permission.MANAGE),
    )
