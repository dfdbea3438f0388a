"""Response bodies, decompressed within bounds; the decoders that httpx finds installed aren't used."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final, Protocol

import httpx

from cloudkeys.runtime.bounds import Bounds, current_bounds
from cloudkeys.runtime.redaction import printable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

ACCEPTED: Final = "gzip, deflate"
"""The content encodings that requests ask for; no others are read."""
_GZIP: Final = 31  # values of `wbits` for zlib
_ZLIB: Final = 15
_RAW: Final = -15
_LONGEST_NAME: Final = 50
_MOST_PIECES: Final = 65_536
"""Each piece takes time, however small it is. In a body of 32 MiB, pieces of 512 bytes reach this number."""


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /, max_length: int) -> bytes: ...


class Body:
    """A body that is being read.

    Attributes:
        content: The decompressed bytes so far.
        damage: Why the body can't be read; None if it can.
        excess: Why the body is too large; None if it isn't.
    """

    def __init__(self, response: httpx.Response, largest: int) -> None:
        """Start to read a body.

        Args:
            response: The response. If it was read before, httpx has decompressed it.
            largest: The most bytes it may have, compressed or not.
        """
        self.content = bytearray()
        self.damage: str | None = None
        self.excess: str | None = None
        self._largest, self._received, self._pieces = largest, 0, 0
        self._encoding = "identity"
        if header := response.headers.get("Content-Encoding"):
            encoding = header.strip().lower()
            if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
                self.damage = f"the content encoding is {printable(encoding[:_LONGEST_NAME])}, which wasn't asked for"
            elif encoding and not response.is_stream_consumed:
                self._encoding = encoding
        self._unpacker: _Unpacker | None = None
        self._head = b""

    def add(self, piece: bytes) -> bool:
        """Add a piece from the network.

        Args:
            piece: Its bytes.

        Returns:
            Whether to read on.
        """
        self._received += len(piece)
        self._pieces += 1
        room = self._largest - len(self.content)
        try:
            found = piece if self._encoding == "identity" else self._unpacked(piece, room + 1)
        except zlib.error:
            self.damage = "the content encoding is damaged"
            return False
        self.content += found[:room]
        if len(found) > room or self._received > self._largest:
            self.excess = f"the body has more than {self._largest} bytes"
        elif self._pieces > _MOST_PIECES:
            self.excess = f"the body comes in more than {_MOST_PIECES} pieces"
        return self.excess is None

    def end(self) -> None:
        """Finish: the body has no more pieces."""
        is_whole = self._unpacker is not None and self._unpacker.eof
        if self._encoding != "identity" and self._received and not is_whole:
            self.damage = self.damage or "the content encoding is damaged"

    def _unpacked(self, piece: bytes, most: int) -> bytes:
        if self._unpacker is None:
            self._head += piece
            if len(self._head) < 2:  # noqa: PLR2004 - the size of a zlib header
                return b""
            piece, self._unpacker = self._head, zlib.decompressobj(self._window_bits())
        found = self._unpacker.decompress(piece, most)
        if self._unpacker.unused_data:
            raise zlib.error("there are bytes after the end")
        return found

    def _window_bits(self) -> int:
        """Return the format of the body: some servers send deflate without its zlib header."""
        if self._encoding != "deflate":
            return _GZIP
        is_zlib = self._head[0] & 15 == 8 and int.from_bytes(self._head[:2], "big") % 31 == 0  # noqa: PLR2004 - RFC 1950
        return _ZLIB if is_zlib else _RAW


class _BodyStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Passes the pieces of a stream to a body, and none to httpx, which would decompress them without a bound."""

    def __init__(self, stream: Any, body: Body, bounds: Bounds) -> None:  # noqa: ANN401 - httpx types it as sync or async
        self._stream, self._body, self._bounds = stream, body, bounds

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if not self._body.add(piece):
                break
            if not self._bounds.left:  # asyncio bounds an async call
                raise httpx.ReadTimeout("the time of the call is over")
            yield b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            if not self._body.add(piece):
                break
            yield b""

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()


def attach_body(response: httpx.Response, largest: int) -> Body:
    """Return the body that `read` or `aread` of a response fills.

    Args:
        response: The response. Don't read it if the body is damaged already.
        largest: The most bytes that the body may have.
    """
    bounds = current_bounds()
    bounds.allow_body(largest)
    body = Body(response, largest)
    if response.is_stream_consumed:
        body.add(response.content)
    else:
        response.stream = _BodyStream(response.stream, body, bounds)
    return body
