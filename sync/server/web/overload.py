"""Limits concurrent requests: the others wait less than a second for a slot, and then get 503.

Without it a slow disk or database would make requests queue without end, and the server would work for kiosks that
have long given up. A request holds a slot while it may use a thread and a database connection, but not while its client
sends the body or reads the response, so that slow clients occupy no slots.
"""

import asyncio
from collections import deque

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.server.web.i18n import say
from sync.server.web.problems import Problem, respond

SLOTS = 15  # as many as SQLAlchemy's pool has connections to a SQLite file; fewer than there are threads
WAIT_S = 0.8
RETRY_S = 5
SLOT = "hearth.slot"  # the key of a request's slot in its ASGI scope
UNLIMITED = frozenset({"/healthz"})  # the liveness probe is answered under any load
SIGN_INS = (
    "/login",
    "/welcome/",
    "/account/password",
)  # these have threads and limits of their own, so that they delay no kiosk


class RequestSlots:
    """A semaphore that serves requests which held a slot before in preference to new ones."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._returning: deque[asyncio.Future[None]] = deque()
        self._arriving: deque[asyncio.Future[None]] = deque()

    async def acquire(self, *, is_returning: bool = False) -> None:
        """Wait for a slot."""
        if self._free:
            self._free -= 1
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._returning if is_returning else self._arriving).append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.release()  # the slot was assigned at the same moment
            raise

    def release(self) -> None:
        """Free a slot, or pass it to the first that waits."""
        for queue in (self._returning, self._arriving):
            while queue:
                waiter = queue.popleft()
                if not waiter.done():
                    waiter.set_result(None)
                    return
        self._free += 1


class _HeldSlot:
    """One request's slot, which it releases while it waits for its client."""

    def __init__(self, slots: RequestSlots) -> None:
        self._slots = slots
        self._is_held = True

    def release(self) -> None:
        """Release the slot; harmless if it is not held."""
        if self._is_held:
            self._is_held = False
            self._slots.release()

    async def reacquire(self) -> None:
        """Wait for a slot again. Raises Problem 503."""
        if not self._is_held:
            await _acquire(self._slots, is_returning=True)
            self._is_held = True


class Overload:
    """ASGI middleware with a limited number of slots."""

    def __init__(self, app: ASGIApp, number: int = SLOTS) -> None:
        self.app = app
        self._slots = RequestSlots(number)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNLIMITED or _is_sign_in(scope):
            await self.app(scope, receive, send)
            return
        try:
            await _acquire(self._slots)
        except Problem as problem:
            await respond(Request(scope), problem)(scope, receive, send)
            return
        scope[SLOT] = slot = _HeldSlot(self._slots)
        try:
            await self._serve(slot, scope, receive, send)
        finally:
            slot.release()

    async def _serve(self, slot: _HeldSlot, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_without_slot() -> Message:
            receiving = asyncio.ensure_future(receive())
            await asyncio.sleep(0)  # most bodies have arrived already
            if not receiving.done():
                slot.release()
            message = await receiving
            await slot.reacquire()
            return message

        async def send_without_slot(message: Message) -> None:
            slot.release()  # the work is done
            await send(message)

        has_body = scope["method"] not in ("GET", "HEAD")  # without a body, receive only waits for the disconnect
        await self.app(scope, receive_without_slot if has_body else receive, send_without_slot)


def release_slot(request: Request) -> None:
    """Give the request's slot to another one before work that has threads of its own. The slot does not come back."""
    slot = request.scope.get(SLOT)
    if isinstance(slot, _HeldSlot):
        slot.release()


def _is_sign_in(scope: Scope) -> bool:
    return scope["method"] == "POST" and str(scope["path"]).startswith(SIGN_INS)


async def _acquire(slots: RequestSlots, *, is_returning: bool = False) -> None:
    """Wait for a slot. Raises Problem 503."""
    try:
        async with asyncio.timeout(WAIT_S):
            await slots.acquire(is_returning=is_returning)
    except TimeoutError as error:
        headers = {"Retry-After": str(RETRY_S)}
        raise Problem(503, say("The server has too much to do. Send it again later."), headers=headers) from error
