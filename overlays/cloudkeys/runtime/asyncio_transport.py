"""Carrying the requests of async calls over asyncio, many at once.

httpx's own transport looks through all connections and all waiting requests at each request, so that 64 calls in
flight take longer than the same calls one after another. This one takes an idle connection off a stack. It speaks
HTTP/1.1, and knows no proxies.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

import httpx

from cloudkeys.runtime.asyncio_connection import Connection
from cloudkeys.runtime.connecting import connect
from cloudkeys.runtime.http11 import named, origin_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

    from cloudkeys.runtime.http11 import Origin


class AsyncioTransport(httpx.AsyncBaseTransport):
    """Carries the requests of one event loop."""

    def __init__(self, verify: ssl.SSLContext, max_connections: int = 100) -> None:
        """Set up the transport; nothing is connected before the first request.

        Args:
            verify: The TLS settings that servers are checked with.
            max_connections: How many requests may be under way at the same time, 1 or more; more of them wait.
        """
        # As httpx does: whatever the settings were made for, no other protocol may be agreed on.
        verify.set_alpn_protocols(["http/1.1"])
        self._verify, self._is_closed = verify, False
        self._free = asyncio.Semaphore(max_connections)
        self._idle: dict[Origin, deque[Connection]] = {}
        self._busy: set[Connection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the response when its headers have come.

        Raises:
            httpx.TransportError: There is no connection, it broke, took too long, or what came is no HTTP.
        """
        seconds = request.extensions.get("timeout", {})
        await self._wait_for_room(seconds.get("pool"))
        connection: Connection | None = None
        try:
            origin = origin_of(request.url)
            connection = self._take(origin) or await self._connect(origin, seconds.get("connect"))
            self._busy.add(connection)
            head = await connection.exchange(request, seconds.get("read"))
        except BaseException:
            self._release(connection)
            raise
        body = _Body(connection, seconds.get("read"), self._release)
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=body)

    async def _wait_for_room(self, seconds: float | None) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        with named(httpx.PoolTimeout, httpx.ConnectError):
            async with asyncio.timeout(seconds):
                await self._free.acquire()

    def _take(self, origin: Origin) -> Connection | None:
        idle = self._idle.get(origin)
        while idle:
            connection = idle.pop()
            if connection.is_usable():
                return connection
            connection.close()
        return None

    async def _connect(self, origin: Origin, seconds: float | None) -> Connection:
        scheme, host, port = origin
        with named(httpx.ConnectTimeout, httpx.ConnectError):
            async with asyncio.timeout(seconds):
                connection = await connect(host, port, lambda: Connection(origin), Connection.close)
                if scheme == "https":
                    await connection.encrypt(self._verify)
        return connection

    def _release(self, connection: Connection | None) -> None:
        self._free.release()
        if connection is None:
            return
        self._busy.discard(connection)
        if connection.recycle():
            idle = self._idle.setdefault(connection.origin, deque())
            idle.append(connection)
            while idle and (self._is_closed or not idle[0].is_usable()):
                idle.popleft().close()

    async def aclose(self) -> None:
        """Close all connections; requests that are under way fail, and none that is sent later keeps its connection."""
        self._is_closed = True
        for connection in self._busy.union(*self._idle.values()):
            connection.close()
        self._idle.clear()


class _Body(httpx.AsyncByteStream):
    def __init__(self, connection: Connection, seconds: float | None, release: Callable[[Connection], None]) -> None:
        self._connection, self._seconds = connection, seconds
        self._release: Callable[[Connection], None] | None = release

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunks := await self._connection.chunks(self._seconds):
            for chunk in chunks:
                yield chunk

    async def aclose(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release(self._connection)
