"""A transport that keeps the last request and its response."""

from __future__ import annotations

import contextlib

import httpx

from cloudkeys.runtime.tls import default_tls_settings


class Keeper(httpx.BaseTransport):
    """A transport that keeps the last request and its response.

    It sends requests with an httpx client because, unlike a transport, a client uses the proxy of the environment.
    """

    def __init__(self) -> None:
        self._http = httpx.Client(verify=default_tls_settings())
        self._last: httpx.Response | None = None
        self._content = b""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._last = None
        with contextlib.closing(self._http.send(request, stream=True)) as response:
            self._content = b"".join(response.iter_raw())
        self._last = response
        stream = httpx.ByteStream(self._content)
        return httpx.Response(response.status_code, headers=response.headers, stream=stream)

    def close(self) -> None:
        self._http.close()

    def last(self) -> httpx.Response:
        """Return the last response, with its body decoded.

        Raises:
            ValueError: There is no response, or its body can't be decoded.
        """
        if self._last is None:
            raise ValueError("nothing was received")
        status, headers, request = self._last.status_code, self._last.headers, self._last.request
        try:
            return httpx.Response(status, headers=headers, content=self._content, request=request)
        except httpx.DecodingError as error:
            raise ValueError("the content encoding of the body is damaged") from error
