"""The pages of accounts: the list, invitations, links for a new password, removal; and one's own account."""

from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.errors import UserError
from sync.server.auth import accounts, invitations
from sync.server.auth.account_scope import require_everywhere
from sync.server.auth.accounts import SESSION_LIFE_S, Account, LastAccount, ListedAccount, fold_login
from sync.server.auth.current_account import COOKIE, AccountDep, ScopeDep, is_secure, set_secret_cookie
from sync.server.auth.invitations import LoginTaken
from sync.server.auth.passwords import (
    MIN_PASSWORD,
    Busy,
    NotAcceptable,
    check_password,
    hash_password,
    slot,
    verify_password,
)
from sync.server.auth.scope import Permission, Scope
from sync.server.auth.sign_in import BROWSER
from sync.server.dependencies import Services, ServicesDep
from sync.server.rate_limit import Limit
from sync.server.web.forms import FormDep
from sync.server.web.i18n import later, say
from sync.server.web.own_address import own_address
from sync.server.web.problems import Problem
from sync.server.web.rendering import page
from sync.server.web.shown_once import forget_secret, redirect_with_secret, secret_of
from sync.server.web.words import moment_words, sentence

router = APIRouter(include_in_schema=False)

LINK = "/accounts/link"  # the page that shows a new link
DONE = {
    "removed": later("The account is removed, and signed out everywhere."),
    "signed-out": later("The account is signed out everywhere."),
    "withdrawn": later("The link is withdrawn."),
    "password": later("Your password is changed. All other browsers are signed out."),
}
LAST = later("This is the only account: without it nobody could sign in. Invite somebody else first.")
WRONG = later("That is not your password.")
BUSY = later("Many people are signing in at this moment. Wait a few seconds, then send it once more.")
PASSWORD_LIMIT = "own password"


@router.get("/accounts")
def show_accounts(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    done = say(DONE.get(request.query_params.get("done", ""), ""))
    return _accounts(services, account, scope, done=done)


@router.post("/accounts/invite")
def invite(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep, form: FormDep) -> Response:
    require_everywhere(scope, Permission.MANAGE)
    login = form.get("login", "")
    try:
        if login.strip():
            token = invitations.invite(services.store, services.now, login)
        else:
            token = invitations.create_invitation(services.store, services.now)
    except NotAcceptable as error:
        return _accounts(services, account, scope, {"login": login}, {"login": str(error)})
    except LoginTaken:
        words = say(
            "An account is called {login} already. For a new password, make a link beside it.", login=fold_login(login)
        )
        return _accounts(services, account, scope, {"login": login}, {"login": words})
    return _show_link(request, services, token)


@router.post("/accounts/invite/withdraw")
def withdraw(services: ServicesDep, scope: ScopeDep, form: FormDep) -> Response:
    require_everywhere(scope, Permission.MANAGE)
    login = fold_login(form.get("login", "")) or None
    is_withdrawn = invitations.withdraw_invitation(services.store, login)
    return RedirectResponse("/accounts?done=withdrawn" if is_withdrawn else "/accounts", 303)


@router.get(LINK)
def show_link(request: Request, services: ServicesDep, account: AccountDep) -> Response:
    """A link that was just made, once."""
    token = secret_of(request)
    login, link, heading = None, "", say("One-time link")
    if token:
        try:
            invitation = invitations.read_invitation(services.store, token, services.now)
        except invitations.InvitationRefused:
            token = None
        else:
            login, link = invitation.login, f"{own_address(request, services)}/welcome/{token}"
            heading = say("An invitation") if invitation.is_new else say("A new password")
    response = page("account_link.html", account=account, here="accounts", login=login, link=link, heading=heading)
    forget_secret(response, LINK)
    return response


@router.post("/accounts/{account_id}/link")
def make_link(account_id: UUID, request: Request, services: ServicesDep, scope: ScopeDep, _form: FormDep) -> Response:
    require_everywhere(scope, Permission.MANAGE)
    line = _listed(services, account_id)
    try:
        token = invitations.create_invitation(services.store, services.now, line.login)
    except UserError as error:  # removed a moment ago
        raise Problem(404, sentence(str(error))) from error
    return _show_link(request, services, token)


@router.post("/accounts/{account_id}/sign-out")
def sign_out_other(account_id: UUID, services: ServicesDep, scope: ScopeDep, _form: FormDep) -> Response:
    require_everywhere(scope, Permission.MANAGE)
    accounts.sign_out_everywhere(services.store, _listed(services, account_id).id)
    return RedirectResponse("/accounts?done=signed-out", 303)


@router.get("/accounts/{account_id}/remove")
def confirm_removal(account_id: UUID, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    require_everywhere(scope, Permission.MANAGE)
    return page("account_remove.html", account=account, here="accounts", line=_listed(services, account_id), error="")


@router.post("/accounts/{account_id}/remove")
def remove(account_id: UUID, services: ServicesDep, account: AccountDep, scope: ScopeDep, _form: FormDep) -> Response:
    require_everywhere(scope, Permission.MANAGE)
    line = _listed(services, account_id)
    try:
        accounts.remove(services.store, line.login)
    except LastAccount:
        return page("account_remove.html", 409, account=account, here="accounts", line=line, error=say(LAST))
    except UserError as error:  # removed a moment ago
        raise Problem(404, sentence(str(error))) from error
    return RedirectResponse("/login" if line.id == account.id else "/accounts?done=removed", 303)


@router.get("/account")
def show_own(request: Request, account: AccountDep) -> Response:
    return _own(account, {}, done=say(DONE.get(request.query_params.get("done", ""), "")))


@router.post("/account/sign-out")
def sign_out_everywhere(services: ServicesDep, account: AccountDep, _form: FormDep) -> Response:
    accounts.sign_out_everywhere(services.store, account.id)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


@router.post("/account/password")
async def change_password(request: Request, services: ServicesDep, account: AccountDep, form: FormDep) -> Response:
    """In the threads of sign-ins, since hashing takes long."""
    change = partial(_change_password, request, services, account, form)
    return await to_thread.run_sync(change, limiter=services.known_threads)


def _change_password(request: Request, services: Services, account: Account, form: dict[str, str]) -> Response:
    new = form.get("new", "")
    limits = [Limit(PASSWORD_LIMIT, str(account.id), BROWSER)]
    if refusal := services.limiter.begin(limits, services.now):
        words = say("Too many wrong tries. Try again in {minutes} min.", minutes=-(-refusal.wait // 60_000))
        return _own(account, {"password": words}, status=429)
    try:
        with slot(is_known=True):
            is_right = verify_password(accounts.password_hash(services.store, account.id), form.get("password", ""))
            if is_right:
                services.limiter.take_back(limits)
                check_password(new, [account.login])
                hashed = hash_password(new)
    except Busy:
        return _own(account, {"password": say(BUSY)}, status=503)
    except NotAcceptable as error:
        return _own(account, {"new": str(error)}, status=400)
    if not is_right:
        return _own(account, {"password": say(WRONG)}, status=403)
    accounts.change_password(services.store, account.id, hashed)
    token = accounts.start_session(services.store, account.id, services.now)
    response = RedirectResponse("/account?done=password", 303)
    set_secret_cookie(response, COOKIE, token, SESSION_LIFE_S, secure=is_secure(request, services))
    return response


def _own(account: Account, errors: dict[str, str], *, status: int = 200, done: str = "") -> Response:
    return page(
        "account.html", status, account=account, here="account", errors=errors, done=done, min_length=MIN_PASSWORD
    )


def _listed(services: Services, account_id: UUID) -> ListedAccount:
    """The account with this id. Raises Problem 404."""
    for line in accounts.listed(services.store, services.now):
        if line.id == account_id:
            return line
    raise Problem(404, say("No account has this number. The page of accounts shows those that there are."))


def _show_link(request: Request, services: Services, token: str) -> Response:
    return redirect_with_secret(LINK, token, secure=is_secure(request, services))


def _accounts(
    services: Services,
    account: Account,
    scope: Scope,
    fields: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    *,
    done: str = "",
) -> Response:
    zone, now = ZoneInfo(services.settings.time_zone), services.now
    return page(
        "accounts.html",
        400 if errors else 200,
        account=account,
        here="accounts",
        lines=accounts.listed(services.store, now),
        invitations=[
            (invitation, moment_words(invitation.expires_at, zone, now))
            for invitation in invitations.open_invitations(services.store, now)
        ],
        may_change=scope.allows_everywhere(Permission.MANAGE),
        fields=fields or {},
        errors=errors or {},
        done=done,
    )
