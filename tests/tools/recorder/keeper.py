"""A transport that keeps the last request and its response."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from cloudkeys.runtime.tls import default_tls_settings


class _Kept(httpx.SyncByteStream):
    """A body that is kept while the client reads it, and only as far as the client reads."""

    def __init__(self, response: httpx.Response, content: bytearray) -> None:
        self._response, self._content = response, content

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._response.iter_raw():
            self._content += chunk
            yield chunk

    def close(self) -> None:
        self._response.close()


class Keeper(httpx.BaseTransport):
    """A transport that keeps the last request and its response.

    It sends requests with an httpx client because, unlike a transport, a client uses the proxy of the environment.
    """

    def __init__(self) -> None:
        self._http = httpx.Client(verify=default_tls_settings())
        self._request: httpx.Request | None = None
        self._response = httpx.Response(500)
        self._content = bytearray()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._response, self._content = self._http.send(request, stream=True), bytearray()
        self._request = request
        stream = _Kept(self._response, self._content)
        return httpx.Response(self._response.status_code, headers=self._response.headers, stream=stream)

    def close(self) -> None:
        self._http.close()

    def last(self) -> httpx.Response:
        """Return the last response, with its body decoded.

        Raises:
            ValueError: There is no response, or its body can't be decoded.
        """
        if self._request is None:
            raise ValueError("nothing was sent")
        response = self._response
        try:
            return httpx.Response(
                response.status_code, headers=response.headers, content=bytes(self._content), request=self._request
            )
        except httpx.DecodingError as error:
            raise ValueError("the content encoding of the body is damaged") from error
