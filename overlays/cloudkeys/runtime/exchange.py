"""One request and its response: read within bounds, logged without secrets, its failures given our own names."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import TYPE_CHECKING, Final, Self

import httpx

from cloudkeys.errors import CloudkeysError, ConnectionFailedError, ResponseTooLargeError, TimedOutError
from cloudkeys.runtime.direct import ClosedError
from cloudkeys.runtime.messages import Reply
from cloudkeys.runtime.proxies import refusal
from cloudkeys.runtime.redaction import printable, redacted
from cloudkeys.runtime.sent import Sent
from cloudkeys.runtime.status import REQUEST_ID_HEADERS, response_error

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import TracebackType

    from cloudkeys.runtime.messages import Request

_NOT_SENT: Final = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError),
    *(httpx.UnsupportedProtocol, httpx.LocalProtocolError, ClosedError),
)
"""The failures before which no byte of the request was sent."""
_CLOSED_BY_ITS_OWNER: Final = "Cannot send a request, as the client has been closed."
"""What an httpx client of the user's own says."""
_LOG: Final = logging.getLogger("cloudkeys")


class Exchange:
    """What one attempt sends and receives; neither sync nor async, since it does no input or output itself."""

    def __init__(self, asked: Request, request: httpx.Request, attempt: int, largest_response: int) -> None:
        """Begin an attempt.

        Args:
            asked: What is asked for.
            request: What is sent; authentication adds headers to it.
            attempt: The number of the attempt, from 1.
            largest_response: How many bytes the body may have.
        """
        self._operation, self._asked = asked.operation, asked
        self._request, self._attempt = request, attempt
        self._largest = largest_response
        self._response: httpx.Response | None = None
        self._content = bytearray()
        self._damage: str | None = None
        self._begun = time.monotonic()

    def begin(self, response: httpx.Response) -> bool:
        """Take the status and the headers of the response.

        Returns:
            Whether to read its body: not where it is compressed more than once, so that a few bytes could become any
            number of them.
        """
        self._response = response
        if "," in response.headers.get("Content-Encoding", ""):
            self._damage = "the body is compressed more than once"
        return self._damage is None

    def add(self, chunk: bytes) -> None:
        """Add a part of the body.

        Raises:
            ResponseTooLargeError: The body has more bytes than it may.
        """
        room = self._largest - len(self._content)
        self._content += chunk[:room]
        if len(chunk) > room:
            reason = f"the body has more than {self._largest} bytes"
            raise response_error(ResponseTooLargeError, self._operation, self.reply().kept(), reason)

    @contextlib.contextmanager
    def decoding(self) -> Generator[None]:
        """Keep what came of a body whose rest can't be decoded."""
        try:
            yield
        except httpx.DecodingError:
            self._damage = "the content encoding is damaged"

    def reply(self) -> Reply:
        """Return what came back."""
        if self._response is None:
            raise AssertionError("the response comes before its body")
        status, headers, content = self._response.status_code, self._response.headers, bytes(self._content)
        reply = Reply(status, headers, content, self._sent(), damage=self._damage, is_secret=self._asked.is_secret)
        # What an error repeats of the parameters isn't in its attributes either.
        return reply if reply.is_success else reply.without(self._asked.secrets)

    def _sent(self) -> Sent:
        return Sent(self._asked.secrets, self._request.headers)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log the attempt, and raise what went wrong under our own names."""
        ours = self._translated(error)
        self._log(ours or error)
        if isinstance(error, CloudkeysError) and self._response is None:
            error.may_have_taken_effect = False  # it is about a token, or credentials
        if ours is not None:
            ours.may_have_taken_effect = self._was_sent(error)
            try:
                raise ours from None
            finally:
                # Nor is it found as the context: its message may repeat what the server sent, its request has secrets.
                ours.__context__ = None

    def _translated(self, error: BaseException | None) -> CloudkeysError | None:
        if isinstance(error, httpx.TimeoutException):
            return TimedOutError(self._operation, f"{self._host()}: timed out ({type(error).__name__})")
        if isinstance(error, ClosedError) or (isinstance(error, RuntimeError) and str(error) == _CLOSED_BY_ITS_OWNER):
            return self._failed("the client was closed while the call ran", is_worth_repeating=False)
        if isinstance(error, httpx.ProxyError):
            said, may_heal = refusal(str(error))
            return self._failed(printable(f"{self._host()}: ProxyError: {said}"), is_worth_repeating=may_heal)
        if isinstance(error, httpx.RequestError):
            detail = f": {error}" if isinstance(error, httpx.ConnectError) else ""
            return self._failed(printable(f"{self._host()}: {type(error).__name__}{detail}"))
        return None

    def _failed(self, reason: str, *, is_worth_repeating: bool = True) -> ConnectionFailedError:
        error = ConnectionFailedError(self._operation, reason)
        error.is_worth_repeating = is_worth_repeating
        return error

    def _was_sent(self, error: BaseException | None) -> bool:
        if self._response is not None:
            return True
        # The request for a token may have failed, before the one that it is for.
        failed = getattr(error, "_request", None) or self._request
        return failed is self._request and not isinstance(error, _NOT_SENT)

    def _host(self) -> str:
        # A misspelt region shows in it.
        host, proxy = self._request.url.netloc.decode("ascii"), self._request.extensions.get("proxy")
        return f"{host} through the proxy {proxy}" if proxy else host

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
