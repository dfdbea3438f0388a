"""Clients that hand requests to a transport themselves: what httpx's clients do above it takes a third of a call.

They have the methods of `httpx.Client` and `httpx.AsyncClient` that `cloudkeys.runtime.client` calls. They know no
cookies, no redirects, no event hooks and no proxies of the environment, and leave the body to who reads it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

_Alike: TypeAlias = tuple[str, bytes, tuple[tuple[str, str], ...]]
"""What requests with the same headers have in common: the method, the host with its port, and the headers given."""
_MOST_TEMPLATES: Final = 32

TransportT = TypeVar("TransportT", bound="httpx.BaseTransport | httpx.AsyncBaseTransport")


@functools.cache
def _default_headers() -> tuple[tuple[str, str], ...]:
    """Return the headers that httpx sends with each request, such as the compressions that it can read."""
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    return tuple(client.headers.items())


def _headers(method: str, url: httpx.URL, headers: Mapping[str, str]) -> httpx.Headers:
    """Return the headers of a request, with those that httpx derives from its method and its URL."""
    given = {name.lower() for name in headers}
    merged = [header for header in _default_headers() if header[0] not in given]
    return httpx.Request(method, url, headers=[*merged, *headers.items()]).headers


class _Direct(Generic[TransportT]):
    def __init__(self, transport: TransportT) -> None:
        """Take what carries the requests; closing the client closes it."""
        self._transport, self._is_closed = transport, False
        self._templates: dict[_Alike, httpx.Headers] = {}

    @property
    def is_closed(self) -> bool:
        """Whether the client was closed, so that it sends nothing any more."""
        return self._is_closed

    def build_request(
        self, method: str, url: str, headers: Mapping[str, str], timeout: httpx.Timeout | float | None
    ) -> httpx.Request:
        """Return a request.

        Args:
            method: The HTTP method.
            url: Where to send it.
            headers: Headers, in place of httpx's own where they have the same names.
            timeout: How many seconds it may take.
        """
        target = httpx.URL(url)
        alike = (method, target.netloc, tuple(headers.items()))
        template = self._templates.get(alike)
        if template is None:
            if len(self._templates) == _MOST_TEMPLATES:
                self._templates.clear()
            template = self._templates[alike] = _headers(method, target, headers)
        extensions = {"timeout": httpx.Timeout(timeout).as_dict()}
        return httpx.Request(method, target, headers=template, stream=httpx.ByteStream(b""), extensions=extensions)

    def _open_transport(self) -> TransportT:
        if self._is_closed:
            raise RuntimeError("the client was closed")
        return self._transport


class DirectClient(_Direct[httpx.BaseTransport]):
    """Sends the requests of sync calls."""

    def send(self, request: httpx.Request, *, auth: httpx.Auth | None, **_unused: Any) -> httpx.Response:  # noqa: ANN401 - what httpx's clients also take
        """Send a request, and before it those that its authentication needs.

        Args:
            request: The request.
            auth: What authenticates it.

        Returns:
            The response; its body is neither read nor closed.

        Raises:
            httpx.HTTPError: There was no response.
            RuntimeError: The client was closed.
        """
        flow = (auth or httpx.Auth()).sync_auth_flow(request)
        try:
            following = next(flow)
            while True:
                response = self._open_transport().handle_request(following)
                try:
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
        self._transport.close()


class AsyncDirectClient(_Direct[httpx.AsyncBaseTransport]):
    """Sends the requests of async calls."""

    async def send(self, request: httpx.Request, *, auth: httpx.Auth | None, **_unused: Any) -> httpx.Response:  # noqa: ANN401 - what httpx's clients also take
        """Send a request, as the sync client does."""
        flow = (auth or httpx.Auth()).async_auth_flow(request)
        try:
            following = await anext(flow)
            while True:
                response = await self._open_transport().handle_async_request(following)
                try:
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
        await self._transport.aclose()
