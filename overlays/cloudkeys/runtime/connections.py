"""How requests travel: one client for sync calls, one for the async calls of each event loop, made when needed."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias
from urllib.request import getproxies

import attrs
import httpx

from cloudkeys.runtime.direct import AsyncDirectClient, DirectClient
from cloudkeys.runtime.endpoints import can_be_reached
from cloudkeys.runtime.per_process import PerProcess
from cloudkeys.runtime.pool import AsyncPool, Pool

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable

_Async: TypeAlias = httpx.AsyncClient | AsyncDirectClient
# All that may be busy may be kept: httpx's own 20 would close the others of many calls in flight.
_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5)


@functools.cache
def default_tls_settings() -> ssl.SSLContext:
    """Return the TLS settings that all clients of a process share, since making them takes longer than a call."""
    return httpx.create_ssl_context()


@attrs.define
class _Made:
    """The clients that were made in one process."""

    sync: DirectClient | None = None
    asynchronous: dict[asyncio.AbstractEventLoop, _Async] = attrs.field(factory=dict[Any, _Async])


@attrs.define(kw_only=True, eq=False)
class Connections:
    """How requests travel. Clients may share one; it is safe to use from many threads, event loops and processes.

    By default over the transports of httpx and HTTP/1.1, and through the proxies that the environment names when this
    is made. Sync calls have a connection for each thread that calls, async calls at most 100 for each event loop; one
    that is idle for 5 seconds is not used again.

    Attributes:
        verify: The TLS settings that servers are checked with; by default those of httpx.
        proxy: The URL of a proxy for all requests; by default what the environment says. Not shown in `repr`.
        aiohttp: Whether aiohttp sends async requests, which is faster with many in flight; the extra
            `cloudkeys[aiohttp]` brings it. It supports no SOCKS proxies, waits as long as `connect` and `pool` say for
            both together, and sends a request again where a kept connection turns out to be closed.
        transport: What sends sync requests in place of httpx's transport.
        async_transport: What sends async requests in place of httpx's transport.
        http_client: An httpx client of your own for sync requests, in place of all of the above. You close it.
        async_http_client: An httpx client of your own for async requests, likewise.

    Raises:
        TypeError: verify is no `ssl.SSLContext`.
        ValueError: proxy, or a proxy that the environment names, is no URL of a proxy.
        ImportError: aiohttp is asked for, and the extra isn't installed.
    """

    verify: ssl.SSLContext | None = None
    proxy: str | httpx.URL | httpx.Proxy | None = attrs.field(default=None, repr=False)
    aiohttp: bool = False
    transport: httpx.BaseTransport | None = attrs.field(default=None, repr=False)
    async_transport: httpx.AsyncBaseTransport | None = attrs.field(default=None, repr=False)
    http_client: httpx.Client | None = attrs.field(default=None, repr=False)
    async_http_client: httpx.AsyncClient | None = attrs.field(default=None, repr=False)
    _proxies: dict[str, httpx.Proxy] = attrs.field(factory=dict[str, httpx.Proxy], init=False, repr=False)
    _excepted: tuple[str, ...] = attrs.field(default=(), init=False, repr=False)
    _made: PerProcess[_Made] = attrs.field(factory=lambda: PerProcess(_Made), init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check what httpx would complain about in the midst of a call, with the proxy's password in its message."""
        if self.verify is not None and not hasattr(self.verify, "wrap_socket"):
            raise TypeError("verify must be an ssl.SSLContext, such as ssl.create_default_context(cafile=...), or None")
        named: dict[str, Any] = getproxies() if self.proxy is None else {"all": self.proxy}
        # A list of hosts has no brackets around those of IPv6, and neither has `httpx.URL.host`.
        excepted = named.pop("no", "").lower().replace("[", "").replace("]", "").split(",")
        self._excepted = tuple([name.strip().lstrip(".") for name in excepted if name.strip()])
        for scheme in named.keys() & {"http", "https", "all"}:
            name = "proxy" if self.proxy is not None else f"{scheme}_proxy of the environment"
            self._proxies[scheme] = _as_proxy(named[scheme], name)
        if self.aiohttp:
            _aiohttp_transport()

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled, and so does each client, which has one."""
        raise TypeError("connections aren't pickled, and no client is: make one in each process")

    def sync_client(self) -> httpx.Client | DirectClient:
        """Return the client for sync requests."""
        if self.http_client is not None:
            return self.http_client
        made = self._made.value
        if made.sync is None:
            with self._made.lock:
                if made.sync is None:  # another thread may have come first
                    made.sync = DirectClient(self._choice(self.transport, Pool))
        return made.sync

    def async_client(self) -> httpx.AsyncClient | AsyncDirectClient:
        """Return the client for async requests: one for each event loop, which its connections belong to.

        Raises:
            RuntimeError: No asyncio event loop is running.
        """
        if self.async_http_client is not None:
            return self.async_http_client
        loop, made = _running_loop(), self._made.value
        client = made.asynchronous.get(loop)
        if client is None:
            kind = _aiohttp_transport() if self.aiohttp else AsyncPool
            with self._made.lock:
                open_loops = {loop: client for loop, client in made.asynchronous.items() if not loop.is_closed()}
                client = AsyncDirectClient(self._choice(self.async_transport, kind))
                made.asynchronous = {**open_loops, loop: client}
        return client

    def _choice(self, given: Any, kind: Callable[..., Any]) -> Callable[[httpx.URL], Any]:  # noqa: ANN401 - sync or async
        """Return what finds the transport for a URL: the given one, or one for each proxy."""
        if given is not None:
            return lambda _url: given

        @functools.cache
        def through(proxy: httpx.Proxy | None) -> Any:  # noqa: ANN401 - as `kind` makes it
            return kind(verify=self._tls_settings(), limits=_LIMITS, proxy=proxy)

        return lambda url: through(self._proxy_for(url))

    def _tls_settings(self) -> ssl.SSLContext:
        try:
            return self.verify or default_tls_settings()
        except OSError as error:
            raise httpx.ConnectError(f"the certificates of the environment can't be read: {error}") from None

    def _proxy_for(self, url: httpx.URL) -> httpx.Proxy | None:
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all")
        if proxy is None:
            return None
        names = url.host, f"{url.host}:{url.port}"
        is_excepted = any(one == "*" or one in names or url.host.endswith(f".{one}") for one in self._excepted)
        return None if is_excepted else proxy

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


def _as_proxy(given: str | httpx.URL | httpx.Proxy, name: str) -> httpx.Proxy:
    if isinstance(given, httpx.Proxy):
        return given
    # The environment may name a proxy without its scheme.
    url = f"http://{given}" if name != "proxy" and "://" not in str(given) else given
    with contextlib.suppress(httpx.InvalidURL, ValueError):
        proxy = httpx.Proxy(url)
        if can_be_reached(proxy.url):
            return proxy
    raise ValueError(f"{name} must be a URL, such as http://proxy.example.com:3128")


def _aiohttp_transport() -> Callable[..., httpx.AsyncBaseTransport]:
    try:
        from cloudkeys.runtime.aiohttp_transport import Transport  # noqa: PLC0415 - most programs don't have the extra
    except ImportError as error:
        raise ImportError("Connections(aiohttp=True) needs the extra: pip install 'cloudkeys[aiohttp]'") from error
    return Transport


def _running_loop() -> asyncio.AbstractEventLoop:
    from asyncio import get_running_loop  # noqa: PLC0415 - sync programs have no use for it, and it takes long to import

    try:
        return get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "async calls need a running asyncio event loop; other async libraries aren't supported"
        ) from None
