"""Authenticates a kiosk by its bearer token (RFC 6750) and by the device that sends it."""

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
    auto_error=False,
    scheme_name="kiosk",
    description="the token from the enrolment response, which is the only one that contains it",
)


async def bearer_token(header: Annotated[HTTPAuthorizationCredentials | None, Security(_scheme)]) -> str | None:
    """The token of the request, not validated."""
    return header.credentials if header else None


TokenDep = Annotated[str | None, Depends(bearer_token)]


async def sending_device(
    hearth_device: Annotated[
        str | None,
        Header(
            json_schema_extra={"pattern": f"^{device_identity.DEVICE.pattern}$"},
            description="identifies the sending device: 16 to 64 letters, digits, - or _, constant for a device and "
            "different for each; a keyed hash of its serial number, whose key never leaves the device. Without it the "
            "server can't detect a copy of a kiosk's data.",
        ),
    ] = None,
    hearth_turn: Annotated[str | None, Header(description="the last `turn` from a heartbeat response")] = None,
) -> Sender | None:
    """The device that the request names, not validated: see :func:`valid_device`."""
    return None if hearth_device is None else Sender(hearth_device, hearth_turn)


SenderDep = Annotated[Sender | None, Depends(sending_device)]


def valid_device(sender: Sender | None) -> str | None:
    """The sending device's name, None without one. Raises Problem 400 for a malformed name."""
    if sender is None:
        return None
    if not device_identity.DEVICE.fullmatch(sender.device):
        raise Problem(400, "Hearth-Device has 16 to 64 letters, digits, - or _.")
    return sender.device


def authenticate(services: ServicesDep, token: TokenDep, sender: SenderDep) -> tuple[Kiosk, str | None]:
    """The kiosk, and the turn that its device is to send back. Raises Problem as :func:`current_kiosk`."""
    kiosk = _kiosk_of_token(services, token)
    if sender is None or valid_device(sender) == kiosk.device:
        return kiosk, None
    try:
        return kiosk, device_identity.check(services.store, kiosk.id, kiosk.venue.id, sender, services.now)
    except device_identity.CopiedData as error:
        detail = "This kiosk's data was copied from another kiosk that is in use. Pair it with a code of its own."
        raise Problem(403, detail, COPIED) from error


AuthenticatedDep = Annotated[tuple[Kiosk, str | None], Depends(authenticate)]


async def current_kiosk(authenticated: AuthenticatedDep) -> Kiosk:
    """The kiosk of the request. Raises Problem 401 for a missing, unknown or revoked token, 403 for copied data."""
    return authenticated[0]


async def requested_turn(authenticated: AuthenticatedDep) -> str | None:
    """The turn that the device is to send back; None: it is the serving device."""
    return authenticated[1]


def _kiosk_of_token(services: Services, token: str | None) -> Kiosk:
    if token is None:
        raise Problem(401, "Send the kiosk's token: Authorization: Bearer …", headers=_challenge())
    kiosk = kiosk_repository.kiosk_of_token(services.store, token)
    if kiosk is None:
        detail = "This token is not known here. Enrol again with a code from `hearth-server pair`."
        raise Problem(401, detail, UNKNOWN_TOKEN, headers=_challenge('error="invalid_token"'))
    if kiosk.is_revoked:
        detail = "This kiosk's pairing was ended. Enrol again with a new code."
        raise Problem(401, detail, "revoked", headers=_challenge('error="invalid_token"'))
    return kiosk


def _challenge(error: str = "") -> dict[str, str]:
    return {"WWW-Authenticate": f'Bearer realm="hearth"{", " + error if error else ""}'}


KioskDep = Annotated[Kiosk, Depends(current_kiosk)]
TurnDep = Annotated[str | None, Depends(requested_turn)]
