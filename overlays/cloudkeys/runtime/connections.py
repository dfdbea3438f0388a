"""How requests travel: one client for sync calls, one for the async calls of each event loop, made when needed."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, TypeVar

import attrs
import httpx

from cloudkeys.errors import EventLoopError
from cloudkeys.runtime.bounds import current
from cloudkeys.runtime.direct import AsyncDirectClient, DirectClient
from cloudkeys.runtime.per_process import PerProcess
from cloudkeys.runtime.pool import AsyncPool, Pool
from cloudkeys.runtime.proxies import Routes, given_route, routes_of_environment, shown

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable

OwnT = TypeVar("OwnT")
_WITH_CONNECTIONS: Final = (httpx.Client, httpx.AsyncClient, httpx.HTTPTransport, httpx.AsyncHTTPTransport)
"""What keeps connections, and would read the responses of another process; others say themselves what they can."""
_Async: TypeAlias = httpx.AsyncClient | AsyncDirectClient
_TLS_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
# All that may be busy may be kept: httpx's own 20 would close the others of many calls in flight.
_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5)


@attrs.define
class _Made:
    """The clients that were made in one process, and which of the caller's own were used there."""

    sync: DirectClient | None = None
    used: set[int] = attrs.field(factory=set[int])
    asynchronous: dict[asyncio.AbstractEventLoop, _Async] = attrs.field(factory=dict[Any, _Async])


@attrs.define(kw_only=True, eq=False)
class Connections:
    """How requests travel. Clients may share one; it is safe to use from many threads, event loops and processes.

    By default over the transports of httpx and HTTP/1.1, and through the proxies that the environment names when this
    is made; where a transport or a client of httpx is given, when the other kind of call is made first. Sync calls have
    a connection for each thread that calls, async calls at most 100 for each event loop; one that is idle for 5 seconds
    is not used again.

    Attributes:
        verify: The TLS settings that servers are checked with; by default those of httpx.
        proxy: The URL of a proxy for all requests; by default what the environment says. Not shown in `repr`.
        aiohttp: Whether aiohttp sends async requests, which is faster with many in flight; the extra
            `cloudkeys[aiohttp]` brings it. It supports no SOCKS proxies, waits as long as `connect` and `pool` say for
            both together, and sends a request again where a kept connection turns out to be closed.
        transport: What sends sync requests in place of httpx's transport.
        async_transport: What sends async requests in place of httpx's transport.
        http_client: An httpx client of your own for sync requests, in place of all of the above. You close it. After a
            fork it can't be used in the child if it was before, nor can a transport of httpx of your own.
        async_http_client: An httpx client of your own for async requests, likewise.

    Raises:
        TypeError: verify is no `ssl.SSLContext`.
        ValueError: proxy is no URL of a proxy, or of one that can't be spoken to: SOCKS with aiohttp, or without
            `httpx[socks]`.
        EnvironmentVariableError: The environment names a proxy, certificates or a key log that can't be used.
        ImportError: aiohttp is asked for, and the extra isn't installed.
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
        """Check what would otherwise fail in the midst of a call, with the proxy's password in its message."""
        if self.verify is not None and not hasattr(self.verify, "wrap_socket"):
            raise TypeError("verify must be an ssl.SSLContext, such as ssl.create_default_context(cafile=...), or None")
        if self.aiohttp:
            _aiohttp_transport()
        if self.proxy is not None:
            self._routes = given_route(self.proxy, aiohttp=self.aiohttp)
        if any((self.transport, self.async_transport, self.http_client, self.async_http_client)):
            return  # calls of the other kind, if there are any, look for themselves
        self._routes = self._routes or routes_of_environment(aiohttp=self.aiohttp)
        if self.verify is None and any(map(os.environ.get, _TLS_VARIABLES)):
            _tls_settings()

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled, and so does each client, which has one."""
        raise TypeError("connections aren't pickled, and no client is: make one in each process")

    def sync_client(self) -> httpx.Client | DirectClient:
        """Return the client for sync requests.

        Raises:
            RuntimeError: The caller's own was used before a fork, in another process.
        """
        if self.http_client is not None:
            return self._own(self.http_client)
        made = self._made.value
        if made.sync is None:
            with self._made.lock:
                if made.sync is None:  # another thread may have come first
                    made.sync = DirectClient(self._choice(self.transport, Pool))
        return made.sync

    def async_client(self) -> httpx.AsyncClient | AsyncDirectClient:
        """Return the client for async requests: one for each event loop, which its connections belong to.

        Raises:
            EventLoopError: No asyncio event loop is running.
            RuntimeError: The caller's own was used before a fork, in another process.
        """
        loop, made = _running_loop(), self._made.value
        if self.async_http_client is not None:
            return self._own(self.async_http_client)
        client = made.asynchronous.get(loop)
        if client is None:
            kind = _aiohttp_transport() if self.aiohttp else AsyncPool
            with self._made.lock:
                open_loops = {loop: client for loop, client in made.asynchronous.items() if not loop.is_closed()}
                client = AsyncDirectClient(self._choice(self.async_transport, kind))
                made.asynchronous = {**open_loops, loop: client}
        return client

    def _own(self, given: OwnT) -> OwnT:
        """Return what the caller gave, unless it may share connections with a process that this one was forked from."""
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

    def _choice(self, given: Any, kind: Callable[..., Any]) -> Callable[[httpx.Request], Any]:  # noqa: ANN401 - sync or async
        """Return what finds the transport for a request: the given one, or one for each proxy."""
        if given is not None:
            self._own(given)
            return lambda _request: given
        routes = self._routes or routes_of_environment(aiohttp=self.aiohttp)

        @functools.cache
        def through(proxy: httpx.Proxy | None) -> Any:  # noqa: ANN401 - as `kind` makes it
            return kind(verify=self.verify or _tls_settings(), limits=_LIMITS, proxy=proxy)

        def chosen(request: httpx.Request) -> Any:  # noqa: ANN401 - as above
            proxy = routes.proxy_for(request.url)
            current().proxy = shown(proxy) if proxy is not None else ""
            return through(proxy)

        return chosen

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
    from cloudkeys.runtime.tls import default_tls_settings  # noqa: PLC0415 - most clients are made without

    return default_tls_settings()


def _aiohttp_transport() -> Callable[..., httpx.AsyncBaseTransport]:
    try:
        from cloudkeys.runtime.aiohttp_transport import Transport  # noqa: PLC0415 - most programs don't have the extra
    except ImportError as error:
        raise ImportError("Connections(aiohttp=True) needs the extra: pip install 'cloudkeys[aiohttp]'") from error
    return Transport


def _running_loop() -> asyncio.AbstractEventLoop:
    import asyncio  # noqa: PLC0415 - sync programs have no use for it, and it takes long to import

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        message = "async calls need a running asyncio event loop; other async libraries aren't supported"
        raise EventLoopError(message) from None
