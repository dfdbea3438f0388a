"""Reading the answer to a request for a token, within bounds: httpx reads it whole, and asks nobody how much."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import attrs
import httpx
import msgspec

from cloudkeys.auth.credentials import hidden
from cloudkeys.errors import DecodeError, ResponseTooLargeError
from cloudkeys.runtime.clocks import seconds_left
from cloudkeys.runtime.headers import check_header_value
from cloudkeys.runtime.status import response_error, status_error
from cloudkeys.runtime.types import datetime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import timedelta

    from cloudkeys.runtime.messages import Reply
    from cloudkeys.runtime.types import SecretStr

_CREATED: Final = 201
LARGEST: Final = 1_000_000
"""Bytes of such an answer."""


@attrs.frozen
class HeldToken:
    """A token, and when to get a new one, by `time.monotonic`."""

    value: SecretStr = attrs.field(converter=hidden)
    renew_at: float


def bound(response: httpx.Response) -> bool:
    """Let an answer end a byte after the largest that may be.

    Args:
        response: The answer, not yet read.

    Returns:
        Whether to read it: not where it is compressed, so that nobody knows how large it is.
    """
    response.stream = _Bounded(response.stream, LARGEST + 1)
    return "Content-Encoding" not in response.headers


class _Token(msgspec.Struct):
    expires_at: datetime
    issued_at: datetime | None = None


class _TokenBody(msgspec.Struct):
    token: _Token


def read_token(operation: str, reply: Reply, content: bytes | None, value: str | None, margin: timedelta) -> HeldToken:
    """Return the token of an answer, and when to get a new one.

    How long it is valid is the difference of two times of the service, counted from now by a clock that nobody sets:
    by the wall clock of a machine that is a day ahead, each token would have expired when it came. Where that clock
    stands while the machine sleeps, a token may expire before its time here: it is refused then, and renewed.

    Args:
        operation: The name of the operation that it answers.
        reply: The answer.
        content: Its body; None where it wasn't read.
        value: Its header with the token.
        margin: How long before the token expires a new one is got, but not before half of its time is over.

    Raises:
        ResponseError: It has no token, or says why there is none.
    """
    if content is not None and len(content) > LARGEST:
        raise response_error(ResponseTooLargeError, operation, reply, f"the body has more than {LARGEST} bytes")
    if reply.status_code != _CREATED:
        raise status_error(operation, reply, None)
    if content is None:
        raise response_error(
            DecodeError, operation, reply, "the body is compressed, although it was asked for as it is"
        )
    try:
        token = msgspec.json.decode(content, type=_TokenBody).token
        check_header_value("the token", value)
        return HeldToken(value or "", time.monotonic() + _usable(token, reply, margin))
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        reason = "there is no token, or no time at which it expires"
        raise response_error(DecodeError, operation, reply, reason) from None


def _usable(token: _Token, reply: Reply, margin: timedelta) -> float:
    issued = token.issued_at
    lifetime = (token.expires_at - issued).total_seconds() if issued else seconds_left(token.expires_at, reply.headers)
    if lifetime <= 0:
        raise ValueError("it expires before it was issued")
    return max(lifetime - margin.total_seconds(), lifetime / 2)


class _Bounded(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream, left: int) -> None:
        self._stream, self._left = stream, left

    def _kept(self, chunk: bytes) -> bytes:
        kept = chunk[: self._left]
        self._left -= len(kept)
        return kept

    def __iter__(self) -> Iterator[bytes]:
        if isinstance(self._stream, httpx.SyncByteStream):
            for chunk in self._stream:
                yield self._kept(chunk)
                if not self._left:
                    return

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if isinstance(self._stream, httpx.AsyncByteStream):
            async for chunk in self._stream:
                yield self._kept(chunk)
                if not self._left:
                    return

    def close(self) -> None:
        if isinstance(self._stream, httpx.SyncByteStream):
            self._stream.close()

    async def aclose(self) -> None:
        if isinstance(self._stream, httpx.AsyncByteStream):
            await self._stream.aclose()
