"""Carrying the requests of sync calls over sockets, from many threads at once.

It does what httpx's own transport does, with a third of its work: it takes an idle connection off a stack. It speaks
HTTP/1.1, and knows no proxies.
"""

from __future__ import annotations

import contextlib
import select
import socket
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

import httpx

from cloudkeys.runtime.http11 import IDLE_SECONDS, Http11, named, origin_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    import h11

    from cloudkeys.runtime.http11 import Origin

_AT_ONCE = 1 << 18
"""Bytes to ask the system for."""


class SocketTransport(httpx.BaseTransport):
    """Carries requests; threads may share it."""

    def __init__(self, verify: ssl.SSLContext, max_connections: int = 100) -> None:
        """Set up the transport; nothing is connected before the first request.

        Args:
            verify: The TLS settings that servers are checked with.
            max_connections: How many requests may be under way at the same time, 1 or more; more of them wait.
        """
        # As httpx does: whatever the settings were made for, no other protocol may be agreed on.
        verify.set_alpn_protocols(["http/1.1"])
        self._verify, self._is_closed = verify, False
        self._free = threading.Semaphore(max_connections)
        # Changed by single operations of Python, which threads can't come between: no lock is held while one waits.
        self._idle: dict[Origin, deque[_Connection]] = {}
        self._busy: set[_Connection] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the response when its headers have come.

        Raises:
            httpx.TransportError: There is no connection, it broke, took too long, or what came is no HTTP.
        """
        seconds = request.extensions.get("timeout", {})
        if not self._free.acquire(timeout=seconds.get("pool")):
            raise httpx.PoolTimeout("")
        connection: _Connection | None = None
        try:
            origin = origin_of(request.url)
            connection = self._take(origin) or self._connect(origin, seconds.get("connect"))
            self._busy.add(connection)
            head = connection.exchange(request, seconds.get("read"), seconds.get("write"))
        except BaseException:
            self._release(connection)
            raise
        return httpx.Response(
            head.status_code, headers=head.headers.raw_items(), stream=_Body(connection, self._release)
        )

    def _take(self, origin: Origin) -> _Connection | None:
        idle = self._idle.setdefault(origin, deque())
        with contextlib.suppress(IndexError):
            while True:
                connection = idle.pop()
                if connection.is_usable():
                    return connection
                connection.close()
        return None

    def _connect(self, origin: Origin, seconds: float | None) -> _Connection:
        scheme, host, port = origin
        with named(httpx.ConnectTimeout, httpx.ConnectError):
            connected = socket.create_connection((host, port), seconds)
            try:
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if scheme == "https":
                    connected = self._verify.wrap_socket(connected, server_hostname=host)
            except BaseException:
                connected.close()
                raise
        return _Connection(origin, connected)

    def _release(self, connection: _Connection | None) -> None:
        self._free.release()
        if connection is None:
            return
        self._busy.discard(connection)
        if connection.recycle():
            idle = self._idle[connection.origin]
            idle.append(connection)
            with contextlib.suppress(IndexError):
                while idle[0].is_old():
                    idle.popleft().close()
        if self._is_closed:
            self._close_idle()

    def close(self) -> None:
        """Close all connections; requests that are under way fail, and none that is sent later keeps its connection."""
        self._is_closed = True
        for connection in list(self._busy):
            connection.shut()
        self._close_idle()

    def _close_idle(self) -> None:
        for idle in list(self._idle.values()):
            with contextlib.suppress(IndexError):
                while True:
                    idle.pop().close()


class _Connection:
    def __init__(self, origin: Origin, connected: socket.socket) -> None:
        self.origin, self._socket = origin, connected
        self._http = Http11()
        self._idle_since = 0.0

    def is_old(self) -> bool:
        return time.monotonic() - self._idle_since >= IDLE_SECONDS

    def is_usable(self) -> bool:
        """Return whether the connection, which is idle, is neither old, nor closed, nor has what nobody asked for."""
        return not self.is_old() and not _is_readable(self._socket)

    def recycle(self) -> bool:
        if not self._http.recycle():
            self.close()
            return False
        self._idle_since = time.monotonic()
        return True

    def close(self) -> None:
        self._socket.close()

    def shut(self) -> None:
        """Wake the thread that waits for the connection, which closes it then."""
        with contextlib.suppress(OSError):
            # Not the method of a TLS socket: from then on, that would send what its thread still sends as it is.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def exchange(self, request: httpx.Request, read: float | None, write: float | None) -> h11.Response:
        with named(httpx.WriteTimeout, httpx.WriteError):
            self._socket.settimeout(write)
            self._socket.sendall(self._http.encoded(request, [request.read()]))
        self._socket.settimeout(read)
        while (response := self._http.response()) is None:
            self._receive()
        return response

    def chunks(self) -> list[bytes]:
        while (found := self._http.body()) is None:
            self._receive()
        return found

    def _receive(self) -> None:
        with named(httpx.ReadTimeout, httpx.ReadError):
            data = self._socket.recv(_AT_ONCE)
        if data:
            self._http.receive(data)
        else:
            self._http.ended()


class _Body(httpx.SyncByteStream):
    def __init__(self, connection: _Connection, release: Callable[[_Connection], None]) -> None:
        self._connection = connection
        self._release: Callable[[_Connection], None] | None = release

    def __iter__(self) -> Iterator[bytes]:
        while chunks := self._connection.chunks():
            yield from chunks

    def close(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release(self._connection)


def _is_readable(connected: socket.socket) -> bool:
    """Return whether something came, be it the end."""
    if sys.platform == "win32":
        return bool(select.select([connected], [], [], 0)[0])
    # Unlike `select`, it knows no highest number of a file.
    poll = select.poll()
    poll.register(connected, select.POLLIN)
    return bool(poll.poll(0))
