"""Signing in with rate limits and lockouts that slow guessing down without locking an account's owner out.

A browser that has signed in before (device_cookies.py) has a limit and a queue of its own, which no other client can
delay (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). Other browsers have three limits:

- each network, over all login names;
- each network for each login name, with a lockout that doubles;
- each login name over all networks that are not locked out.

A try that the last limit refuses counts for the others. So networks that keep guessing are soon locked out for an hour
each, do not use up the last limit meanwhile, and leave tries to the owner with a new browser. One-time links always
work.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.ledger.store import Store
from sync.server.auth import accounts
from sync.server.auth.accounts import fold_login
from sync.server.auth.passwords import Busy, slot
from sync.server.rate_limit import Limit, Lockout, RateLimiter, Refusal, Window

MINUTE_MS = 60_000
BROWSER = Window(20, 10 * MINUTE_MS)
NETWORK = Window(20, 10 * MINUTE_MS)
LOCKOUT = Lockout(free=5, first=MINUTE_MS // 2, longest=60 * MINUTE_MS)
LOGIN = Window(60, 10 * MINUTE_MS)
FROM_BROWSER, FROM_NETWORK, AT_LOGIN_FROM_NETWORK, AT_LOGIN = "browser", "network", "login from network", "login"


class TooManyTries(Exception):
    """A limit is reached; ``wait`` is in ms. ``at_login``: other clients' tries counted too."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.limit.name)
        self.wait = refusal.wait
        self.at_login = refusal.limit.name == AT_LOGIN


@dataclass(frozen=True)
class Credentials:
    """A login name and a password, as typed."""

    login: str
    password: str


def from_known_browser(
    store: Store, limiter: RateLimiter, browser: str, credentials: Credentials, now: int
) -> str | None:
    """The token of a new web session; None for wrong credentials. ``browser``: its identifier, of its cookie.

    Raises TooManyTries, Busy, StorageError.
    """
    limits = [Limit(FROM_BROWSER, browser, BROWSER)]
    if refusal := limiter.begin(limits, now):
        raise TooManyTries(refusal)
    try:
        with slot(is_known=True):
            token = accounts.sign_in(store, credentials.login, credentials.password, now)
    except Busy:
        limiter.take_back(limits)
        raise
    if token is not None:
        limiter.take_back(limits)
    return token


def from_stranger(store: Store, limiter: RateLimiter, network: str, credentials: Credentials, now: int) -> str | None:
    """The same from an unknown browser; None also while the network is locked out from this login.

    Raises TooManyTries, Busy, StorageError.
    """
    limits = _stranger_limits(network, fold_login(credentials.login))
    if refusal := limiter.begin(limits, now):
        if refusal.limit.name == AT_LOGIN_FROM_NETWORK:
            return None  # not distinguishable from a wrong password
        raise TooManyTries(refusal)
    try:
        with slot():
            token = accounts.sign_in(store, credentials.login, credentials.password, now)
    except Busy:
        limiter.take_back(limits[1:])  # the password was not verified: it counts as a request of its network only
        raise
    if token is not None:
        limiter.take_back(limits)
    return token


def _stranger_limits(network: str, login: str) -> Sequence[Limit]:
    return (
        Limit(FROM_NETWORK, network, NETWORK),
        Limit(AT_LOGIN_FROM_NETWORK, f"{login}\0{network}", LOCKOUT),
        Limit(AT_LOGIN, login, LOGIN),
    )
