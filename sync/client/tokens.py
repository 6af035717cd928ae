"""A server that was restored from a backup knows this kiosk's token of that time: it is tried, and kept."""

from collections.abc import Callable

from sync.client import enrolment
from sync.client.api import Api, UnknownToken
from sync.ledger.ledger import Ledger


def with_former(ledger: Ledger, api: Api, exchange: Callable[[], None]) -> None:
    """Exchange with the present token; where the server has never given it, with those before it.

    Raises UnknownToken where none is known, and whatever ``exchange`` raises.
    """
    try:
        exchange()
    except UnknownToken:
        paired = enrolment.load(ledger)
        token = _known(api, paired.former if paired else ())
        if token is None:
            raise
        enrolment.return_to(ledger, token)
        exchange()


def _known(api: Api, former: tuple[str, ...]) -> str | None:
    """The one of these that the server takes, which is in use then; None: the present one stays in use."""
    present = api.token
    for token in former:
        api.use(token)
        try:
            api.feed(0, 1)  # any request would do
        except UnknownToken:
            continue
        except BaseException:
            api.use(present)
            raise
        return token
    api.use(present)
    return None
