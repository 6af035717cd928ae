"""An overloaded server says so within a second: so many requests are worked on at once, and the others wait no longer.

Without it a slow disk or database makes every request wait in a queue without end, and kiosks that have long given up
are worked for all the same. A request counts while it may use a thread and a connection to the database; not while its
client is sending the body or reading the answer, so that slow clients take nobody's place.
"""

import asyncio
from collections import deque

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.server.web.problems import Problem, answer

PLACES = 15  # as many as SQLAlchemy's pool has connections to a SQLite file; fewer than there are threads
WAIT_S = 0.8
RETRY_S = 5
ALWAYS = frozenset({"/healthz"})  # whoever watches over the process hears that it lives
SIGN_INS = ("/login", "/welcome/")  # these have threads and limits of their own: a crowd there delays no kiosk


class RequestSlots:
    """A number of places; who has had one already comes before who is new."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._returning: deque[asyncio.Future[None]] = deque()
        self._arriving: deque[asyncio.Future[None]] = deque()

    async def take(self, *, is_returning: bool = False) -> None:
        """Wait for a place."""
        if self._free:
            self._free -= 1
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._returning if is_returning else self._arriving).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.give()  # it came at the same moment
            raise

    def give(self) -> None:
        """Give a place back, or to the first who waits."""
        for queue in (self._returning, self._arriving):
            while queue:
                next_one = queue.popleft()
                if not next_one.done():
                    next_one.set_result(None)
                    return
        self._free += 1


class _Visit:
    """One request's place, which it leaves while its client is awaited."""

    def __init__(self, places: RequestSlots) -> None:
        self._places = places
        self._is_held = True

    def leave(self) -> None:
        """Let another have the place."""
        if self._is_held:
            self._is_held = False
            self._places.give()

    async def come_back(self) -> None:
        """Wait for a place again. Raises Problem 503."""
        if not self._is_held:
            await _take(self._places, is_returning=True)
            self._is_held = True


class Overload:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, number: int = PLACES) -> None:
        self.app = app
        self._places = RequestSlots(number)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ALWAYS or _is_sign_in(scope):
            await self.app(scope, receive, send)
            return
        try:
            await _take(self._places)
        except Problem as busy:
            await answer(Request(scope), busy)(scope, receive, send)
            return
        visit = _Visit(self._places)
        try:
            await self._serve(visit, scope, receive, send)
        finally:
            visit.leave()

    async def _serve(self, visit: _Visit, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_outside() -> Message:
            arriving = asyncio.ensure_future(receive())
            await asyncio.sleep(0)  # most bodies are there already
            if not arriving.done():
                visit.leave()
            message = await arriving
            await visit.come_back()
            return message

        async def send_outside(message: Message) -> None:
            visit.leave()  # the work is done
            await send(message)

        has_body = scope["method"] not in ("GET", "HEAD")  # else it is only asked whether the client is still there
        await self.app(scope, receive_outside if has_body else receive, send_outside)


def _is_sign_in(scope: Scope) -> bool:
    return scope["method"] == "POST" and str(scope["path"]).startswith(SIGN_INS)


async def _take(places: RequestSlots, *, is_returning: bool = False) -> None:
    """Wait for a place. Raises Problem 503."""
    try:
        async with asyncio.timeout(WAIT_S):
            await places.take(is_returning=is_returning)
    except TimeoutError as error:
        headers = {"Retry-After": str(RETRY_S)}
        raise Problem(503, "The server has too much to do. Send it again later.", headers=headers) from error
