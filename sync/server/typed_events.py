"""Events that people type on a command line: checked as strictly as those that arrive over the wire."""

import msgspec

from sync.domain.events import Event, write_body
from sync.errors import UserError
from sync.validation import explain


def checked(event: Event) -> Event:
    """What was typed, if every kiosk will be able to read it. Raises UserError."""
    try:
        return msgspec.json.decode(write_body(event), type=type(event))
    except msgspec.ValidationError as error:
        raise UserError(explain(error, type(event))) from error
