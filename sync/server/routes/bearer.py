"""Which kiosk is asking: its token, as RFC 6750 sends it."""

from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from sync.server import fleet
from sync.server.fleet import Kiosk
from sync.server.parts import Here
from sync.server.problems import Problem

_scheme = HTTPBearer(
    auto_error=False, scheme_name="kiosk", description="the token that enrolment gave, shown that once"
)


def sent_token(sent: Annotated[HTTPAuthorizationCredentials | None, Security(_scheme)]) -> str | None:
    """The token as it was sent, whatever it is worth."""
    return sent.credentials if sent else None


Token = Annotated[str | None, Depends(sent_token)]


def asking(parts: Here, token: Token) -> Kiosk:
    """The kiosk that asks. Raises Problem 401 for no or an unknown token, and for a revoked kiosk."""
    if token is None:
        raise Problem(401, "Send the kiosk's token: Authorization: Bearer …", headers=_challenge())
    kiosk = fleet.kiosk_with(parts.store, token)
    if kiosk is None:
        detail = "This token is not known here. Enrol again with a code from `hearth-server pair`."
        raise Problem(401, detail, "unknown-token", headers=_challenge('error="invalid_token"'))
    if kiosk.is_revoked:
        detail = "This kiosk's pairing was ended. Enrol again with a new code."
        raise Problem(401, detail, "revoked", headers=_challenge('error="invalid_token"'))
    return kiosk


def _challenge(error: str = "") -> dict[str, str]:
    return {"WWW-Authenticate": f'Bearer realm="hearth"{", " + error if error else ""}'}


Asking = Annotated[Kiosk, Depends(asking)]
