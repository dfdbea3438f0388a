"""What the generated client classes have in common: an httpx client for sync calls and one for async calls."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

import httpx
from attrs import define, field

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from types import TracebackType

    from attrs import Attribute

    from cloudkeys.operation import Request

DEFAULT_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
"""Seconds: 10 to connect, 60 for each of reading, writing and waiting for a connection."""


def _check_base_url(_client: ApiClient, _attribute: Attribute[str], value: str) -> None:
    url = httpx.URL(value)
    if url.scheme not in {"http", "https"} or not url.host:
        message = "base_url must be an absolute http or https URL"
    elif url.userinfo or url.query or url.fragment:
        message = "base_url must have no user name, password, query or fragment"
    else:
        return
    raise ValueError(message)


@define(kw_only=True, eq=False)
class ApiClient:
    """An HTTP client for the operations of one API; use it with `with` for sync calls, `async with` for async ones.

    It follows no redirects: a signature or a token is meant for one origin. To change a setting, make a copy with
    `attrs.evolve`; the copy has its own connections.

    Attributes:
        base_url: The scheme and the host, with a path where the API doesn't begin at the root.
        auth: What authenticates each request. Not shown in `repr`.
        headers: Headers for each request. Not shown in `repr`.
        timeout: How long a call may wait, in seconds; by default 10 to connect and 60 to read. None waits for ever.
        verify: Whether to check the server's certificate, or the TLS settings to check it with.
        transport: What carries sync requests in place of the network, a test double for example.
        async_transport: What carries async requests in place of the network.

    Raises:
        ValueError: The base_url is no absolute http or https URL, or has a user name, password, query or fragment.
    """

    base_url: str = field(validator=_check_base_url)
    auth: httpx.Auth | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    timeout: httpx.Timeout | float | None = DEFAULT_TIMEOUT
    verify: ssl.SSLContext | bool = True
    transport: httpx.BaseTransport | None = field(default=None, repr=False)
    async_transport: httpx.AsyncBaseTransport | None = field(default=None, repr=False)
    _sync: httpx.Client | None = field(default=None, init=False, repr=False)
    _async: httpx.AsyncClient | None = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False, repr=False)

    def send(self, request: Request) -> httpx.Response:
        """Send a request and read the response.

        Args:
            request: The request.

        Returns:
            The response, with its content read, whatever its status.

        Raises:
            httpx.HTTPError: There is no response: a time-out, or a fault of the connection.
        """
        with self._lock:
            if self._sync is None:
                self._sync = httpx.Client(
                    base_url=self.base_url,
                    auth=self.auth,
                    headers=self.headers,
                    timeout=self.timeout,
                    verify=self.verify,
                    transport=self.transport,
                )
        return self._sync.request(request.method, request.target, headers=request.headers)

    async def send_async(self, request: Request) -> httpx.Response:
        """Send a request and read the response, as `send` does."""
        with self._lock:
            if self._async is None:
                self._async = httpx.AsyncClient(
                    base_url=self.base_url,
                    auth=self.auth,
                    headers=self.headers,
                    timeout=self.timeout,
                    verify=self.verify,
                    transport=self.async_transport,
                )
        return await self._async.request(request.method, request.target, headers=request.headers)

    def close(self) -> None:
        """Close the connections of sync calls. A later call opens new ones."""
        client, self._sync = self._sync, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the connections of async calls. A later call opens new ones."""
        client, self._async = self._async, None
        if client is not None:
            await client.aclose()

    def __enter__(self) -> Self:
        """Return the client; leaving the block closes the connections of sync calls."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections of sync calls."""
        self.close()

    async def __aenter__(self) -> Self:
        """Return the client; leaving the block closes the connections of async calls."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections of async calls."""
        await self.aclose()
