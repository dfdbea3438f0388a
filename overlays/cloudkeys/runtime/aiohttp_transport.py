"""The transport of the extra `cloudkeys[aiohttp]`: httpx-aiohttp's, with workarounds for its faults."""

from __future__ import annotations

import asyncio
import contextlib
from base64 import b64encode
from typing import TYPE_CHECKING, Final

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from cloudkeys.runtime.direct import ClosedError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Generator

_LARGEST_HEADER: Final = 65_536
"""Bytes. A token may be longer than aiohttp's limit of 8,190."""
_KINDS: Final[dict[type[Exception], type[httpx.TransportError]]] = {
    aiohttp.ConnectionTimeoutError: httpx.ConnectTimeout,
    aiohttp.ServerTimeoutError: httpx.ReadTimeout,
    aiohttp.ClientHttpProxyError: httpx.ProxyError,
    aiohttp.ClientConnectorError: httpx.ConnectError,
    aiohttp.ClientError: httpx.RemoteProtocolError,
}
"""The failures of aiohttp, subclasses first."""


async def _send_once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Turn the failures after which aiohttp would send a GET again into one that it raises: `RetryPolicy` decides."""
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:  # no connection was made, so aiohttp raises it
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError(str(error)) from error


class Transport(AiohttpTransport):
    """Sends requests with aiohttp."""

    def __init__(self, verify: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None) -> None:
        """Accept the arguments of httpx's transports; the proxy must be an HTTP proxy."""

        def session() -> aiohttp.ClientSession:
            most, idle = limits.max_connections or 0, limits.keepalive_expiry or 0
            return aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=verify, limit=most, keepalive_timeout=idle),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Content-Type",),  # a POST without a body has no type
                max_line_size=_LARGEST_HEADER,
                max_field_size=_LARGEST_HEADER,
                middlewares=(_send_once,),
            )

        if proxy is not None and proxy.raw_auth is not None:
            # httpx-aiohttp passes a password in a way that aiohttp has deprecated.
            headers = {**proxy.headers, "Authorization": f"Basic {b64encode(b':'.join(proxy.raw_auth)).decode()}"}
            proxy = httpx.Proxy(proxy.url, headers=headers, ssl_context=proxy.ssl_context)
        super().__init__(verify=verify, limits=limits, proxy=proxy, client=session)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; raise the exceptions of httpx."""
        with _failures_of_httpx():
            response = await super().handle_async_request(request)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _Body(response.stream)
        return response


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        with _failures_of_httpx():
            async for chunk in self._stream:
                yield chunk

    async def aclose(self) -> None:
        with _failures_of_httpx():
            await self._stream.aclose()


@contextlib.contextmanager
def _failures_of_httpx() -> Generator[None]:
    """Raise what httpx's transport would: httpx-aiohttp turns most failures into time-outs, and misses others."""
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # Closing a session cancels the calls that wait for one of its connections.
        raise httpx.ConnectError("the client was closed") from error
    except RuntimeError as error:
        if str(error) != "Session is closed":
            raise
        raise ClosedError("the client was closed") from error
    except (httpx.TransportError, aiohttp.ClientError) as error:
        original = error.__cause__ if isinstance(error, httpx.TransportError) else error
        kind = next((kind for cause, kind in _KINDS.items() if isinstance(original, cause)), None)
        if kind is None:
            raise
        raise kind(str(error)) from error
