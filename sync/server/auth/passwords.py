"""Passwords: acceptance rules, hashing and verification."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from sync.server.auth.tokens import new_token
from sync.server.web.i18n import say

MIN_PASSWORD, MAX_PASSWORD = 12, 256
MIN_SCORE = 3  # of zxcvbn's 0 to 4: 10^8 guesses, more than the rate limits allow in a lifetime
RATED = 72  # characters that zxcvbn examines

_hasher = PasswordHasher()  # argon2id with RFC 9106's second parameters: 64 MiB each
CONCURRENT = 2  # so that many guesses use up neither the memory nor the cores
WAIT_S = 10.0  # for the slot of known browsers
_slots = threading.BoundedSemaphore(CONCURRENT)
_known_slot = threading.BoundedSemaphore(1)


class NotAcceptable(ValueError):
    """The login name or password is not acceptable; the text says why."""


class Busy(Exception):
    """All slots for hashing are in use; this password was not verified."""


@contextmanager
def slot(*, is_known: bool = False) -> Iterator[None]:
    """Hold this around hashing and verification. Raises Busy.

    Unknown browsers are refused at once when all slots are in use: waiting would hold a thread. ``is_known``: a browser
    that has signed in before, or the holder of a one-time link; these have a separate slot, and wait for it.
    """
    slots = _known_slot if is_known else _slots
    if not slots.acquire(timeout=WAIT_S if is_known else 0):
        raise Busy
    try:
        yield
    finally:
        slots.release()


def check_password(password: str, names: Iterable[str] = ()) -> None:
    """Raises NotAcceptable for a password that is too short, too long or easy to guess.

    ``names``: what an attacker would try first, such as the login and the venues. White space at either end does not
    count towards the length.
    """
    if not len(password.strip()) >= MIN_PASSWORD or len(password) > MAX_PASSWORD:
        raise NotAcceptable(
            say(
                "Choose a password of {least} to {most} letters, not counting spaces at its ends. Three or four words "
                "are good.",
                least=MIN_PASSWORD,
                most=MAX_PASSWORD,
            )
        )
    from zxcvbn import zxcvbn  # loads large word lists that no other request needs

    own_words = [word for name in ("hearth", *names) for word in (name, *name.split())]
    if zxcvbn(password.strip()[:RATED], user_inputs=own_words)["score"] < MIN_SCORE:
        raise NotAcceptable(
            say(
                "That password would be guessed soon: it is a common one, or made of names, a row of keys, a date or "
                "something said twice. Three or four words that don't belong together are good."
            )
        )


def hash_password(password: str) -> str:
    """The argon2id hash, with its parameters and a random salt. The caller holds :func:`slot`."""
    return _hasher.hash(password)


def verify_password(hashed: str | None, password: str) -> bool:
    """Whether the password matches; takes as long without a hash (None). The caller holds :func:`slot`."""
    try:
        _hasher.verify(hashed or _dummy_hash(), password[:MAX_PASSWORD])
    except VerificationError:
        return False
    return hashed is not None


@cache
def _dummy_hash() -> str:
    """The hash of a random password."""
    return hash_password(new_token())
