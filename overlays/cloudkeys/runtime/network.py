"""httpx's transports over connections within the bounds of the call; httpx itself bounds only single steps."""

from __future__ import annotations

import contextlib
import functools
import math
import socket
import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

import httpcore
import httpx

from cloudkeys.runtime.bounds import current_bounds

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

T = TypeVar("T")
_WRITE_SIZE: Final = 16_384
"""Bytes to write between two checks of the time."""
_ALMOST: Final = 0.9
"""The least part of a time-out that has passed when it fires; clocks are inexact."""


class Transport(httpx.HTTPTransport):
    """httpx's transport for sync requests."""

    def __init__(self, *, verify: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None) -> None:
        """Accept the arguments of httpx's transport."""
        kinds = {"": httpcore.ConnectionPool, "http": httpcore.HTTPProxy, "socks5": httpcore.SOCKSProxy}
        self._opened = set[_Stream]()
        self._pool = _pool(kinds, _Backend(self._opened), verify, limits, proxy)

    def abandon(self) -> None:
        """Close its connections without taking locks, which an interrupt may have left held.

        httpcore leaves a connection open that a SOCKS proxy refused or that was interrupted.
        """
        for stream in tuple(self._opened):
            stream.close()


class AsyncTransport(httpx.AsyncHTTPTransport):
    """httpx's transport for async requests; asyncio bounds the time of the call."""

    def __init__(self, *, verify: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None) -> None:
        """Accept the arguments of httpx's transport."""
        kinds = {"": httpcore.AsyncConnectionPool, "http": httpcore.AsyncHTTPProxy, "socks5": httpcore.AsyncSOCKSProxy}
        self._opened = set[_AsyncStream]()
        self._pool = _pool(kinds, _AsyncBackend(self._opened), verify, limits, proxy)

    async def aclose(self) -> None:
        """Close its connections, including those that httpcore left open."""
        await super().aclose()
        for stream in tuple(self._opened):
            await stream.aclose()


def _pool(
    kinds: dict[str, Any], backend: object, verify: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None
) -> Any:  # noqa: ANN401 - one of the kinds
    settings: dict[str, Any] = {
        "ssl_context": verify,
        "max_connections": limits.max_connections,
        "max_keepalive_connections": limits.max_keepalive_connections,
        "keepalive_expiry": limits.keepalive_expiry,
        "network_backend": backend,
    }
    if proxy is None:
        return kinds[""](**settings)
    url = proxy.url
    settings["proxy_url"] = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    settings["proxy_auth"] = proxy.raw_auth
    if url.scheme.startswith("socks5"):
        return kinds["socks5"](**settings)
    return kinds["http"](**settings, proxy_headers=proxy.headers.raw, proxy_ssl_context=proxy.ssl_context)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, opened: set[_Stream]) -> None:
        self._backend, self._opened = httpcore.SyncBackend(), opened

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first reachable address of a host; all addresses share the time-out."""
        ends_at = None if timeout is None else time.monotonic() + timeout
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise httpcore.ConnectError(str(error)) from error
        connect = functools.partial(
            self._backend.connect_tcp, local_address=local_address, socket_options=socket_options or ()
        )
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for index, (*_, address) in enumerate(found):
            share = None if ends_at is None else (ends_at - time.monotonic()) / (len(found) - index)
            try:
                return _Stream(
                    _within_bounds(httpcore.ConnectTimeout, share, connect, str(address[0]), port), self._opened
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, opened: set[_Stream]) -> None:
        self._stream, self._opened = stream, opened
        opened.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return _counted(_within_bounds(httpcore.ReadTimeout, timeout, self._stream.read, max_bytes))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITE_SIZE):
            _within_bounds(httpcore.WriteTimeout, timeout, self._stream.write, buffer[start : start + _WRITE_SIZE])

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        start = self._stream.start_tls
        secured = _within_bounds(httpcore.ConnectTimeout, timeout, start, ssl_context, server_hostname)
        self._opened.discard(self)  # the new stream has the socket now
        return _Stream(secured, self._opened)

    def close(self) -> None:
        self._opened.discard(self)
        # `close` doesn't wake a thread that reads from the socket, and the connection would stay open meanwhile.
        with contextlib.suppress(OSError):
            self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's
        return self._stream.get_extra_info(info)


def _within_bounds(late: type[Exception], timeout: float | None, step: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - those of the step
    """Run a step, whose last argument is its time-out, within that and within the bounds of the call."""
    begun, limit = time.monotonic(), min(current_bounds().left, math.inf if timeout is None else timeout)
    if limit <= 0:
        raise late("the time is over")
    try:
        return step(*arguments, None if limit == math.inf else limit)
    except httpcore.TimeoutException as error:
        cause = error.__cause__
        if not isinstance(cause, TimeoutError) or cause.errno or time.monotonic() - begun >= _ALMOST * limit:
            raise
    raise cause  # too early for a time-out: a signal handler raised it


def _counted(data: bytes) -> bytes:
    if not current_bounds().receive(len(data)):
        raise httpcore.RemoteProtocolError("the response takes too many bytes on the wire")
    return data


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, opened: set[_AsyncStream]) -> None:
        self._backend: Any = httpcore.AnyIOBackend()
        self._opened = opened

    async def connect_tcp(self, *arguments: Any, **options: Any) -> httpcore.AsyncNetworkStream:  # noqa: ANN401 - httpcore's
        return _AsyncStream(await self._backend.connect_tcp(*arguments, **options), self._opened)


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream, opened: set[_AsyncStream]) -> None:
        self._stream, self._opened = stream, opened
        opened.add(self)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        return _counted(await self._stream.read(max_bytes, timeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        self._opened.discard(self)
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's
        return self._stream.get_extra_info(info)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
    ) -> httpcore.AsyncNetworkStream:
        try:
            secured = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self.aclose()  # httpcore leaves it open if the call is cancelled
            raise
        self._opened.discard(self)
        return _AsyncStream(secured, self._opened)
