"""Signing in: whose tries are counted how, so that guessers are slow and keep no owner out.

A browser that has signed in before (its cookie says so, browsers.py) has a limit and a place in the queue of its own:
nothing that others do delays it (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). Everybody else is
limited three times:

- each network, over all login names;
- each network for each login name, with a lockout that doubles;
- each login name over all networks that are not locked out.

A try that the last one refuses counts for the others. So networks that go on guessing are soon locked out for an hour
each, use up nothing meanwhile, and leave the owner with a new browser a try. What always works is a one-time link.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.ledger.store import Store
from sync.server.auth import accounts
from sync.server.auth.accounts import fold_login
from sync.server.auth.passwords import Busy, turn
from sync.server.rate_limit import Limit, Lockout, RateLimiter, Refusal, Window

MINUTE_MS = 60_000
BROWSER = Window(20, 10 * MINUTE_MS)
NETWORK = Window(20, 10 * MINUTE_MS)
LOCKOUT = Lockout(free=5, first=MINUTE_MS // 2, longest=60 * MINUTE_MS)
LOGIN = Window(60, 10 * MINUTE_MS)
FROM_BROWSER, FROM_NETWORK, AT_LOGIN_FROM_NETWORK, AT_LOGIN = "browser", "network", "login from network", "login"


class TooManyTries(Exception):
    """A limit is reached; ``wait`` is in ms. ``at_login``: the tries were not this client's alone."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.limit.name)
        self.wait = refusal.wait
        self.at_login = refusal.limit.name == AT_LOGIN


@dataclass(frozen=True)
class Credentials:
    """What somebody types to sign in."""

    login: str
    password: str


def from_known_browser(store: Store, limiter: RateLimiter, browser: str, typed: Credentials, now: int) -> str | None:
    """The token of a new web session; None for a wrong password. Raises TooManyTries, Busy."""
    limits = [Limit(FROM_BROWSER, browser, BROWSER)]
    if refusal := limiter.begin(limits, now):
        raise TooManyTries(refusal)
    try:
        with turn(is_known=True):
            token = accounts.sign_in(store, typed.login, typed.password, now)
    except Busy:
        limiter.take_back(limits)
        raise
    if token is not None:
        limiter.take_back(limits)
    return token


def from_stranger(store: Store, limiter: RateLimiter, network: str, typed: Credentials, now: int) -> str | None:
    """The same from a browser that is not known; None also while the network is locked out from this login.

    Raises TooManyTries, Busy.
    """
    limits = _of_stranger(network, fold_login(typed.login))
    if refusal := limiter.begin(limits, now):
        if refusal.limit.name == AT_LOGIN_FROM_NETWORK:
            return None  # told like a wrong password
        raise TooManyTries(refusal)
    try:
        with turn():
            token = accounts.sign_in(store, typed.login, typed.password, now)
    except Busy:
        limiter.take_back(limits[1:])  # it was not looked at, and counts as a request alone
        raise
    if token is not None:
        limiter.take_back(limits)
    return token


def _of_stranger(network: str, login: str) -> Sequence[Limit]:
    return (
        Limit(FROM_NETWORK, network, NETWORK),
        Limit(AT_LOGIN_FROM_NETWORK, f"{login}\0{network}", LOCKOUT),
        Limit(AT_LOGIN, login, LOGIN),
    )
