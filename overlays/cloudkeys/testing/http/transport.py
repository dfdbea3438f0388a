"""An httpx transport that passes requests to a function in the same process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import httpx

from cloudkeys.testing.http.messages import FakeResponse, ReceivedRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cloudkeys.testing.http.messages import Handler


@attrs.frozen
class HandlerTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Passes requests of sync and async clients to a function instead of the network.

    It never waits: if the delay of a response exceeds the client's time-out, the call times out at once.

    Attributes:
        handler: The function that responds.
    """

    handler: Handler

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of a sync client."""
        return self._respond(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of an async client."""
        return self._respond(request, await request.aread())

    def _respond(self, request: httpx.Request, body: bytes) -> httpx.Response:
        target = request.url.raw_path.decode("ascii")
        response = self.handler(ReceivedRequest(request.method, target, request.headers, body))
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and response.delay > patience:
            raise httpx.ReadTimeout("the response is late", request=request)
        if response.ending == "reset":
            raise httpx.ReadError("the connection was reset", request=request)
        headers = {**response.headers, "Content-Length": str(len(response.body))}
        return httpx.Response(response.status, headers=headers, stream=_Body(response), request=request)


@attrs.frozen
class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    response: FakeResponse

    def __iter__(self) -> Iterator[bytes]:
        if self.response.ending == "cut off":
            yield self.response.body[: len(self.response.body) // 2]
            raise httpx.RemoteProtocolError("the peer closed the connection before the body was complete")
        yield self.response.body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk
