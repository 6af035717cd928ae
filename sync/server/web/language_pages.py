"""Takes a reader's choice of the pages' language, for this browser."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.languages import LANGUAGES
from sync.server.dependencies import ServicesDep
from sync.server.web.forms import FormDep
from sync.server.web.i18n import say
from sync.server.web.languages import COOKIE
from sync.server.web.problems import Problem

YEAR_S = 365 * 24 * 60 * 60

router = APIRouter(include_in_schema=False)


@router.post("/language")
def choose(request: Request, services: ServicesDep, form: FormDep) -> Response:
    """Keep the language in a cookie, and show the page again from which it was chosen."""
    language, back = form.get("language", ""), form.get("back", "")
    if language not in LANGUAGES:
        raise Problem(400, say("There is no page in this language."))
    response = RedirectResponse(back if _is_ours(back) else "/today", 303)
    secure = services.settings.is_https
    response.set_cookie(COOKIE, language, YEAR_S, secure=secure, httponly=True, samesite="lax")
    return response


def _is_ours(address: str) -> bool:
    """Whether it is a path on this server: browsers read // and /\\ as the beginning of another host."""
    return address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
