"""Reading the answer of an authentication flow within bounds: httpx reads it whole, and asks nobody how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

LARGEST: Final = 1_000_000
"""Bytes of such an answer."""


def bound(response: httpx.Response) -> bool:
    """Let an answer end a byte after the largest that may be.

    Args:
        response: The answer, not yet read.

    Returns:
        Whether to read it: not where it is compressed, so that nobody knows how large it is.
    """
    response.stream = _Bounded(response.stream, LARGEST + 1)
    return "Content-Encoding" not in response.headers


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
