"""HTTP clients that call httpx's transports directly: the layer of httpx's own clients takes a quarter of a call.

They have the methods of `httpx.Client` and `httpx.AsyncClient` that `cloudkeys.runtime.client` calls. They have no
cookies, redirects or event hooks, and don't read the bodies of responses.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar

import httpx

from cloudkeys.runtime.bounds import current_bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TemplateKey: TypeAlias = tuple[str, bytes, tuple[tuple[str, str], ...]]
"""The method, the host with its port, and the given headers: together they determine all headers."""
_MOST_TEMPLATES: Final = 32
_NEEDS_LOGIN: Final = 407
"""The status with which a proxy asks for a user and a password."""

TransportT = TypeVar("TransportT", bound="httpx.BaseTransport | httpx.AsyncBaseTransport")


class ClosedError(RuntimeError):
    """The client was closed before the request was sent."""


@functools.cache
def _default_headers() -> tuple[tuple[str, str], ...]:
    """Return the headers that httpx adds to each request."""
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    return tuple(client.headers.items())


class _Direct(Generic[TransportT]):
    def __init__(self, transport_for: Callable[[httpx.Request], TransportT]) -> None:
        """Take a function from a request to its transport; `close` closes each transport that it returned."""
        self._transport_for, self._used = transport_for, set[TransportT]()
        self._is_closed = False
        self._templates: dict[_TemplateKey, httpx.Headers] = {}

    def build_request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        timeout: httpx.Timeout | float | None,
        content: bytes = b"",
    ) -> httpx.Request:
        """Return a request; headers replace httpx's of the same names."""
        target = httpx.URL(url)
        key = (method, target.netloc, tuple(headers.items()))
        template = self._templates.get(key)
        if template is None:
            if len(self._templates) == _MOST_TEMPLATES:
                self._templates.clear()
            merged = [*(header for header in _default_headers() if header[0] not in headers), *headers.items()]
            template = self._templates[key] = httpx.Request(method, target, headers=merged).headers
        extensions = {"timeout": httpx.Timeout(timeout).as_dict()}
        stream = httpx.ByteStream(content)
        request = httpx.Request(method, target, headers=template, stream=stream, extensions=extensions)
        if content:
            request.headers["Content-Length"] = str(len(content))
        request.read()  # otherwise aiohttp sends the body in chunks
        return request

    def _open_transport(self, request: httpx.Request) -> TransportT:
        self._check_open()
        transport = self._transport_for(request)
        self._used.add(transport)
        return transport

    def _check_open(self) -> None:
        if self._is_closed:
            raise ClosedError("the client was closed")

    def _refuse(self, request: httpx.Request, response: httpx.Response) -> None:
        """Raise if a response can't be used."""
        if self._is_closed:
            raise httpx.ReadError("the client was closed", request=request)
        if response.status_code == _NEEDS_LOGIN and current_bounds().proxy:
            # The response of a proxy that forwards http. With https, httpx raises the error.
            raise httpx.ProxyError(str(_NEEDS_LOGIN), request=request)


class DirectClient(_Direct[httpx.BaseTransport]):
    """Sends the requests of sync calls."""

    def send(self, request: httpx.Request, *, auth: httpx.Auth | None, **_unused: Any) -> httpx.Response:  # noqa: ANN401 - further arguments of httpx's clients
        """Send a request, after those of its authentication. The caller reads and closes the response."""
        flow = (auth or httpx.Auth()).sync_auth_flow(request)
        try:
            following = next(flow)
            while True:
                transport = self._open_transport(following)
                response = transport.handle_request(following)
                try:
                    if self._is_closed:
                        transport.close()  # it may have opened a connection after `close`
                    self._refuse(following, response)
                    following = flow.send(response)
                except StopIteration:
                    return response
                except BaseException:
                    response.close()
                    raise
                response.close()
        finally:
            flow.close()

    def close(self) -> None:
        """Close the connections."""
        self._is_closed = True
        for transport in list(self._used):
            transport.close()


class AsyncDirectClient(_Direct[httpx.AsyncBaseTransport]):
    """Sends the requests of async calls."""

    async def send(self, request: httpx.Request, *, auth: httpx.Auth | None, **_unused: Any) -> httpx.Response:  # noqa: ANN401 - further arguments of httpx's clients
        """Send a request, as the sync client does."""
        flow = (auth or httpx.Auth()).async_auth_flow(request)
        try:
            following = await anext(flow)
            while True:
                transport = self._open_transport(following)
                response = await transport.handle_async_request(following)
                try:
                    if self._is_closed:
                        await transport.aclose()
                    self._refuse(following, response)
                    following = await flow.asend(response)
                except StopAsyncIteration:
                    return response
                except BaseException:
                    await response.aclose()
                    raise
                await response.aclose()
        finally:
            await flow.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        self._is_closed = True
        for transport in list(self._used):
            await transport.aclose()
