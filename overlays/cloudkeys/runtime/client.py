"""Running calls: signed, timed, read within bounds, logged, and repeated as the retry policy says."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, TypeVar

import httpx
import msgspec

from cloudkeys import __version__
from cloudkeys.auth.signing import RenewableAuth
from cloudkeys.runtime.endpoints import parsed_url
from cloudkeys.runtime.exchange import Exchange
from cloudkeys.runtime.headers import check_headers
from cloudkeys.runtime.settings import ClientSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudkeys.runtime.messages import Reply, Request, Response
    from cloudkeys.runtime.operation import Operation

BodyT = TypeVar("BodyT", bound=msgspec.Struct)

_OWN_HEADERS: Final = {"User-Agent": f"cloudkeys/{__version__} httpx/{httpx.__version__}"}


@dataclass(frozen=True, kw_only=True, eq=False)
class ApiClient(ClientSettings):
    """A client for the operations of one API. It follows no redirects: a signature or a token is for one origin.

    Attributes:
        base_url: The scheme and the host, with a path where the API doesn't begin at the root.
        auth: What authenticates each attempt. Not shown in `repr`.
        headers: Headers for each request, in place of our own of the same name. Not shown in `repr`.

    Raises:
        ValueError: The base_url is no absolute http or https URL, has a user name, password, query or fragment, or is
            http elsewhere than on this machine without allow_http. A header can't be sent.
    """

    base_url: str
    auth: httpx.Auth | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def __post_init__(self) -> None:
        """Check the settings, the base URL and the headers."""
        super().__post_init__()
        url = parsed_url(self.base_url)
        if url.userinfo or url.query or url.fragment:
            raise ValueError("base_url must have no user name, password, query or fragment")
        if url.scheme == "http" and not self.allow_http and not _is_loopback(url.host):
            raise ValueError(
                "base_url must be https, since credentials are sent: give allow_http=True if http is meant"
            )
        check_headers(self.headers)

    def call(self, operation: Operation[BodyT], arguments: Mapping[str, Any]) -> Response[BodyT]:
        """Call an operation.

        Args:
            operation: The operation.
            arguments: The value of each parameter, by the vendor's name; UNSET for those that aren't sent.

        Returns:
            The result.

        Raises:
            CloudkeysError: There is no result; `cloudkeys.errors` has the tree.
        """
        request = operation.build_request(arguments)
        for attempt in self.retry.attempts_of_a_call():
            with attempt:
                reply = self._exchange(request, attempt.num)
                if isinstance(self.auth, RenewableAuth) and self.auth.renew_after(reply):
                    reply = self._exchange(request, attempt.num)
                return operation.read_reply(reply)
        raise AssertionError("the last attempt returns or raises")  # pragma: no cover

    async def call_async(self, operation: Operation[BodyT], arguments: Mapping[str, Any]) -> Response[BodyT]:
        """Call an operation, as `call` does.

        Args:
            operation: The operation.
            arguments: The value of each parameter, by the vendor's name; UNSET for those that aren't sent.

        Returns:
            The result.

        Raises:
            CloudkeysError: There is no result; `cloudkeys.errors` has the tree.
        """
        request = operation.build_request(arguments)
        async for attempt in self.retry.attempts_of_a_call():
            with attempt:
                reply = await self._exchange_async(request, attempt.num)
                if isinstance(self.auth, RenewableAuth) and self.auth.renew_after(reply):
                    reply = await self._exchange_async(request, attempt.num)
                return operation.read_reply(reply)
        raise AssertionError("the last attempt returns or raises")  # pragma: no cover

    def _exchange(self, request: Request, attempt: int) -> Reply:
        http = self.connections.sync_client()
        built = http.build_request(**self._built(request))
        with Exchange(request.operation, built, attempt, self.largest_response) as exchange:
            response = http.send(built, auth=self.auth, stream=True, follow_redirects=False)
            with contextlib.closing(response):
                try:
                    if exchange.of(response):
                        for chunk in response.iter_bytes():
                            exchange.add(chunk)
                except httpx.DecodingError:
                    exchange.damaged()
            return exchange.reply()

    async def _exchange_async(self, request: Request, attempt: int) -> Reply:
        http = self.connections.async_client()
        built = http.build_request(**self._built(request))
        with Exchange(request.operation, built, attempt, self.largest_response) as exchange:
            response = await http.send(built, auth=self.auth, stream=True, follow_redirects=False)
            async with contextlib.aclosing(response):
                try:
                    if exchange.of(response):
                        async for chunk in response.aiter_bytes():
                            exchange.add(chunk)
                except httpx.DecodingError:
                    exchange.damaged()
            return exchange.reply()

    def _built(self, request: Request) -> dict[str, Any]:
        given = (_OWN_HEADERS, self.headers, request.headers)
        return {
            "method": request.method,
            "url": self.base_url.rstrip("/") + request.target,
            "headers": {name.lower(): value for headers in given for name, value in headers.items()},
            "timeout": self.timeout,
        }


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
