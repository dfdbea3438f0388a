"""One request and its response: read within bounds, logged without secrets, with errors of ours."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, Self

import httpx

from cloudkeys.errors import CloudkeysError, ConnectionFailedError, ResponseTooLargeError, TimedOutError
from cloudkeys.runtime.body import Body, attach_body
from cloudkeys.runtime.direct import ClosedError
from cloudkeys.runtime.messages import RawResponse
from cloudkeys.runtime.proxies import describe_refusal
from cloudkeys.runtime.redaction import redacted
from cloudkeys.runtime.sent import SentRequest
from cloudkeys.runtime.status import REQUEST_ID_HEADERS, response_error

if TYPE_CHECKING:
    from types import TracebackType

    from cloudkeys.runtime.bounds import Bounds
    from cloudkeys.runtime.messages import Request

_NOT_SENT: Final = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError),
    *(httpx.UnsupportedProtocol, httpx.LocalProtocolError, ClosedError),
)
"""Failures that happen before any byte of the request is sent."""
_OWN_CLIENT_CLOSED: Final = "Cannot send a request, as the client has been closed."
"""The message of an httpx client of the caller's own."""
_LOG: Final = logging.getLogger("cloudkeys")


class Exchange:
    """The request and the response of one attempt. It does no I/O, so sync and async calls share it."""

    def __init__(
        self, call: Request, request: httpx.Request, attempt: int, largest_response: int, bounds: Bounds
    ) -> None:
        """Start an attempt.

        Args:
            call: The request of the call.
            request: The request to send; authentication adds headers to it.
            attempt: The number of the attempt, from 1.
            largest_response: The most bytes that the body may have.
            bounds: The bounds of the call.
        """
        self._operation, self._call = call.operation, call
        self._request, self._attempt = request, attempt
        self._largest, self._bounds = largest_response, bounds
        self._response: httpx.Response | None = None
        self._body: Body | None = None
        self._begun = time.monotonic()
        bounds.begin_attempt()

    def begin(self, response: httpx.Response) -> bool:
        """Take the status and the headers of the response.

        Returns:
            Whether to read its body, with `read` or `aread`; false for a content encoding that wasn't asked for.
        """
        self._response, self._body = response, attach_body(response, self._largest)
        return self._body.damage is None

    def response(self) -> RawResponse:
        """Return the response.

        Raises:
            ResponseTooLargeError: The body is larger than the client accepts.
        """
        if self._body is None:
            raise AssertionError("the response comes before its body")
        if self._body.excess:
            raise self._too_large(self._body.excess)
        return self._raw_response()

    def _raw_response(self) -> RawResponse:
        if self._response is None or self._body is None:
            raise AssertionError("the response comes before its body")
        self._body.end()
        status, headers, content = self._response.status_code, self._response.headers, bytes(self._body.content)
        response = RawResponse(
            status, headers, content, self._sent(), damage=self._body.damage, is_secret=self._call.is_secret
        )
        # An error may echo the parameters: its attributes don't have their secrets either.
        return response if response.is_success else response.without_secrets(self._call.secrets)

    def _sent(self) -> SentRequest:
        return SentRequest(self._call.secrets, self._request.headers)

    def __enter__(self) -> Self:
        """Start the attempt."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log the attempt, and turn its failure into an error of ours."""
        ours = self._translated(error)
        self._log(ours or error)
        if isinstance(error, CloudkeysError):
            if self._response is None:
                error.may_have_taken_effect = False  # the login failed, or there are no credentials
        elif ours is None:
            self._bounds.was_sent = self._was_sent(error)
        else:
            ours.may_have_taken_effect = self._was_sent(error)
            try:
                raise ours from None
            finally:
                # Not as the context either: its message may echo the server, and its request has secrets.
                ours.__context__ = None

    def _translated(self, error: BaseException | None) -> CloudkeysError | None:
        if isinstance(error, httpx.TimeoutException):
            if not self._bounds.left:
                return self._bounds.total_exceeded(self._operation, self._host())
            return TimedOutError(self._operation, f"{self._host()}: timed out ({type(error).__name__})")
        if isinstance(error, httpx.RequestError):
            return self._broken(error)
        if isinstance(error, ClosedError) or (isinstance(error, RuntimeError) and str(error) == _OWN_CLIENT_CLOSED):
            return self._failed("the client was closed while the call ran", is_retryable=False)
        return None

    def _broken(self, error: httpx.RequestError) -> CloudkeysError:
        if self._bounds.is_flooded and self._body is not None:
            return self._too_large("the response takes too many bytes on the wire")
        reason, may_pass = f"{self._host()}: {type(error).__name__}", True
        if isinstance(error, httpx.ProxyError):
            refusal, may_pass = describe_refusal(str(error))
            reason += f": {refusal}"
        elif isinstance(error, httpx.ConnectError):
            reason += f": {error}"
        return self._failed(reason, is_retryable=may_pass)

    def _failed(self, reason: str, *, is_retryable: bool) -> ConnectionFailedError:
        error = ConnectionFailedError(self._operation, redacted(reason, self._sent().secrets))
        error.is_retryable = is_retryable
        return error

    def _too_large(self, reason: str) -> ResponseTooLargeError:
        return response_error(ResponseTooLargeError, self._operation, self._raw_response(), reason)

    def _was_sent(self, error: BaseException | None) -> bool:
        if self._response is not None:
            return True
        return not self._bounds.login_host and not isinstance(error, _NOT_SENT)

    def _host(self) -> str:
        # Shows a misspelled region.
        host = self._bounds.login_host or self._request.url.netloc.decode("ascii")
        return f"{host} through the proxy {self._bounds.proxy}" if self._bounds.proxy else host

    def _log(self, error: BaseException | None) -> None:
        if not _LOG.isEnabledFor(logging.DEBUG):
            return
        headers = httpx.Headers() if self._response is None else self._response.headers
        request_id = next((headers[name] for name in REQUEST_ID_HEADERS if name in headers), "-")
        _LOG.debug(
            "%s: %s %s: %s in %.3f s, attempt %d, request id %s",
            self._operation,
            self._request.method,
            redacted(str(self._request.url), self._sent().secrets),
            type(error).__name__ if self._response is None else self._response.status_code,
            time.monotonic() - self._begun,
            self._attempt,
            redacted(request_id, self._sent().secrets),
        )
