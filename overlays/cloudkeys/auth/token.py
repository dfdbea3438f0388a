"""Huawei Cloud's X-Auth-Token: passed in, or fetched by POST /v3/auth/tokens ("Obtaining a User Token")."""

from __future__ import annotations

import copy
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import httpx

from cloudkeys.auth.signing import OriginBoundAuth
from cloudkeys.auth.token_response import MAX_BYTES, read_token
from cloudkeys.errors import CloudkeysError
from cloudkeys.runtime import body
from cloudkeys.runtime.bounds import current_bounds
from cloudkeys.runtime.client import RenewableAuth
from cloudkeys.runtime.headers import check_header_value
from cloudkeys.runtime.messages import RawResponse
from cloudkeys.runtime.per_process import PerProcess
from cloudkeys.runtime.sent import SentRequest
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
    """Sends a token you already have."""

    def __init__(self, token: str, base_url: str) -> None:
        """Create the authentication.

        Args:
            token: The token.
            base_url: The base URL of the service; the token is sent to no other origin.

        Raises:
            ValueError: The token can't be sent in a header.
        """
        super().__init__(base_url)
        check_header_value("token", token)
        self._token = SecretStr(token)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token to a request.

        Args:
            request: The request; the header is added to it.

        Raises:
            CredentialsError: The request goes to another origin.
        """
        self.check_origin(request.url)
        request.headers[_HEADER] = self._token.reveal()
        yield request


class PasswordTokenAuth(OriginBoundAuth, RenewableAuth):
    """Fetches a token with a password, sends it, and renews it before it expires or when the service refuses it.

    Sync calls that need a token at the same time share one; so do the async calls of an event loop.
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
        """Create the authentication.

        Args:
            password: The password to fetch a token with.
            scope: The scope of the token: `{"project": {"id": ...}}`, `{"project": {"name": ...}}` or the same with
                `domain`.
            iam_base_url: The base URL of IAM; the password is sent to no other.
            base_url: The base URL of the service; the token is sent to no other origin.
            renew_before: How long before its expiry to renew a token, but not before half of its lifetime has passed.
        """
        super().__init__(base_url)
        self._password, self._scope = password, scope
        self._url = iam_base_url.rstrip("/") + "/v3/auth/tokens?nocatalog=true"
        self._host = httpx.URL(self._url).netloc.decode("ascii")
        self._renew_before = renew_before
        self._held: HeldToken | None = None
        self._failure: CloudkeysError | None = None
        self._state = PerProcess[_AsyncLocks](dict)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add a token to a request of a sync client; fetch one first if necessary.

        Args:
            request: The request; the header is added to it.

        Raises:
            CredentialsError: The request goes to another origin.
            ResponseError: The service returned no token.
        """
        self.check_origin(request.url)
        held = self._current()
        if held is None:
            failure = self._begin_login()
            with current_bounds().hold(self._state.lock):
                held = self._current_or_raise(failure)
                if held is None:
                    response = yield self._token_request(request)
                    received = body.attach_body(response, MAX_BYTES)
                    if received.damage is None:
                        response.read()
                    held = self._store_token(response, received)
        yield _add_token(request, held)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add a token to a request of an async client; fetch one first if necessary.

        Args:
            request: The request; the header is added to it.

        Raises:
            CredentialsError: The request goes to another origin.
            ResponseError: The service returned no token.
        """
        self.check_origin(request.url)
        held = self._current()
        if held is None:
            failure = self._begin_login()
            async with self._async_lock():
                held = self._current_or_raise(failure)
                if held is None:
                    response = yield self._token_request(request)
                    received = body.attach_body(response, MAX_BYTES)
                    if received.damage is None:
                        await response.aread()
                    held = self._store_token(response, received)
        yield _add_token(request, held)

    def _async_lock(self) -> asyncio.Lock:
        import asyncio  # noqa: PLC0415 - slow to import, and sync programs don't need it

        locks = self._state.value
        # Other threads add and remove event loops meanwhile, so this iterates over a copy.
        for loop in [loop for loop in list(locks) if loop.is_closed()]:
            locks.pop(loop, None)
        return locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())

    def renew_after(self, response: RawResponse) -> bool:
        """Return whether a response refuses its token as expired or invalid; if so, discard that token.

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

    def _begin_login(self) -> CloudkeysError | None:
        """Name the host in the errors of the call, and return the last login error, which isn't that of this login."""
        current_bounds().login_host = self._host
        return self._failure

    def _current_or_raise(self, failure: CloudkeysError | None) -> HeldToken | None:
        """Raise the login error that occurred while this call waited: repeating a wrong password locks the user."""
        if self._failure is not None and self._failure is not failure:
            # A copy, since each raise adds frames to the traceback.
            raise copy.copy(self._failure)
        return self._current()

    def _token_request(self, request: httpx.Request) -> httpx.Request:
        """Return the token request, with the time-outs and the User-Agent of the request that needs the token."""
        user = {
            "name": self._password.user,
            "password": self._password.password,
            "domain": {"name": self._password.domain},
        }
        identity = {"methods": ["password"], "password": {"user": user}}
        headers = {"User-Agent": request.headers.get("User-Agent", ""), "Accept-Encoding": body.ACCEPTED}
        content = {"auth": {"identity": identity, "scope": self._scope}}
        return httpx.Request("POST", self._url, json=content, headers=headers, extensions=request.extensions)

    def _store_token(self, response: httpx.Response, received: body.Body) -> HeldToken:
        received.end()
        token = response.headers.get("X-Subject-Token")
        headers = httpx.Headers(response.headers)
        headers.pop("X-Subject-Token", None)
        raw = RawResponse(
            response.status_code,
            headers,
            bytes(received.content),
            SentRequest((self._password.password, *([token] if token else []))),
        )
        try:
            self._held = read_token(_OPERATION, raw, received, token, self._renew_before)
        except CloudkeysError as error:
            self._failure = copy.copy(error)
            raise
        return self._held


def _add_token(request: httpx.Request, held: HeldToken) -> httpx.Request:
    """Add the token to a request; from now on, errors of the call are those of its own host."""
    current_bounds().login_host = ""
    request.headers[_HEADER] = held.value.reveal()
    return request
