"""Passwords: what can be one, how it is kept, whether it is right."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from sync.server.tokens import new_token

MIN_PASSWORD, MAX_PASSWORD = 12, 256

_hasher = PasswordHasher()  # argon2id with RFC 9106's second parameters: 64 MiB each
_at_once = threading.BoundedSemaphore(4)  # so that many guesses don't fill the memory


class NotAcceptable(ValueError):
    """The login name or password can't be taken; the text says why."""


def check_password(password: str) -> None:
    """Raises NotAcceptable."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise NotAcceptable(f"Choose a password of {MIN_PASSWORD} letters or more. Three or four words are good.")


def hash_password(password: str) -> str:
    """argon2id, with its parameters and a salt of its own."""
    with _at_once:
        return _hasher.hash(password)


def is_right(hashed: str | None, password: str) -> bool:
    """Whether the password is the hashed one. Takes as long for an account that doesn't exist (None)."""
    nobody = _nobody()
    with _at_once:
        try:
            _hasher.verify(hashed or nobody, password[:MAX_PASSWORD])
        except VerificationError:
            return False
    return hashed is not None


@cache
def _nobody() -> str:
    """The hash of a password that nobody knows."""
    return hash_password(new_token())
