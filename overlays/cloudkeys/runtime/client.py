"""Clients: they run calls with authentication, time-outs, bounds, logging and retries."""

from __future__ import annotations

import contextlib
from abc import abstractmethod
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NamedTuple, TypeAlias, TypeVar

import attrs
import httpx

from cloudkeys._version import __version__
from cloudkeys.errors import CloudkeysError
from cloudkeys.runtime.body import ACCEPTED
from cloudkeys.runtime.bounds import Bounds
from cloudkeys.runtime.endpoints import parsed_url
from cloudkeys.runtime.exchange import Exchange
from cloudkeys.runtime.headers import check_headers
from cloudkeys.runtime.outcome import Outcome
from cloudkeys.runtime.settings import AsyncLifetime, ClientSettings, SyncLifetime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudkeys.runtime.direct import AsyncDirectClient, DirectClient
    from cloudkeys.runtime.messages import RawResponse, Request

ResultT = TypeVar("ResultT")
HttpT = TypeVar("HttpT")

_OWN_HEADERS: Final = {
    "User-Agent": f"cloudkeys/{__version__} httpx/{httpx.__version__}",
    "Accept-Encoding": ACCEPTED,
}


class Service:
    """The base class of the types that identify APIs; each generated package has its own.

    Attributes:
        servers: The base URLs of the API, each with the patterns of its regions.
    """

    servers: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]]


ServiceT = TypeVar("ServiceT", bound=Service)


class RenewableAuth(httpx.Auth):
    """Authentication with credentials that expire and can be renewed."""

    @abstractmethod
    def renew_after(self, response: RawResponse) -> bool:
        """Return whether a response refused the credentials, so that the next attempt sends new ones.

        Args:
            response: The response.
        """


@attrs.frozen(kw_only=True, eq=False, slots=False)
class ApiClient(ClientSettings, Generic[ServiceT]):
    """The base class of sync and async clients. It follows no redirects: a signature is for one origin.

    Attributes:
        service: The API.
        base_url: The scheme and the host, with a path if the API isn't at the root.
        auth: The authentication of each attempt. Not shown in `repr`.
        headers: Headers for each request; they replace ours of the same name. Not shown in `repr`.

    The other attributes are those of `cloudkeys.runtime.settings.ClientSettings`.

    Raises:
        ValueError: The base_url isn't an absolute http or https URL, has a user name, password, query or fragment, or
            is http to another machine without allow_http; or a header is invalid.
    """

    service: ClassVar[type[Service]] = Service
    base_url: str
    auth: httpx.Auth | None = attrs.field(default=None, repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the settings, the base URL and the headers."""
        super().__attrs_post_init__()
        url = parsed_url(self.base_url)
        if url.userinfo or url.query or url.fragment:
            raise ValueError("base_url must have no user name, password, query or fragment")
        if url.scheme == "http" and not self.allow_http and not _is_loopback(url.host):
            raise ValueError(
                "base_url must be https, since credentials are sent: give allow_http=True if http is meant"
            )
        check_headers(self.headers)

    def _request_arguments(self, request: Request, timeout: httpx.Timeout | float | None) -> dict[str, Any]:
        given = (_OWN_HEADERS, self.headers, request.headers)
        return {
            "method": request.method,
            "url": self.base_url.rstrip("/") + request.target,
            "content": request.content,
            "headers": {name.lower(): value for headers in given for name, value in headers.items()},
            "timeout": timeout,
        }

    def _needs_renewal(self, response: RawResponse) -> bool:
        return isinstance(self.auth, RenewableAuth) and self.auth.renew_after(response)


class _Call(NamedTuple, Generic[HttpT, ResultT]):
    """A running call. It keeps its HTTP client: a retry after `close` must not open connections in a new one."""

    http: HttpT
    request: Request
    read: Callable[[RawResponse], ResultT]
    outcome: Outcome
    bounds: Bounds


_SyncCall: TypeAlias = "_Call[httpx.Client | DirectClient, ResultT]"
_AsyncCall: TypeAlias = "_Call[httpx.AsyncClient | AsyncDirectClient, ResultT]"


class SyncClient(ApiClient[ServiceT], SyncLifetime):
    """A client of one API for sync calls; threads may share it. Use it with `with`."""

    def call(self, request: Request, read: Callable[[RawResponse], ResultT]) -> ResultT:
        """Run a call.

        Args:
            request: The request.
            read: A function that turns a response into the result, or raises.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        with Bounds(self.total) as bounds:
            running = _Call(self.connections.sync_client(), request, read, Outcome(request), bounds)
            try:
                return self._attempt(running, 1)
            except CloudkeysError as error:
                first = error
            for attempt in self.retry.after_first(bounds, is_idempotent=request.idempotent):
                with attempt:
                    if attempt.num == 1:
                        raise first
                    return self._attempt(running, attempt.num)
        raise AssertionError("the last attempt returns or raises")  # pragma: no cover

    def _attempt(self, call: _SyncCall[ResultT], number: int) -> ResultT:
        with call.outcome:
            response = self._exchange(call, number)
            if self._needs_renewal(response):
                response = self._exchange(call, number)
            return call.read(call.outcome.mark_repeat(response))

    def _exchange(self, call: _SyncCall[Any], attempt: int) -> RawResponse:
        built = call.http.build_request(**self._request_arguments(call.request, call.bounds.limit(self.timeout)))
        with Exchange(call.request, built, attempt, self.largest_response, call.bounds) as exchange:
            response = call.http.send(built, auth=self.auth, stream=True, follow_redirects=False)
            with contextlib.closing(response):
                if exchange.begin(response):
                    response.read()
            return exchange.response()


class AsyncClient(ApiClient[ServiceT], AsyncLifetime):
    """A client of one API for async calls; tasks and event loops may share it. Use it with `async with`."""

    async def call(self, request: Request, read: Callable[[RawResponse], ResultT]) -> ResultT:
        """Run a call, as `SyncClient.call` does."""
        import asyncio  # noqa: PLC0415 - slow to import, and sync programs don't need it

        http = self.connections.async_client()  # raises without an event loop
        deadline = asyncio.timeout(self.total)
        with Bounds(self.total) as bounds:
            running = _Call(http, request, read, Outcome(request), bounds)
            try:
                async with deadline:
                    return await self._run_with_retries(running)
            except TimeoutError:
                if not deadline.expired():
                    raise  # somebody else's
                error = bounds.total_exceeded(request.operation)
        error.may_have_taken_effect = bounds.was_sent
        with running.outcome:
            raise error

    async def _run_with_retries(self, call: _AsyncCall[ResultT]) -> ResultT:
        try:
            return await self._attempt(call, 1)
        except CloudkeysError as error:
            first = error
        async for attempt in self.retry.after_first(call.bounds, is_idempotent=call.request.idempotent):
            with attempt:
                if attempt.num == 1:
                    raise first
                return await self._attempt(call, attempt.num)
        raise AssertionError("the last attempt returns or raises")  # pragma: no cover

    async def _attempt(self, call: _AsyncCall[ResultT], number: int) -> ResultT:
        with call.outcome:
            response = await self._exchange(call, number)
            if self._needs_renewal(response):
                response = await self._exchange(call, number)
            return call.read(call.outcome.mark_repeat(response))

    async def _exchange(self, call: _AsyncCall[Any], attempt: int) -> RawResponse:
        built = call.http.build_request(**self._request_arguments(call.request, self.timeout))
        with Exchange(call.request, built, attempt, self.largest_response, call.bounds) as exchange:
            response = await call.http.send(built, auth=self.auth, stream=True, follow_redirects=False)
            async with contextlib.aclosing(response):
                if exchange.begin(response):
                    await response.aread()
            return exchange.response()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
