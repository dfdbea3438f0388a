"""One request and its response: read within bounds, logged without secrets, its failures given our own names."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, Self, TypeVar

import httpx

from cloudkeys.errors import (
    REQUEST_ID_HEADERS,
    CloudkeysError,
    ConnectionFailedError,
    DecodeError,
    ResponseError,
    ResponseTooLargeError,
    TimedOutError,
)
from cloudkeys.messages import Reply
from cloudkeys.printable import printable

if TYPE_CHECKING:
    from types import TracebackType

ErrorT = TypeVar("ErrorT", bound=ResponseError)

_SECRET_HEADERS: Final = ("authorization", "x-auth-token", "x-security-token", "x-acs-security-token")
_LOG: Final = logging.getLogger("cloudkeys")


class Exchange:
    """What one attempt sends and receives; neither sync nor async, since it does no input or output itself."""

    def __init__(self, operation: str, request: httpx.Request, attempt: int, largest_response: int) -> None:
        """Begin an attempt.

        Args:
            operation: The name of the operation.
            request: What is sent; authentication adds headers to it.
            attempt: The number of the attempt, from 1.
            largest_response: How many bytes the body may have.
        """
        self._operation, self._request, self._attempt = operation, request, attempt
        self._largest = largest_response
        self._response: httpx.Response | None = None
        self._content = bytearray()
        self._begun = time.monotonic()

    def of(self, response: httpx.Response) -> httpx.Response:
        """Take note of the response, whose body is yet to be read, and return it."""
        self._response = response
        return response

    def add(self, chunk: bytes) -> None:
        """Add a part of the body.

        Raises:
            ResponseTooLargeError: The body has more bytes than it may.
        """
        self._content += chunk
        if len(self._content) > self._largest:
            raise self._error(ResponseTooLargeError, f"the body has more than {self._largest} bytes")

    def reply(self) -> Reply:
        """Return what came back."""
        response = self._received()
        headers = self._request.headers
        secrets = tuple(value for value in map(headers.get, _SECRET_HEADERS) if value)
        return Reply(response.status_code, response.headers, bytes(self._content), secrets)

    def _received(self) -> httpx.Response:
        if self._response is None:
            raise AssertionError("the response is noted before its body is read")
        return self._response

    def _error(self, kind: type[ErrorT], reason: str) -> ErrorT:
        response = self._received()
        error = kind(self._operation, response.status_code, response.headers, bytes(self._content))
        error.reason = reason
        return error

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log the attempt, and raise what went wrong under our own names."""
        ours = self._translated(error)
        self._log(ours or error)
        if ours is not None:
            raise ours from error

    def _translated(self, error: BaseException | None) -> CloudkeysError | None:
        if isinstance(error, httpx.DecodingError):
            return self._error(DecodeError, "the content encoding is damaged")
        if isinstance(error, httpx.TimeoutException):
            return TimedOutError(self._operation, f"timed out ({type(error).__name__})")
        if isinstance(error, httpx.RequestError):
            return ConnectionFailedError(self._operation, printable(f"{type(error).__name__}: {error}"))
        return None

    def _log(self, error: BaseException | None) -> None:
        if not _LOG.isEnabledFor(logging.DEBUG):
            return
        headers = httpx.Headers() if self._response is None else self._response.headers
        request_id = next((headers[name] for name in REQUEST_ID_HEADERS if name in headers), "-")
        outcome = type(error).__name__ if self._response is None else self._response.status_code
        seconds = time.monotonic() - self._begun
        _LOG.debug(
            "%s: %s %s: %s in %.3f s, attempt %d, request id %s",
            self._operation,
            self._request.method,
            printable(str(self._request.url)),
            outcome,
            seconds,
            self._attempt,
            printable(request_id),
        )
