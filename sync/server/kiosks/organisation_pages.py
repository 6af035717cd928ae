"""The page of the organisation: its name, which papers for others show."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.errors import UserError
from sync.server.auth.account_scope import require_everywhere
from sync.server.auth.scope import Permission
from sync.server.auth.signed_in import SignedIn, SignedInDep
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import repository as kiosk_repository
from sync.server.organisation import MAX_NAME, read_organisation, rename_organisation
from sync.server.web.forms import FormDep
from sync.server.web.i18n import say
from sync.server.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/organisation")
def show_organisation(request: Request, services: ServicesDep, by: SignedInDep) -> Response:
    stored_name = read_organisation(services.store).name or ""
    return _page(services, by, stored_name, is_saved=request.query_params.get("done") == "saved")


@router.post("/organisation")
def rename(services: ServicesDep, by: SignedInDep, form: FormDep) -> Response:
    require_everywhere(by.scope, Permission.MANAGE)
    name = form.get("name", "")
    try:
        rename_organisation(services.store, name)
    except UserError:
        error = say(
            "An organisation’s name has at most {number} letters, all of which can be printed.", number=MAX_NAME
        )
        return _page(services, by, name, error)
    return RedirectResponse("/organisation?done=saved", 303)


def _page(services: Services, by: SignedIn, name: str, error: str = "", *, is_saved: bool = False) -> Response:
    return page(
        "organisation.html",
        400 if error else 200,
        here="venues",
        account=by.account,
        venues=kiosk_repository.venues(services.store, by.scope),
        kiosks=kiosk_repository.kiosks(services.store, by.scope),
        name=name,
        longest=MAX_NAME,
        errors={"name": error} if error else {},
        is_saved=is_saved,
        may_change=by.scope.allows_everywhere(Permission.MANAGE),
    )
