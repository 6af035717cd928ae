"""The server's answers, typed; what goes wrong is named by what to do next."""

import gzip
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import msgspec

from sync.domain.events import OPTIONAL_FIELDS, strip_fields
from sync.domain.visit import SLIP_FORMATS
from sync.protocol import (
    COPIED,
    DEVICE_HEADER,
    NDJSON,
    NOT_YOURS,
    TURN_HEADER,
    UNKNOWN_TOKEN,
    UNSENT_FROM,
    Enrolled,
    EnrolRequest,
    Feed,
    Fork,
    Gap,
    Heartbeat,
    HeartbeatAnswer,
    Pushed,
)

if TYPE_CHECKING:  # it is imported at the first call: by the replicator's thread, when the door stands already
    import requests

T = TypeVar("T")
CONNECT_S, ANSWER_S = 5, 30
LONGEST_ASKED_S = 3600  # a server that asks for more than that is not waited for longer


class TryLater(Exception):
    """Nobody there, or busy. ``after``: seconds the server asked for, if it did."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class ConnectionCut(TryLater):
    """It was sent, and no answer came back: it may have arrived or not, and may have been too much for the line."""


class EnrolAgain(Exception):
    """The server doesn't take this kiosk's word (any more): pair it anew."""


class UnknownToken(EnrolAgain):
    """The server has never given this token: it may have been restored from a backup that is older."""


class KioskCopied(EnrolAgain):
    """This kiosk works on a copy of another one's data folder."""


class JournalNotOwned(EnrolAgain):
    """The journal is another kiosk's. ``stored``: how far the server has it, where it says so."""

    def __init__(self, why: str, stored: int | None) -> None:
        super().__init__(why)
        self.stored = stored


class TooLarge(Exception):
    """Send less at once."""


class Refused(Exception):
    """The server can't use what was sent; sending it again won't help."""


class Gapped(Exception):
    """The server goes on at ``expected``."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"the server expects entry {expected}")
        self.expected = expected


class Forked(Exception):
    """The server holds another fact at place ``forked``."""

    def __init__(self, forked: int) -> None:
        super().__init__(f"the server holds another entry {forked}")
        self.forked = forked


class Api:
    """One server. Every call raises TryLater where no proper answer came."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._device: dict[str, str] = {}  # headers
        self._entry_fields: Collection[str] = ()
        self._opened: requests.Session | None = None

    def identify(self, device: str, turn: str | None = None) -> None:
        """Say from now on which device this is, and what the server has asked it to send back."""
        self._device = {DEVICE_HEADER: device} | ({TURN_HEADER: turn} if turn else {})

    def send_fields(self, entry_fields: Collection[str]) -> None:
        """Send these optional fields of an entry from now on, and no others."""
        self._entry_fields = entry_fields

    @property
    def token(self) -> str | None:
        """The one that is sent now."""
        return self._token

    def use(self, token: str | None) -> None:
        """Send this token from now on."""
        self._token = token

    def enrol(self, code: str, device: str) -> Enrolled:
        """Trade a pairing code for a token. Raises Refused for a wrong, used or expired code."""
        body = msgspec.json.encode(EnrolRequest(code, device, list(SLIP_FORMATS)))
        try:
            return self._read(self._post("/v1/enrol", body, {"Content-Type": "application/json"}), Enrolled)
        except EnrolAgain as error:
            raise Refused(str(error)) from error

    def push(self, journal: UUID, lines: Sequence[str], unsent_from: int | None = None) -> Pushed:
        """Send entries in seq order; none at all asks what is there.

        ``unsent_from``: when the earliest entry happened that waits behind these (ms since 1970 UTC; 0: not known).
        Raises Cut, Gapped, Forked, TooLarge, EnrolAgain, Refused.
        """
        text = "".join(f"{strip_fields(line, self._entry_fields)}\n" for line in lines)
        body = gzip.compress(text.encode(), compresslevel=6)
        headers = {"Content-Type": NDJSON, "Content-Encoding": "gzip"}
        if unsent_from is not None:
            headers[UNSENT_FROM] = str(unsent_from)
        return self._read(self._post(f"/v1/journals/{journal}/entries", body, headers), Pushed)

    def feed(self, after: int, limit: int, *, own: bool = False, mark: int | None = None) -> Feed:
        """What others at this venue did after that position, or this kiosk itself. Raises EnrolAgain, Refused."""
        asked = f"/v1/feed?after={after}&limit={limit}{'&own=true' if own else ''}"
        asked += "" if mark is None else f"&mark={mark}"
        asked += f"&entry_fields={','.join(OPTIONAL_FIELDS)}"
        return self._read(self._send("GET", asked, None, {}), Feed)

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatAnswer:
        """Say how this kiosk is. Raises EnrolAgain, Refused."""
        body = msgspec.json.encode(heartbeat)
        return self._read(self._post("/v1/heartbeat", body, {"Content-Type": "application/json"}), HeartbeatAnswer)

    def close(self) -> None:
        """Hang up."""
        if self._opened:
            self._opened.close()

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> "requests.Response":
        return self._send("POST", path, body, headers)

    def _session(self) -> "requests.Session":
        import requests

        if self._opened is None:
            self._opened = requests.Session()
            self._opened.auth = (
                self._authorize
            )  # else requests looks into ~/.netrc, whose entry would replace the token
        return self._opened

    def _authorize(self, request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        """Send the token and nothing else; requests calls this instead of reading ~/.netrc."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> "requests.Response":
        import requests

        try:
            return self._session().request(
                method,
                self._url + path,
                data=body,
                headers=headers | self._device,
                timeout=(CONNECT_S, ANSWER_S),
                allow_redirects=False,  # a token goes to the server it came from, and to no captive portal
            )
        except requests.exceptions.InvalidURL as error:
            raise Refused(f"{self._url} is not an address") from error
        except requests.RequestException as error:
            raise _unheard(error)(f"{self._url} does not answer ({type(error).__name__})") from error

    def _read(self, response: "requests.Response", answer: type[T]) -> T:
        if response.status_code != 200:
            raise _named(response)
        try:
            return msgspec.json.decode(response.content, type=answer)
        except msgspec.DecodeError as error:  # a captive portal says 200 to everything
            raise TryLater(f"{self._url} answers, but not as a Hearth server") from error


def _unheard(error: "requests.RequestException") -> type[TryLater]:
    """Whether anybody was reached at all."""
    import requests
    from urllib3.exceptions import NewConnectionError

    reason = getattr(error.args[0], "reason", None) if error.args else None
    nobody = isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError)
    return TryLater if nobody or isinstance(reason, NewConnectionError) else ConnectionCut


def _named(response: "requests.Response") -> Exception:
    match response.status_code:
        case 409:
            return _conflict(response.content)
        case 401 | 403:
            return _unwelcome(response)
        case 413:
            return TooLarge(_detail(response))
        case 400 | 422:
            return Refused(_detail(response))
    return TryLater(_detail(response), _retry_after(response))


class _Refusal(msgspec.Struct):
    type: str = ""
    acknowledged: int | None = None


def _unwelcome(response: "requests.Response") -> EnrolAgain:
    """Why the server does not take this kiosk's word."""
    try:
        refusal = msgspec.json.decode(response.content, type=_Refusal)
    except msgspec.DecodeError:
        refusal = _Refusal()
    name = refusal.type.rpartition("/")[2]
    if name == NOT_YOURS:
        return JournalNotOwned(_detail(response), refusal.acknowledged)
    return {UNKNOWN_TOKEN: UnknownToken, COPIED: KioskCopied}.get(name, EnrolAgain)(_detail(response))


def _conflict(content: bytes) -> Exception:
    try:
        return Gapped(msgspec.json.decode(content, type=Gap).expected)
    except msgspec.DecodeError:
        pass  # then it speaks of a fork
    try:
        return Forked(msgspec.json.decode(content, type=Fork).forked)
    except msgspec.DecodeError:
        return TryLater("409 with neither expected nor forked")


def _detail(response: "requests.Response") -> str:
    try:
        said = msgspec.json.decode(response.content, type=dict[str, object])
    except msgspec.DecodeError:
        return f"answered {response.status_code} {response.reason}"
    return str(said.get("detail") or said.get("title") or response.status_code)


def _retry_after(response: "requests.Response") -> float | None:
    """Seconds (RFC 9110 §10.2.3); the form with a date is not used by our server and counts as none."""
    try:
        return max(0.0, min(float(response.headers["Retry-After"]), LONGEST_ASKED_S))
    except (KeyError, ValueError):
        return None
