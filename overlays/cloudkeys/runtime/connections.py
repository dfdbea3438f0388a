"""Connections: one HTTP client for sync calls, and one for each event loop, created on first use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, TypeVar

import attrs
import httpx

from cloudkeys.errors import EventLoopError
from cloudkeys.runtime.bounds import current_bounds
from cloudkeys.runtime.direct import AsyncDirectClient, DirectClient
from cloudkeys.runtime.per_process import PerProcess
from cloudkeys.runtime.pool import AsyncPool, Pool
from cloudkeys.runtime.proxies import Routes, proxy_address, route_through, routes_of_environment

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable

OwnT = TypeVar("OwnT")
_WITH_CONNECTIONS: Final = (httpx.Client, httpx.AsyncClient, httpx.HTTPTransport, httpx.AsyncHTTPTransport)
"""Types that keep connections, which two processes must not share."""
_Async: TypeAlias = httpx.AsyncClient | AsyncDirectClient
_TLS_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
# As many may be kept as may be busy: httpx's default of 20 would close the others after a burst.
_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5)


@attrs.define
class _Made:
    """The HTTP clients of one process, and the IDs of the caller's own that were used there."""

    sync: DirectClient | None = None
    used: set[int] = attrs.field(factory=set[int])
    asynchronous: dict[asyncio.AbstractEventLoop, _Async] = attrs.field(factory=dict[Any, _Async])


@attrs.define(kw_only=True, eq=False)
class Connections:
    """Connections for requests. Clients may share them, across threads, event loops and processes.

    By default, requests use httpx's transports, HTTP/1.1, and the proxies of the environment. The environment is read
    when the object is created; with a transport or an httpx client of your own, at the first call of the other kind.
    Sync calls use one connection per calling thread, async calls at most 100 per event loop. A connection that was idle
    for 5 seconds is not reused.

    Attributes:
        verify: The TLS settings; by default httpx's.
        proxy: The URL of a proxy for all requests; by default the environment decides. Not shown in `repr`.
        aiohttp: Whether aiohttp sends async requests, which is faster with many in flight; it needs the extra
            `cloudkeys[aiohttp]`. It supports no SOCKS proxies, applies `connect` and `pool` to both waits together, and
            resends a request if a kept connection turns out to be closed.
        transport: A transport for sync requests, instead of httpx's.
        async_transport: A transport for async requests, instead of httpx's.
        http_client: An httpx client of your own for sync requests, instead of all of the above. You close it. Once
            used, neither it nor a httpx transport of your own can be used in a forked child.
        async_http_client: An httpx client of your own for async requests, likewise.

    Raises:
        TypeError: verify isn't an `ssl.SSLContext`.
        ValueError: proxy isn't the URL of a proxy, or isn't supported: SOCKS with aiohttp, or without `httpx[socks]`.
        EnvironmentVariableError: An environment variable names a proxy, certificates or a key log that can't be used.
        ImportError: aiohttp is true, but the extra isn't installed.
    """

    verify: ssl.SSLContext | None = None
    proxy: str | httpx.URL | httpx.Proxy | None = attrs.field(default=None, repr=False)
    aiohttp: bool = False
    transport: httpx.BaseTransport | None = attrs.field(default=None, repr=False)
    async_transport: httpx.AsyncBaseTransport | None = attrs.field(default=None, repr=False)
    http_client: httpx.Client | None = attrs.field(default=None, repr=False)
    async_http_client: httpx.AsyncClient | None = attrs.field(default=None, repr=False)
    _routes: Routes | None = attrs.field(default=None, init=False, repr=False)
    _made: PerProcess[_Made] = attrs.field(factory=lambda: PerProcess(_Made), init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the settings, which would otherwise fail during a call, with the proxy's password in the message."""
        if self.verify is not None and not hasattr(self.verify, "wrap_socket"):
            raise TypeError("verify must be an ssl.SSLContext, such as ssl.create_default_context(cafile=...), or None")
        if self.aiohttp:
            _aiohttp_transport()
        if self.proxy is not None:
            self._routes = route_through(self.proxy, aiohttp=self.aiohttp)
        if any((self.transport, self.async_transport, self.http_client, self.async_http_client)):
            return  # a call of the other kind reads the environment
        self._routes = self._routes or routes_of_environment(aiohttp=self.aiohttp)
        if self.verify is None and any(map(os.environ.get, _TLS_VARIABLES)):
            _tls_settings()

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled, here and for each client."""
        raise TypeError("connections aren't pickled, and no client is: make one in each process")

    def sync_client(self) -> httpx.Client | DirectClient:
        """Return the client for sync requests.

        Raises:
            RuntimeError: The caller's own client was used before a fork.
        """
        if self.http_client is not None:
            return self._check_own(self.http_client)
        made = self._made.value
        if made.sync is None:
            with self._made.lock:
                if made.sync is None:  # another thread may have been first
                    made.sync = DirectClient(self._transport_finder(self.transport, Pool))
        return made.sync

    def async_client(self) -> httpx.AsyncClient | AsyncDirectClient:
        """Return the client for async requests: one for each event loop, since connections belong to a loop.

        Raises:
            EventLoopError: No asyncio event loop is running.
            RuntimeError: The caller's own client was used before a fork.
        """
        loop, made = _running_loop(), self._made.value
        if self.async_http_client is not None:
            return self._check_own(self.async_http_client)
        client = made.asynchronous.get(loop)
        if client is None:
            kind = _aiohttp_transport() if self.aiohttp else AsyncPool
            with self._made.lock:
                open_loops = {loop: client for loop, client in made.asynchronous.items() if not loop.is_closed()}
                client = AsyncDirectClient(self._transport_finder(self.async_transport, kind))
                made.asynchronous = {**open_loops, loop: client}
        return client

    def _check_own(self, given: OwnT) -> OwnT:
        """Return the caller's own client or transport, unless it may have connections from before a fork."""
        used = self._made.value.used
        if id(given) not in used:
            was_used = any(id(given) in one.used for one in self._made.inherited)
            if was_used and isinstance(given, _WITH_CONNECTIONS):
                raise RuntimeError(
                    f"this {type(given).__name__} was used before a fork: its connections belong to another process, "
                    "so make one in each process"
                )
            used.add(id(given))
        return given

    def _transport_finder(self, given: Any, kind: Callable[..., Any]) -> Callable[[httpx.Request], Any]:  # noqa: ANN401 - sync or async
        """Return a function from a request to its transport: the given one, or one for each proxy."""
        if given is not None:
            self._check_own(given)
            return lambda _request: given
        routes = self._routes or routes_of_environment(aiohttp=self.aiohttp)

        transports: dict[httpx.Proxy | None, Any] = {}

        def find(request: httpx.Request) -> Any:  # noqa: ANN401 - as `kind` makes it
            proxy = routes.proxy_for(request.url)
            current_bounds().proxy = proxy_address(proxy) if proxy is not None else ""
            if proxy not in transports:
                made = kind(verify=self.verify or _tls_settings(), limits=_LIMITS, proxy=proxy)
                transports.setdefault(proxy, made)  # another thread may have been first
            return transports[proxy]

        return find

    def close(self) -> None:
        """Close the connections of sync calls. A later call opens new ones."""
        with self._made.lock:
            made = self._made.value
            client, made.sync = made.sync, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the connections of async calls in the running event loop. A later call opens new ones."""
        with self._made.lock:
            client = self._made.value.asynchronous.pop(_running_loop(), None)
        if client is not None:
            await client.aclose()


def _tls_settings() -> ssl.SSLContext:
    from cloudkeys.runtime.tls import default_tls_settings  # noqa: PLC0415 - most clients don't need it

    return default_tls_settings()


def _aiohttp_transport() -> Callable[..., httpx.AsyncBaseTransport]:
    try:
        from cloudkeys.runtime.aiohttp_transport import Transport  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ImportError("Connections(aiohttp=True) needs the extra: pip install 'cloudkeys[aiohttp]'") from error
    return Transport


def _running_loop() -> asyncio.AbstractEventLoop:
    import asyncio  # noqa: PLC0415 - slow to import, and sync programs don't need it

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        message = "async calls need a running asyncio event loop; other async libraries aren't supported"
        raise EventLoopError(message) from None
