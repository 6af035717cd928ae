"""Validates events made from a command line as strictly as those that arrive over the wire."""

import msgspec

from sync.domain.events import Event, write_body
from sync.errors import UserError
from sync.validation import explain


def validated(event: Event) -> Event:
    """The event, if every kiosk will be able to read it. Raises UserError."""
    try:
        return msgspec.json.decode(write_body(event), type=type(event))
    except msgspec.ValidationError as error:
        raise UserError(explain(error, type(event))) from error
