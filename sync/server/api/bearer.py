"""Which kiosk is asking: its token, as RFC 6750 sends it."""

from typing import Annotated

from fastapi import Depends, Header, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from sync.protocol import COPIED, UNKNOWN_TOKEN
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import device_identity
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.device_identity import Sender
from sync.server.kiosks.repository import Kiosk
from sync.server.web.problems import Problem

_scheme = HTTPBearer(
    auto_error=False, scheme_name="kiosk", description="the token that enrolment gave, shown that once"
)


def sent_token(sent: Annotated[HTTPAuthorizationCredentials | None, Security(_scheme)]) -> str | None:
    """The token as it was sent, whatever it is worth."""
    return sent.credentials if sent else None


TokenDep = Annotated[str | None, Depends(sent_token)]


def sent_device(
    hearth_device: Annotated[
        str | None,
        Header(
            json_schema_extra={"pattern": f"^{device_identity.DEVICE.pattern}$"},
            description="which device sends this: 16 to 64 letters, digits, - or _, always the same for one device and "
            "another for every other; a keyed hash of its serial number, whose key stays on the device. Without it, a "
            "copy of a kiosk's data can't be noticed.",
        ),
    ] = None,
    hearth_turn: Annotated[str | None, Header(description="`turn` of the last heartbeat's answer that had one")] = None,
) -> Sender | None:
    """The device that the request names, not validated yet: see :func:`valid_device`."""
    return None if hearth_device is None else Sender(hearth_device, hearth_turn)


SenderDep = Annotated[Sender | None, Depends(sent_device)]


def valid_device(sender: Sender | None) -> str | None:
    """The name of the sending device, if it sent one. Raises Problem 400 where that can't be a name."""
    if sender is None:
        return None
    if not device_identity.DEVICE.fullmatch(sender.device):
        raise Problem(400, "Hearth-Device has 16 to 64 letters, digits, - or _.")
    return sender.device


def identified(services: ServicesDep, token: TokenDep, sender: SenderDep) -> tuple[Kiosk, str | None]:
    """The kiosk that asks, and the turn that its device is to send back. Raises Problem as :func:`asking`."""
    kiosk = _paired(services, token)
    if sender is None or valid_device(sender) == kiosk.device:
        return kiosk, None
    try:
        return kiosk, device_identity.check(services.store, kiosk.id, kiosk.venue.id, sender, services.now)
    except device_identity.CopiedData as error:
        detail = "This kiosk's data was copied from another kiosk that is in use. Pair it with a code of its own."
        raise Problem(403, detail, COPIED) from error


IdentifiedDep = Annotated[tuple[Kiosk, str | None], Depends(identified)]


def asking(identified: IdentifiedDep) -> Kiosk:
    """The kiosk that asks. Raises Problem 401 for no or an unknown token and a revoked kiosk, 403 for a copy."""
    return identified[0]


def wanted_turn(identified: IdentifiedDep) -> str | None:
    """The turn that the device is to send back; None: it serves."""
    return identified[1]


def _paired(services: Services, token: str | None) -> Kiosk:
    if token is None:
        raise Problem(401, "Send the kiosk's token: Authorization: Bearer …", headers=_challenge())
    kiosk = kiosk_repository.kiosk_with(services.store, token)
    if kiosk is None:
        detail = "This token is not known here. Enrol again with a code from `hearth-server pair`."
        raise Problem(401, detail, UNKNOWN_TOKEN, headers=_challenge('error="invalid_token"'))
    if kiosk.is_revoked:
        detail = "This kiosk's pairing was ended. Enrol again with a new code."
        raise Problem(401, detail, "revoked", headers=_challenge('error="invalid_token"'))
    return kiosk


def _challenge(error: str = "") -> dict[str, str]:
    return {"WWW-Authenticate": f'Bearer realm="hearth"{", " + error if error else ""}'}


KioskDep = Annotated[Kiosk, Depends(asking)]
TurnDep = Annotated[str | None, Depends(wanted_turn)]
