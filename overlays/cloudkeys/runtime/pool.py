"""Pools of httpx's transports, each of which has one connection.

httpcore's own pool looks at all of its connections before and after each request: with 64 in flight, that takes five
times as long as the request itself. In a pool of one connection there is nothing to look for.

A transport whose request failed isn't used again.
"""

from __future__ import annotations

import contextlib
import threading
import time
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

TransportT = TypeVar("TransportT", bound="httpx.BaseTransport | httpx.AsyncBaseTransport")


class _Pool(Generic[TransportT]):
    """The idle transports, the last used first. Threads share them without a lock, since each step is atomic."""

    def __init__(self, make: Callable[..., TransportT], limits: httpx.Limits, **settings: Any) -> None:  # noqa: ANN401 - httpx's
        """Take the settings of the transports that it makes."""
        self._longest_idle = limits.keepalive_expiry or 0
        one = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=limits.keepalive_expiry)
        self._make: Callable[[], TransportT] = lambda: make(limits=one, **settings)
        self._made: weakref.WeakSet[TransportT] = weakref.WeakSet()
        self._idle = deque[tuple[float, TransportT]]()

    def _take(self) -> TransportT:
        with contextlib.suppress(IndexError):
            return self._idle.pop()[1]
        transport = self._make()
        self._made.add(transport)
        return transport

    def _give_back(self, transport: TransportT) -> None:
        self._idle.append((time.monotonic(), transport))

    def _expired(self) -> list[TransportT]:
        """Return the transports that were idle for too long; they aren't used again."""
        oldest, expired = time.monotonic() - self._longest_idle, list[TransportT]()
        with contextlib.suppress(IndexError):
            while self._idle[0][0] < oldest:
                expired.append(self._idle.popleft()[1])
        return expired


class Pool(_Pool[httpx.BaseTransport], httpx.BaseTransport):
    """Sends sync requests."""

    def __init__(self, limits: httpx.Limits, **settings: Any) -> None:  # noqa: ANN401 - httpx's
        """Take what `httpx.HTTPTransport` takes; of the limits, all but `max_keepalive_connections` count."""
        super().__init__(httpx.HTTPTransport, limits, **settings)
        self._room = threading.Semaphore(limits.max_connections or 1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its connection is free again when the response is closed."""
        if not self._room.acquire(timeout=_longest_wait(request)):
            raise httpx.PoolTimeout("all connections are busy")
        try:
            for expired in self._expired():
                expired.close()
            transport = self._take()
            response = transport.handle_request(request)
        except BaseException:
            self._room.release()
            raise
        response.stream = _Body(response.stream, lambda: self._give_back(transport), self._room.release)
        return response

    def close(self) -> None:
        """Close all connections."""
        for transport in list(self._made):
            transport.close()


class AsyncPool(_Pool[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport):
    """Sends the async requests of one event loop."""

    def __init__(self, limits: httpx.Limits, **settings: Any) -> None:  # noqa: ANN401 - httpx's
        """Take what `httpx.AsyncHTTPTransport` takes; of the limits, all but `max_keepalive_connections` count."""
        import asyncio  # noqa: PLC0415 - sync programs have no use for it, and it takes long to import

        super().__init__(httpx.AsyncHTTPTransport, limits, **settings)
        self._room, self._timeout = asyncio.Semaphore(limits.max_connections or 1), asyncio.timeout

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its connection is free again when the response is closed."""
        try:
            async with self._timeout(_longest_wait(request) if self._room.locked() else None):
                await self._room.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("all connections are busy") from None
        try:
            for expired in self._expired():
                await expired.aclose()
            transport = self._take()
            response = await transport.handle_async_request(request)
        except BaseException:
            self._room.release()
            raise
        response.stream = _AsyncBody(response.stream, lambda: self._give_back(transport), self._room.release)
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        for transport in list(self._made):
            await transport.aclose()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any, give_back: Callable[[], None], end: Callable[[], None]) -> None:  # noqa: ANN401 - httpx types it as sync or async
        self._stream, self._give_back, self._end = stream, give_back, end

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        try:
            self._stream.close()
            self._give_back()
        finally:
            self._end()


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, stream: Any, give_back: Callable[[], None], end: Callable[[], None]) -> None:  # noqa: ANN401 - as above
        self._stream, self._give_back, self._end = stream, give_back, end

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
            self._give_back()
        finally:
            self._end()


def _longest_wait(request: httpx.Request) -> float | None:
    wait: float | None = request.extensions.get("timeout", {}).get("pool")
    return wait
