"""The transport of the extra `cloudkeys[aiohttp]`: that of httpx-aiohttp, with its faults worked round."""

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
"""Bytes; aiohttp's own 8,190 are fewer than a token may have."""
_KINDS: Final[dict[type[Exception], type[httpx.TransportError]]] = {
    aiohttp.ConnectionTimeoutError: httpx.ConnectTimeout,
    aiohttp.ServerTimeoutError: httpx.ReadTimeout,
    aiohttp.ClientHttpProxyError: httpx.ProxyError,
    aiohttp.ClientConnectorError: httpx.ConnectError,
    aiohttp.ClientError: httpx.RemoteProtocolError,
}
"""The failures of aiohttp, each before those that it is one of."""


class Transport(AiohttpTransport):
    """Sends requests with aiohttp."""

    def __init__(self, verify: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None) -> None:
        """Take what the transports of httpx take; the proxy is spoken to by HTTP."""

        def session() -> aiohttp.ClientSession:
            most, idle = limits.max_connections or 0, limits.keepalive_expiry or 0
            return aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=verify, limit=most, keepalive_timeout=idle),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Content-Type",),  # a POST without a body has no type, and none is signed
                max_line_size=_LARGEST_HEADER,
                max_field_size=_LARGEST_HEADER,
            )

        if proxy is not None and proxy.raw_auth is not None:
            # What httpx-aiohttp does with a password, aiohttp has deprecated.
            headers = {**proxy.headers, "Authorization": f"Basic {b64encode(b':'.join(proxy.raw_auth)).decode()}"}
            proxy = httpx.Proxy(proxy.url, headers=headers, ssl_context=proxy.ssl_context)
        super().__init__(verify=verify, limits=limits, proxy=proxy, client=session)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its failures are those of httpx."""
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
    """Raise what httpx's own transport would: httpx-aiohttp takes most failures for time-outs, and leaves others."""
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # Closing a session cancels what waits for a connection of it.
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
