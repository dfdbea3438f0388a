"""Huawei Cloud's X-Auth-Token, given, or got and renewed by POST /v3/auth/tokens ("Obtaining a User Token")."""

from __future__ import annotations

import copy
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import httpx

from cloudkeys.auth.signing import OriginBoundAuth
from cloudkeys.auth.token_response import LARGEST, read_token
from cloudkeys.errors import CloudkeysError
from cloudkeys.runtime import body
from cloudkeys.runtime.bounds import current
from cloudkeys.runtime.client import RenewableAuth
from cloudkeys.runtime.headers import check_header_value
from cloudkeys.runtime.messages import RawResponse
from cloudkeys.runtime.per_process import PerProcess
from cloudkeys.runtime.sent import Sent
from cloudkeys.runtime.status import status_error
from cloudkeys.runtime.types import SecretStr

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, Generator

    from cloudkeys.auth.credentials import Password
    from cloudkeys.auth.token_response import HeldToken

_AsyncLocks: TypeAlias = "dict[asyncio.AbstractEventLoop, asyncio.Lock]"
_OPERATION: Final = "KeystoneCreateUserTokenByPassword"
_HEADER: Final = "X-Auth-Token"
_EXPIRED_CODES: Final = frozenset({"KMS.0301", "KMS.0302", "KMS.0303", "IAM.0066"})


class TokenAuth(OriginBoundAuth):
    """Sends a token that you have."""

    def __init__(self, token: str, base_url: str) -> None:
        """Set up authentication.

        Args:
            token: The token.
            base_url: Where the requests go; the token is sent to no other origin.

        Raises:
            ValueError: The token can't be sent in a header.
        """
        super().__init__(base_url)
        check_header_value("token", token)
        self._token = SecretStr(token)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token to a request.

        Args:
            request: The request, which gets the header.

        Raises:
            CredentialsError: The request is for another origin.
        """
        self.check_origin(request.url)
        request.headers[_HEADER] = self._token.reveal()
        yield request


class PasswordTokenAuth(OriginBoundAuth, RenewableAuth):
    """Fetches a token with a password, sends it, and fetches a new one before it expires or when it is refused.

    However many sync calls need a token at the same time, one is fetched, and all of them use it; likewise for the
    async calls of one event loop.
    """

    def __init__(
        self,
        password: Password,
        scope: dict[str, Any],
        iam_base_url: str,
        base_url: str,
        *,
        renew_before: timedelta = timedelta(minutes=5),
    ) -> None:
        """Set up authentication.

        Args:
            password: What a token is fetched with.
            scope: What the token is for: `{"project": {"id": ...}}`, `{"project": {"name": ...}}` or the same with
                `domain`.
            iam_base_url: Where tokens are fetched; the password is sent there and nowhere else.
            base_url: Where the requests go; the token is sent to no other origin.
            renew_before: How long before a token expires a new one is fetched, but not before half of its time is over.
        """
        super().__init__(base_url)
        self._password, self._scope, self._url = (
            password,
            scope,
            iam_base_url.rstrip("/") + "/v3/auth/tokens?nocatalog=true",
        )
        self._host = httpx.URL(self._url).netloc.decode("ascii")
        self._renew_before = renew_before
        self._held: HeldToken | None = None
        self._failure: CloudkeysError | None = None
        self._state = PerProcess[_AsyncLocks](dict)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add a token to a request of a sync client, getting one first where there is none.

        Args:
            request: The request, which gets the header.

        Raises:
            CredentialsError: The service gave no token, or the request is for another origin.
        """
        self.check_origin(request.url)
        held = self._current()
        if held is None:
            failure, bounds = self._failure, current()
            bounds.login_host = self._host
            with bounds.turn(self._state.lock):
                held = self._current_or_raise(failure)
                if held is None:
                    response = yield self._token_request(request)
                    found = body.attached(response, LARGEST)
                    if found.damage is None:
                        response.read()
                    held = self._hold(response, found)
            bounds.login_host = ""
        request.headers[_HEADER] = held.value.reveal()
        yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add a token to a request of an async client, getting one first where there is none.

        Args:
            request: The request, which gets the header.

        Raises:
            CredentialsError: The service gave no token, or the request is for another origin.
        """
        self.check_origin(request.url)
        held = self._current()
        if held is None:
            failure, bounds = self._failure, current()
            bounds.login_host = self._host
            async with self._async_lock():
                held = self._current_or_raise(failure)
                if held is None:
                    response = yield self._token_request(request)
                    found = body.attached(response, LARGEST)
                    if found.damage is None:
                        await response.aread()
                    held = self._hold(response, found)
            bounds.login_host = ""
        request.headers[_HEADER] = held.value.reveal()
        yield request

    def _async_lock(self) -> asyncio.Lock:
        import asyncio  # noqa: PLC0415 - sync programs have no use for it, and it takes long to import

        locks = self._state.value
        # Event loops of other threads come and go meanwhile: a loop over the dict itself would fail.
        for loop in [loop for loop in list(locks) if loop.is_closed()]:
            locks.pop(loop, None)
        return locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())

    def renew_after(self, response: RawResponse) -> bool:
        """Return whether a response says that its token is expired or invalid, and forget that token.

        Args:
            response: The response.
        """
        refused = response.status_code == 401 or (  # noqa: PLR2004
            response.status_code == 403 and status_error("", response, None).code in _EXPIRED_CODES  # noqa: PLR2004
        )
        held = self._held
        if refused and held is not None and held.value in response.sent.secrets:
            self._held = None
        return refused

    def _current(self) -> HeldToken | None:
        held = self._held
        return held if held is not None and time.monotonic() < held.renew_at else None

    def _current_or_raise(self, failure: CloudkeysError | None) -> HeldToken | None:
        """Share the failure that came while this call waited: a wrong password, tried often, locks the user."""
        if self._failure is not None and self._failure is not failure:
            # A copy, since each call adds its own frames to what it raises.
            raise copy.copy(self._failure)
        return self._current()

    def _token_request(self, request: httpx.Request) -> httpx.Request:
        """Return the request for a token, with the time-outs and the User-Agent of the one that needs it."""
        user = {
            "name": self._password.user,
            "password": self._password.password,
            "domain": {"name": self._password.domain},
        }
        identity = {"methods": ["password"], "password": {"user": user}}
        headers = {"User-Agent": request.headers.get("User-Agent", ""), "Accept-Encoding": body.ACCEPTED}
        content = {"auth": {"identity": identity, "scope": self._scope}}
        return httpx.Request("POST", self._url, json=content, headers=headers, extensions=request.extensions)

    def _hold(self, response: httpx.Response, found: body.Body) -> HeldToken:
        found.end()
        token = response.headers.get("X-Subject-Token")
        headers = httpx.Headers(response.headers)
        headers.pop("X-Subject-Token", None)
        raw = RawResponse(
            response.status_code,
            headers,
            bytes(found.content),
            Sent((self._password.password, *([token] if token else []))),
        )
        try:
            self._held = read_token(_OPERATION, raw, found, token, self._renew_before)
        except CloudkeysError as error:
            self._failure = copy.copy(error)
            raise
        return self._held
