"""One HTTP/1.1 connection on an asyncio event loop: h11 knows the protocol, this knows the socket."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeAlias

import h11
import httpx

if TYPE_CHECKING:
    import ssl

Origin: TypeAlias = tuple[str, str, int]
"""The scheme, the host and the port that a connection belongs to."""

_LONGEST_HEAD: Final = 100 * 1024
"""Bytes of a status line with its headers, as with httpx."""
_MOST_INFORMATIONAL: Final = 20
"""How many responses 1xx may come before the real one."""
_MOST_UNREAD: Final = 1 << 20
"""Bytes that are taken from a service before somebody reads them."""
_IDLE_SECONDS: Final = 5.0
"""How long an unused connection is kept, as with httpx: services close theirs without a word not much later."""


class Connection(asyncio.Protocol):
    """A connection that carries one request at a time.

    Attributes:
        origin: What it is connected to.
    """

    _transport: asyncio.Transport

    def __init__(self, origin: Origin) -> None:
        """Begin a connection; asyncio calls the methods of `asyncio.Protocol` from then on."""
        self.origin = origin
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
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
        self._http.receive_data(data)
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
        return not self._transport.is_closing() and since is not None and self._loop.time() - since < _IDLE_SECONDS

    def recycle(self) -> bool:
        """Make the connection ready for another request, or close it.

        Returns:
            Whether it can carry another request: the whole response came, and nothing after it.
        """
        done = self._http.our_state is self._http.their_state is h11.DONE
        if not done or self._transport.is_closing() or self._http.trailing_data[0]:
            self.close()
            return False
        self._http.start_next_cycle()
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
        self._transport.write(await self._encoded(request))
        for _ in range(_MOST_INFORMATIONAL):
            event = await self.event(seconds)
            if isinstance(event, h11.Response):
                return event
        raise httpx.RemoteProtocolError("the service sends no response, but ever more announcements of one")

    async def _encoded(self, request: httpx.Request) -> bytes:
        head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
        encoded = [self._http.send(head)]
        if isinstance(request.stream, httpx.AsyncByteStream):
            encoded += [self._http.send(h11.Data(data=chunk)) async for chunk in request.stream]
        encoded.append(self._http.send(h11.EndOfMessage()))
        return b"".join(part for part in encoded if part)

    async def event(self, seconds: float | None) -> h11.Event | type[h11.PAUSED]:
        """Return the next part of the response.

        Args:
            seconds: How long to wait for it; None for ever.

        Raises:
            httpx.TransportError: The connection broke, it took too long, or what came is no HTTP.
        """
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                raise httpx.RemoteProtocolError(str(error)) from error
            if not isinstance(event, type) or event is h11.PAUSED:
                return event
            if self._is_lost:
                self._end()
            else:
                await self._wait(seconds)

    def _end(self) -> None:
        """Tell h11 that nothing more comes, which may be the end of a body, or raise."""
        if self._failure:
            raise httpx.ReadError(self._failure)
        if self._http.their_state is h11.SEND_RESPONSE:
            raise httpx.RemoteProtocolError("the service closed the connection without a response")
        self._http.receive_data(b"")

    async def _wait(self, seconds: float | None) -> None:
        self._unread = 0
        self._transport.resume_reading()
        self._arrived = self._loop.create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._arrived
        except TimeoutError:
            raise httpx.ReadTimeout("") from None
