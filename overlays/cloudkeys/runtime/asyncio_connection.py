"""One HTTP/1.1 connection on an asyncio event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import httpx

from cloudkeys.runtime.http11 import IDLE_SECONDS, Http11

if TYPE_CHECKING:
    import ssl

    import h11

    from cloudkeys.runtime.http11 import Origin

_MOST_UNREAD: Final = 1 << 20
"""Bytes that are taken from a service before somebody reads them."""


class Connection(asyncio.Protocol):
    """A connection that carries one request at a time.

    Attributes:
        origin: What it is connected to.
    """

    _transport: asyncio.Transport

    def __init__(self, origin: Origin) -> None:
        """Begin a connection; asyncio calls the methods of `asyncio.Protocol` from then on."""
        self.origin = origin
        self._http = Http11()
        self._loop = asyncio.get_running_loop()
        self._arrived: asyncio.Future[None] | None = None
        self._unread = 0
        self._idle_since: float | None = None
        self._is_lost, self._failure = False, ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    async def encrypt(self, settings: ssl.SSLContext) -> None:
        """Go over to TLS; the connection is closed where that fails.

        Args:
            settings: What the server is checked with.
        """
        host = self.origin[1]
        try:
            # In two steps: of a connection that begins with TLS, asyncio forgets the socket if the settings raise.
            encrypted = await self._loop.start_tls(self._transport, self, settings, server_hostname=host)
        except BaseException:
            self.close()
            raise
        if encrypted is not None:
            self.connection_made(encrypted)

    def data_received(self, data: bytes) -> None:
        """Take what came, and no more than is read; what nobody asked for ends the connection."""
        if self._idle_since is not None:
            # It would be taken for the response to the next request.
            self.close()
            return
        self._http.receive(data)
        self._unread += len(data)
        if self._unread > _MOST_UNREAD:
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that nothing more comes."""
        self._is_lost, self._failure = True, "" if exc is None else str(exc) or type(exc).__name__
        self._wake()

    def _wake(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def close(self) -> None:
        """Close the connection, at once; what is under way fails."""
        self._transport.abort()

    def is_usable(self) -> bool:
        """Return whether the connection, which is idle, can carry another request."""
        since = self._idle_since
        return not self._transport.is_closing() and since is not None and self._loop.time() - since < IDLE_SECONDS

    def recycle(self) -> bool:
        """Make the connection ready for another request, or close it.

        Returns:
            Whether it can carry another request.
        """
        if self._transport.is_closing() or not self._http.recycle():
            self.close()
            return False
        self._idle_since = self._loop.time()
        return True

    async def exchange(self, request: httpx.Request, seconds: float | None) -> h11.Response:
        """Send a request.

        Args:
            request: The request; its body is sent without looking at how fast it is taken, so it must be small.
            seconds: How long to wait for each part of the response; None for ever.

        Returns:
            The status and the headers.

        Raises:
            httpx.TransportError: The connection broke, it took too long, or what came is no HTTP.
        """
        self._idle_since = None
        self._transport.write(self._http.encoded(request, [await request.aread()]))
        while (response := self._http.response()) is None:
            await self._wait(seconds)
        return response

    async def chunks(self, seconds: float | None) -> list[bytes]:
        """Return what comes next of the body, in chunks; nothing at its end.

        Args:
            seconds: How long to wait for it; None for ever.

        Raises:
            httpx.TransportError: The connection broke, it took too long, or what came is no HTTP.
        """
        while (found := self._http.body()) is None:
            await self._wait(seconds)
        return found

    async def _wait(self, seconds: float | None) -> None:
        if self._is_lost:
            if self._failure:
                raise httpx.ReadError(self._failure)
            self._http.ended()
            return
        self._unread = 0
        self._transport.resume_reading()
        self._arrived = self._loop.create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._arrived
        except TimeoutError:
            raise httpx.ReadTimeout("") from None
