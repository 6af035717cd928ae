"""Falls back to an earlier token of this kiosk, which a server that was restored from a backup may know."""

from collections.abc import Callable

from sync.client import enrolment
from sync.client.api import Api, UnknownToken
from sync.ledger.ledger import Ledger


def with_known_token(ledger: Ledger, api: Api, exchange: Callable[[], None]) -> None:
    """Call ``exchange`` with the current token; if the server has never issued it, with an earlier one.

    Raises UnknownToken if the server knows none of them, and what ``exchange`` raises.
    """
    try:
        exchange()
    except UnknownToken:
        paired = enrolment.load(ledger)
        token = _find_known(api, paired.former if paired else ())
        if token is None:
            raise
        enrolment.return_to(ledger, token)
        exchange()


def _find_known(api: Api, former: tuple[str, ...]) -> str | None:
    """The first of these that the server accepts, which is in use then; None: the current one stays in use."""
    current = api.token
    for token in former:
        api.use_token(token)
        try:
            api.feed(0, 1)  # any request would do
        except UnknownToken:
            continue
        except BaseException:
            api.use_token(current)
            raise
        return token
    api.use_token(current)
    return None
