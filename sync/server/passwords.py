"""Passwords: what can be one, how it is kept, whether it is right."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from sync.server.tokens import new_token

MIN_PASSWORD, MAX_PASSWORD = 12, 256
MIN_DIFFERENT = 5

_hasher = PasswordHasher()  # argon2id with RFC 9106's second parameters: 64 MiB each
AT_ONCE = 2  # so that many guesses fill neither the memory nor the cores
_turns = threading.BoundedSemaphore(AT_ONCE)


class NotAcceptable(ValueError):
    """The login name or password can't be taken; the text says why."""


class Busy(Exception):
    """As many passwords as can be are looked at just now; nothing was counted."""


@contextmanager
def turn() -> Iterator[None]:
    """Hold this around any work with passwords. Raises Busy at once: to wait would hold a thread that kiosks need."""
    if not _turns.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _turns.release()


def check_password(password: str) -> None:
    """Raises NotAcceptable. Spaces at either end don't count as letters, and one letter many times is not many."""
    if not len(password.strip()) >= MIN_PASSWORD or len(password) > MAX_PASSWORD:
        raise NotAcceptable(
            f"Choose a password of {MIN_PASSWORD} to {MAX_PASSWORD} letters, not counting spaces at its ends. "
            "Three or four words are good."
        )
    if len(set(password)) < MIN_DIFFERENT:
        raise NotAcceptable(f"Choose a password with at least {MIN_DIFFERENT} different letters in it.")


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
