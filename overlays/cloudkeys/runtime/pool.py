"""Pools of httpx's transports with one connection each.

httpcore's pool scans all of its connections before and after each request. With 64 requests in flight, the scan takes
five times as long as the request. A pool of one connection has nothing to scan.

A transport isn't reused after a failed request: its connection is closed, and an interrupt may have left one of its
locks held.
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
    from collections.abc import AsyncGenerator, Callable, Generator

    from cloudkeys.runtime.network import Transport

TransportT = TypeVar("TransportT", bound="httpx.BaseTransport | httpx.AsyncBaseTransport")


class _Pool(Generic[TransportT]):
    """Idle transports, most recently used first. Threads share them without a lock, since each step is atomic."""

    def __init__(self, make: Callable[..., TransportT], limits: httpx.Limits, **settings: Any) -> None:  # noqa: ANN401 - httpx's
        """Take the settings of the transports."""
        self._longest_idle = limits.keepalive_expiry or 0
        one = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=limits.keepalive_expiry)
        self._make: Callable[[], TransportT] = lambda: make(limits=one, **settings)
        self._made: weakref.WeakSet[TransportT] = weakref.WeakSet()
        self._lock = threading.Lock()  # a set must not grow while another thread iterates over it
        self._idle = deque[tuple[float, TransportT]]()

    def _take(self) -> TransportT:
        with contextlib.suppress(IndexError):
            return self._idle.pop()[1]
        transport = self._make()
        with self._lock:
            self._made.add(transport)
        return transport

    def _all(self) -> list[TransportT]:
        with self._lock:
            return list(self._made)

    def _give_back(self, transport: TransportT) -> None:
        self._idle.append((time.monotonic(), transport))

    def _expired(self) -> list[TransportT]:
        """Remove and return the transports that were idle for too long."""
        oldest, expired = time.monotonic() - self._longest_idle, list[TransportT]()
        with contextlib.suppress(IndexError):
            while self._idle[0][0] < oldest:
                expired.append(self._idle.popleft()[1])
        return expired


class Pool(_Pool[Any], httpx.BaseTransport):
    """Sends sync requests, over one connection for each calling thread.

    It keeps no count, which an interrupt between two steps could make wrong.
    """

    def __init__(self, limits: httpx.Limits, **settings: Any) -> None:  # noqa: ANN401 - httpx's
        """Accept the arguments of `httpx.HTTPTransport`; of the limits, only `keepalive_expiry` applies."""
        from cloudkeys.runtime.network import Transport  # noqa: PLC0415 - it imports httpcore, which is slow

        super().__init__(Transport, limits, **settings)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its connection is free again once the response was read and closed."""
        for expired in self._expired():
            expired.close()
        transport: Transport = self._take()
        try:
            response = transport.handle_request(request)
        except BaseException:
            transport.abandon()
            raise
        response.stream = _Body(response.stream, lambda: self._give_back(transport))
        return response

    def close(self) -> None:
        """Close all connections."""
        for transport in self._all():
            transport.close()


class AsyncPool(_Pool[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport):
    """Sends the async requests of one event loop."""

    def __init__(self, limits: httpx.Limits, **settings: Any) -> None:  # noqa: ANN401 - httpx's
        """Accept the arguments of `httpx.AsyncHTTPTransport`; `max_keepalive_connections` doesn't apply."""
        import asyncio  # noqa: PLC0415 - slow to import, and sync programs don't need it

        from cloudkeys.runtime.network import AsyncTransport  # noqa: PLC0415 - as above

        super().__init__(AsyncTransport, limits, **settings)
        self._room, self._timeout = asyncio.Semaphore(limits.max_connections or 1), asyncio.timeout

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its connection is free again once the response was read and closed."""
        try:
            wait = request.extensions.get("timeout", {}).get("pool") if self._room.locked() else None
            async with self._timeout(wait):
                await self._room.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("all connections are busy") from None
        try:
            for expired in self._expired():
                await expired.aclose()
            transport = self._take()
            try:
                response = await transport.handle_async_request(request)
            except BaseException:
                await transport.aclose()  # httpcore closes nothing if a call is cancelled just after connecting
                raise
        except BaseException:
            self._room.release()
            raise
        response.stream = _AsyncBody(response.stream, lambda: self._give_back(transport), self._room.release)
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        for transport in self._all():
            await transport.aclose()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any, give_back: Callable[[], None]) -> None:  # noqa: ANN401 - httpx types it as sync or async
        self._stream, self._is_whole = stream, False
        self._give_back: Callable[[], None] | None = give_back

    def __iter__(self) -> Generator[bytes]:
        yield from self._stream
        self._is_whole = True

    def close(self) -> None:
        # Cleared first: after an interrupt, a second `close` must not give the transport back again.
        give_back, self._give_back = self._give_back if self._is_whole else None, None
        self._stream.close()
        if give_back is not None:
            give_back()


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, stream: Any, give_back: Callable[[], None], end: Callable[[], None]) -> None:  # noqa: ANN401 - as above
        self._stream, self._is_whole = stream, False
        self._give_back: Callable[[], None] | None = give_back
        self._end: Callable[[], None] | None = end

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        async for chunk in self._stream:
            yield chunk
        self._is_whole = True

    async def aclose(self) -> None:
        give_back, self._give_back = self._give_back if self._is_whole else None, None
        end, self._end = self._end, None
        try:
            await self._stream.aclose()
            if give_back is not None:
                give_back()
        finally:
            if end is not None:
                end()
