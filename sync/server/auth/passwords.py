"""Passwords: what can be one, how it is kept, whether it is right."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from sync.server.auth.tokens import new_token

MIN_PASSWORD, MAX_PASSWORD = 12, 256
LEAST_SCORE = 3  # of zxcvbn's 0 to 4: 10^8 guesses, more than the rate limits allow in a human life
RATED = 72  # characters that zxcvbn looks at

_hasher = PasswordHasher()  # argon2id with RFC 9106's second parameters: 64 MiB each
AT_ONCE = 2  # so that many guesses fill neither the memory nor the cores
WAIT_S = 10.0  # for the slot that only known browsers have
_slots = threading.BoundedSemaphore(AT_ONCE)
_known_slot = threading.BoundedSemaphore(1)


class NotAcceptable(ValueError):
    """The login name or password can't be taken; the text says why."""


class Busy(Exception):
    """As many passwords as can be are looked at just now; this one was not."""


@contextmanager
def turn(*, is_known: bool = False) -> Iterator[None]:
    """Hold this around any work with passwords. Raises Busy.

    Strangers are refused at once when all slots are taken: to wait would hold a thread. ``is_known``: a browser that
    has signed in before, or the holder of a one-time link; these have a slot of their own, and wait for it.
    """
    slots = _known_slot if is_known else _slots
    if not slots.acquire(timeout=WAIT_S if is_known else 0):
        raise Busy
    try:
        yield
    finally:
        slots.release()


def check_password(password: str, names: Iterable[str] = ()) -> None:
    """Raises NotAcceptable for a password that is short or soon guessed.

    ``names`` are what a guesser would try first: the login, the venues. Spaces at either end don't count as letters.
    """
    if not len(password.strip()) >= MIN_PASSWORD or len(password) > MAX_PASSWORD:
        raise NotAcceptable(
            f"Choose a password of {MIN_PASSWORD} to {MAX_PASSWORD} letters, not counting spaces at its ends. "
            "Three or four words are good."
        )
    from zxcvbn import zxcvbn  # loads its lists of words, which no other request needs

    own = [word for name in ("hearth", *names) for word in (name, *name.split())]
    if zxcvbn(password.strip()[:RATED], user_inputs=own)["score"] < LEAST_SCORE:
        raise NotAcceptable(
            "That password would be guessed soon: it is a common one, or made of names, a row of keys, a date or "
            "something said twice. Three or four words that don't belong together are good."
        )


def hash_password(password: str) -> str:
    """argon2id, with its parameters and a salt of its own. Hold :func:`turn` around it."""
    return _hasher.hash(password)


def is_right(hashed: str | None, password: str) -> bool:
    """Whether the password is the hashed one; hold :func:`turn`. Takes as long for an account that doesn't exist."""
    try:
        _hasher.verify(hashed or _nobody(), password[:MAX_PASSWORD])
    except VerificationError:
        return False
    return hashed is not None


@cache
def _nobody() -> str:
    """The hash of a password that nobody knows."""
    return hash_password(new_token())
