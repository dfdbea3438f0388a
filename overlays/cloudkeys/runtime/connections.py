"""What carries requests: one client for sync calls, one for the async calls of each event loop, made when needed."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias
from urllib.request import getproxies

import httpx

from cloudkeys.runtime.direct import AsyncDirectClient, DirectClient
from cloudkeys.runtime.socket_transport import SocketTransport

if TYPE_CHECKING:
    import asyncio
    import ssl

SyncClient: TypeAlias = httpx.Client | DirectClient
"""What sends the requests of sync calls: httpx's client where it is the user's own, or has to choose a proxy."""
AsyncClient: TypeAlias = httpx.AsyncClient | AsyncDirectClient
"""What sends the requests of async calls, likewise."""


@functools.cache
def default_tls_settings() -> ssl.SSLContext:
    """Return the TLS settings that all clients of a process share, since making them takes longer than a call."""
    return httpx.create_ssl_context()


@dataclass(kw_only=True, eq=False)
class Connections:
    """How requests travel. Clients may share one; it is safe to use from many threads and event loops.

    By default over at most 100 connections of HTTP/1.1 at a time, each kept for 5 seconds of idleness; where there is
    a proxy, over those of httpx.

    Attributes:
        verify: The TLS settings that servers are checked with; by default those of httpx.
        proxy: The URL of a proxy for all requests; by default what the environment says. Not shown in `repr`.
        transport: What carries sync requests in place of the network.
        async_transport: What carries async requests in place of the network.
        http_client: An httpx client of your own for sync requests, in place of all of the above. You close it.
        async_http_client: An httpx client of your own for async requests, likewise.

    Raises:
        TypeError: verify is no `ssl.SSLContext`.
        ValueError: proxy is no URL of a proxy.
    """

    verify: ssl.SSLContext | None = None
    proxy: str | httpx.URL | httpx.Proxy | None = field(default=None, repr=False)
    transport: httpx.BaseTransport | None = field(default=None, repr=False)
    async_transport: httpx.AsyncBaseTransport | None = field(default=None, repr=False)
    http_client: httpx.Client | None = field(default=None, repr=False)
    async_http_client: httpx.AsyncClient | None = field(default=None, repr=False)
    _sync: SyncClient | None = field(default=None, init=False, repr=False)
    _async: dict[asyncio.AbstractEventLoop, AsyncClient] = field(
        default_factory=dict[Any, AsyncClient], init=False, repr=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        """Check what httpx would complain about in the midst of a call, with the proxy's password in its message."""
        if self.verify is not None and not hasattr(self.verify, "wrap_socket"):
            raise TypeError("verify must be an ssl.SSLContext, such as ssl.create_default_context(cafile=...), or None")
        if isinstance(self.proxy, str | httpx.URL):
            try:
                has_host = bool(httpx.Proxy(self.proxy).url.host)
            except (httpx.InvalidURL, ValueError):
                has_host = False
            if not has_host:
                raise ValueError("proxy must be a URL, such as http://proxy.example.com:3128")

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled, and so does each client, which has one."""
        raise TypeError("connections aren't pickled, and no client is: make one in each process")

    def sync_client(self) -> SyncClient:
        """Return the client for sync requests."""
        client = self.http_client or self._sync
        if client is not None:
            return client
        with self._lock:
            if self._sync is None:
                self._sync = self._new_client()
            return self._sync

    def async_client(self) -> AsyncClient:
        """Return the client for async requests: one for each event loop, which its connections belong to."""
        if self.async_http_client is not None:
            return self.async_http_client
        loop = _running_loop()
        client = self._async.get(loop)
        if client is not None:
            return client
        with self._lock:
            self._async = {loop: client for loop, client in self._async.items() if not loop.is_closed()}
            self._async[loop] = self._new_async_client()
            return self._async[loop]

    def _new_client(self) -> SyncClient:
        if self.transport is not None:
            return DirectClient(self.transport)
        if self._asks_environment():
            return httpx.Client(verify=self._verify(), cookies=_no_cookies())
        if self.proxy is not None:
            return DirectClient(httpx.HTTPTransport(verify=self._verify(), proxy=self.proxy))
        return DirectClient(SocketTransport(self._verify()))

    def _new_async_client(self) -> AsyncClient:
        if self.async_transport is not None:
            return AsyncDirectClient(self.async_transport)
        if self._asks_environment():
            return httpx.AsyncClient(verify=self._verify(), cookies=_no_cookies())
        if self.proxy is not None:
            return AsyncDirectClient(httpx.AsyncHTTPTransport(verify=self._verify(), proxy=self.proxy))
        from cloudkeys.runtime.asyncio_transport import AsyncioTransport  # noqa: PLC0415 - sync calls need none of it

        return AsyncDirectClient(AsyncioTransport(self._verify()))

    def _asks_environment(self) -> bool:
        """Return whether the environment names proxies: which of them serves which host, httpx's client finds out."""
        return self.proxy is None and not getproxies().keys().isdisjoint({"http", "https", "all"})

    def _verify(self) -> ssl.SSLContext:
        return self.verify or default_tls_settings()

    def close(self) -> None:
        """Close the connections of sync calls. A later call opens new ones."""
        with self._lock:
            client, self._sync = self._sync, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the connections of async calls in the running event loop. A later call opens new ones."""
        with self._lock:
            client = self._async.pop(_running_loop(), None)
        if client is not None:
            await client.aclose()


def _no_cookies() -> CookieJar:
    # A copy of the client may speak for another user.
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def _running_loop() -> asyncio.AbstractEventLoop:
    import asyncio  # noqa: PLC0415 - a program that makes no async call shouldn't wait for it

    return asyncio.get_running_loop()
