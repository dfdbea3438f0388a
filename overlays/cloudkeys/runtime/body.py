"""The body of a response, unpacked by us: no library that may be installed decides how much memory a few bytes take."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final, Protocol

import httpx

from cloudkeys.runtime.bounds import Bounds, current
from cloudkeys.runtime.redaction import printable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

ACCEPTED: Final = "gzip, deflate"
"""The content encodings that are asked for, and no others are read."""
_GZIP: Final = 31  # for `wbits` of zlib; likewise those that follow
_ZLIB: Final = 15
_RAW: Final = -15
_LONGEST_NAME: Final = 50
_MOST_PIECES: Final = 65_536
"""Each takes its own time to read, however small it is. Of 32 MiB, such a piece has 512 bytes."""


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /, max_length: int) -> bytes: ...


class Body:
    """What was read of a body.

    Attributes:
        content: The bytes, unpacked.
        damage: Why the rest can't be read; None where it can.
        excess: Why it is too large; None where it isn't.
    """

    def __init__(self, response: httpx.Response, largest: int) -> None:
        """Begin with a body.

        Args:
            response: The response. Where somebody has read it already, httpx has unpacked it too.
            largest: How many bytes it may have, packed and unpacked.
        """
        self.content = bytearray()
        self.damage: str | None = None
        self.excess: str | None = None
        self._largest, self._received, self._pieces = largest, 0, 0
        self._encoding = "identity"
        if named := response.headers.get("Content-Encoding"):
            encoding = named.strip().lower()
            if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
                self.damage = f"the content encoding is {printable(encoding[:_LONGEST_NAME])}, which wasn't asked for"
            elif encoding and not response.is_stream_consumed:
                self._encoding = encoding
        self._unpacker: _Unpacker | None = None
        self._head = b""

    def add(self, piece: bytes) -> bool:
        """Add a piece as it came from the network.

        Args:
            piece: Its bytes.

        Returns:
            Whether there may be another.
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
        """Note that there are no more pieces."""
        is_whole = self._unpacker is not None and self._unpacker.eof
        if self._encoding != "identity" and self._received and not is_whole:
            self.damage = self.damage or "the content encoding is damaged"

    def _unpacked(self, piece: bytes, most: int) -> bytes:
        if self._unpacker is None:
            self._head += piece
            if len(self._head) < 2:  # noqa: PLR2004 - which a header of zlib has
                return b""
            piece, self._unpacker = self._head, zlib.decompressobj(self._window_bits())
        found = self._unpacker.decompress(piece, most)
        if self._unpacker.unused_data:
            raise zlib.error("something comes behind the end")
        return found

    def _window_bits(self) -> int:
        """Return what the body is packed with: some servers send deflate without the header that zlib gives it."""
        if self._encoding != "deflate":
            return _GZIP
        is_zlib = self._head[0] & 15 == 8 and int.from_bytes(self._head[:2], "big") % 31 == 0  # noqa: PLR2004 - RFC 1950
        return _ZLIB if is_zlib else _RAW


class _Into(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Gives the pieces of a stream to a body, and httpx none: it would unpack them, and asks nobody how much."""

    def __init__(self, stream: Any, body: Body, bounds: Bounds) -> None:  # noqa: ANN401 - httpx types it as sync or async
        self._stream, self._body, self._bounds = stream, body, bounds

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if not self._body.add(piece):
                break
            if not self._bounds.left:  # an async call bounds its time itself
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


def attached(response: httpx.Response, largest: int) -> Body:
    """Return what `read` or `aread` of a response fills.

    Args:
        response: The response. It isn't to be read where its body has damage already.
        largest: How many bytes the body may have.
    """
    bounds = current()
    bounds.allow(largest)
    body = Body(response, largest)
    if response.is_stream_consumed:
        body.add(response.content)
    else:
        response.stream = _Into(response.stream, body, bounds)
    return body
