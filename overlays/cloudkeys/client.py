"""Running calls: signed, timed, read within bounds, logged, and repeated as the retry policy says."""

from __future__ import annotations

import contextlib
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, TypeVar

import httpx
import msgspec
from attrs import define, field

from cloudkeys import __version__, header_text
from cloudkeys.auth.base import RenewableAuth
from cloudkeys.endpoints import parsed_url
from cloudkeys.exchange import Exchange
from cloudkeys.settings import ClientSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attrs import Attribute

    from cloudkeys.messages import Reply, Request, Response
    from cloudkeys.operation import Operation

BodyT = TypeVar("BodyT", bound=msgspec.Struct)

_USER_AGENT: Final = f"cloudkeys/{__version__} httpx/{httpx.__version__}"


def _check_base_url(client: ApiClient, _attribute: Attribute[str], value: str) -> None:
    url = parsed_url(value)
    if url.userinfo or url.query or url.fragment:
        message = "base_url must have no user name, password, query or fragment"
    elif url.scheme == "http" and not client.allow_http and not _is_loopback(url.host):
        message = "base_url must be https, since credentials are sent: give allow_http=True if http is meant"
    else:
        return
    raise ValueError(message)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@define(kw_only=True, eq=False)
class ApiClient(ClientSettings):
    """A client for the operations of one API. It follows no redirects: a signature or a token is for one origin.

    Attributes:
        base_url: The scheme and the host, with a path where the API doesn't begin at the root.
        auth: What authenticates each attempt. Not shown in `repr`.
        headers: Headers for each request. Not shown in `repr`.

    Raises:
        ValueError: The base_url is no absolute http or https URL, has a user name, password, query or fragment, or is
            http elsewhere than on this machine without allow_http. A header can't be sent.
    """

    base_url: str = field(validator=_check_base_url)
    auth: httpx.Auth | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False, validator=header_text.headers)

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
        return {
            "method": request.method,
            "url": self.base_url.rstrip("/") + request.target,
            "headers": {"User-Agent": _USER_AGENT, **self.headers, **request.headers},
            "timeout": self.timeout,
        }
