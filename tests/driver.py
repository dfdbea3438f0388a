"""A driver that runs a test five ways: sync and async, over httpx.MockTransport, sockets on loopback, and aiohttp."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import socket
import ssl
import threading
from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from cloudkeys import Alibaba, AsyncAlibaba, AsyncHuawei, Huawei
from cloudkeys.paging.cursor import Page
from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime.connections import Connections
from cloudkeys.testing import FakeResponse, ReceivedRequest
from cloudkeys.testing.http import server

Handler = Callable[[httpx.Request], FakeResponse]

SYNC_MOCK = pytest.param({"is_async": False, "over_sockets": False}, id="sync-mock")
ASYNC_MOCK = pytest.param({"is_async": True, "over_sockets": False}, id="async-mock")
SYNC_SOCKETS = pytest.param({"is_async": False, "over_sockets": True}, id="sync-sockets")
ASYNC_SOCKETS = pytest.param({"is_async": True, "over_sockets": True}, id="async-sockets")
ASYNC_AIOHTTP = pytest.param({"is_async": True, "over_sockets": True, "aiohttp": True}, id="async-aiohttp")
WAYS = (SYNC_MOCK, ASYNC_MOCK, SYNC_SOCKETS, ASYNC_SOCKETS, ASYNC_AIOHTTP)
# `over_mock` is for tests to which sockets make no difference, `over_sockets` for those that need them.
over_mock = pytest.mark.parametrize("driver", [SYNC_MOCK, ASYNC_MOCK], indirect=True)
over_sockets = pytest.mark.parametrize("driver", [SYNC_SOCKETS, ASYNC_SOCKETS, ASYNC_AIOHTTP], indirect=True)
over_sockets_of_httpx = pytest.mark.parametrize("driver", [SYNC_SOCKETS, ASYNC_SOCKETS], indirect=True)
over_async_sockets = pytest.mark.parametrize("driver", [ASYNC_SOCKETS, ASYNC_AIOHTTP], indirect=True)


class Driver:
    """Runs calls and listings, sync or async, against a handler that acts as the service."""

    def __init__(self, *, is_async: bool, over_sockets: bool, aiohttp: bool = False) -> None:
        self.is_async, self.over_sockets, self.aiohttp = is_async, over_sockets, aiohttp
        self._stack = contextlib.ExitStack()
        self._runner = self._stack.enter_context(asyncio.Runner()) if is_async else None

    def serve(self, handler: Handler) -> dict[str, Any]:
        """Return the settings of a client that calls the handler."""
        if self.over_sockets:
            base_url = self._stack.enter_context(serving(handler))
            return {"base_url": base_url, "connections": self.connections()}
        transport = httpx.MockTransport(lambda request: _response(handler(request)))
        connections = self.connections(transport=transport, async_transport=transport)
        return {"base_url": "http://127.0.0.1:8080", "connections": connections}

    def connections(self, **options: Any) -> Connections:
        """Return connections that are closed with the driver."""
        connections = Connections(aiohttp=self.aiohttp, **options)
        self._stack.callback(self._close, connections)
        return connections

    def _close(self, connections: Connections) -> None:
        connections.close()
        if self._runner is not None:
            self._runner.run(connections.aclose())

    def close(self) -> None:
        self._stack.close()

    @property
    def front_classes(self) -> tuple[type[Any], type[Any]]:
        """The front classes of Alibaba Cloud and Huawei Cloud, sync or async."""
        return (AsyncAlibaba, AsyncHuawei) if self.is_async else (Alibaba, Huawei)

    def alibaba(self, handler: Handler, **settings: Any) -> Any:
        """Return a client of Alibaba Cloud that calls the handler."""
        return self.front_classes[0](**self.serve(handler) | settings)

    def huawei(self, handler: Handler, **settings: Any) -> Any:
        """Return a client of Huawei Cloud that calls the handler."""
        return self.front_classes[1](**self.serve(handler) | settings)

    def run(self, call: Callable[[], Any]) -> Any:
        """Return the result of a call, and await it if the client is async."""
        if self._runner is None:
            return call()

        async def await_result() -> Any:
            result = call()
            return await result if inspect.isawaitable(result) else result

        return self._runner.run(await_result())

    def items(self, listing: Listing[Any] | AsyncListing[Any], stop_after: int | None = None) -> list[Any]:
        """Iterate over a listing or its pages, and stop after some items if asked to."""
        found: list[Any] = []

        def take(item: Any) -> bool:
            found.append(item)
            return len(found) == stop_after

        def sync(listing: Iterable[Any]) -> None:
            for item in listing:
                if take(item):
                    break

        async def asynchronous(listing: AsyncIterable[Any]) -> None:
            async for item in listing:
                if take(item):
                    break

        self.run(lambda: asynchronous(listing) if isinstance(listing, AsyncIterable) else sync(listing))
        return found

    def pages(self, listing: Listing[Any] | AsyncListing[Any]) -> list[Page[Any]]:
        async def asynchronous(listing: AsyncListing[Any]) -> list[Page[Any]]:
            return [page async for page in listing.pages()]

        pages: list[Page[Any]] = self.run(
            lambda: asynchronous(listing) if isinstance(listing, AsyncListing) else list(listing.pages())
        )
        return pages


def _response(response: FakeResponse) -> httpx.Response:
    return httpx.Response(response.status, content=response.body, headers=response.headers)


def serving(handler: Handler) -> AbstractContextManager[str]:
    """Serve on loopback; close the connection if the handler raises an httpx.TransportError."""

    def respond(received: ReceivedRequest) -> FakeResponse:
        url = f"http://{received.headers['Host']}{received.target}"
        try:
            return handler(httpx.Request(received.method, url, headers=received.headers, content=received.body))
        except httpx.TransportError as error:
            raise ConnectionAbortedError from error

    return server.serving(respond)


def stay_silent(connection: socket.socket) -> None:
    """Send nothing until the client hangs up; read all that it sends, so that closing doesn't reset the connection."""
    while connection.recv(65536):
        pass


@contextlib.contextmanager
def raw_server(
    play: bytes | Callable[[socket.socket], object], host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[tuple[str, list[bytes]]]:
    """Serve one connection after another: read a request, send these bytes, and hang up.

    Args:
        play: The bytes to send, or a function that sends them.
        host: A name or an address of this machine.
        tls: The TLS settings; none for a server without TLS.

    Yields:
        The base URL, and the list of received requests.
    """
    requests: list[bytes] = []
    stopping = threading.Event()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:

        def serve() -> None:
            while True:
                accepted, _ = listener.accept()
                if stopping.is_set():
                    accepted.close()
                    return
                with (
                    contextlib.suppress(OSError),
                    accepted,
                    tls.wrap_socket(accepted, server_side=True) if tls else accepted as connection,
                ):
                    if request := connection.recv(65536):
                        requests.append(request)
                        connection.sendall(play) if isinstance(play, bytes) else play(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url_host = f"[{host}]" if ":" in host else host
        try:
            yield f"{'https' if tls else 'http'}://{url_host}:{listener.getsockname()[1]}", requests
        finally:
            stopping.set()
            with socket.create_connection(listener.getsockname()[:2]):
                thread.join(5)


def closed_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
