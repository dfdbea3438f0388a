"""Reading the answer of an authentication flow within bounds: httpx reads it whole, and asks nobody how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from cloudkeys.errors import DecodeError, ResponseTooLargeError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

LARGEST: Final = 1_000_000
"""Bytes of such an answer."""


def bound(response: httpx.Response, operation: str) -> None:
    """Make reading an answer fail where it would take too much memory.

    Args:
        response: The answer, not yet read.
        operation: The name of the operation that it answers.

    Raises:
        DecodeError: The answer is compressed, so that its length tells nothing.
    """
    if "Content-Encoding" in response.headers:
        error = DecodeError(operation, response.status_code, response.headers, b"")
        error.reason = "the body is compressed, although it was asked for as it is"
        raise error
    response.stream = _Bounded(response, operation)


def too_large(response: httpx.Response, operation: str) -> ResponseTooLargeError:
    """Return the error of an answer that is too large.

    Args:
        response: The answer.
        operation: The name of the operation that it answers.
    """
    error = ResponseTooLargeError(operation, response.status_code, response.headers, b"")
    error.reason = f"the body has more than {LARGEST} bytes"
    return error


class _Bounded(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, response: httpx.Response, operation: str) -> None:
        self._response, self._operation = response, operation
        self._stream, self._left = response.stream, LARGEST

    def _counted(self, chunk: bytes) -> bytes:
        self._left -= len(chunk)
        if self._left < 0:
            raise too_large(self._response, self._operation)
        return chunk

    def __iter__(self) -> Iterator[bytes]:
        if isinstance(self._stream, httpx.SyncByteStream):
            yield from map(self._counted, self._stream)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if isinstance(self._stream, httpx.AsyncByteStream):
            async for chunk in self._stream:
                yield self._counted(chunk)

    def close(self) -> None:
        if isinstance(self._stream, httpx.SyncByteStream):
            self._stream.close()

    async def aclose(self) -> None:
        if isinstance(self._stream, httpx.AsyncByteStream):
            await self._stream.aclose()
