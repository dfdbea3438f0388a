"""Bodies that arrive in pieces, in any encoding."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx

from driver import Driver


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in pieces, with a pause before each."""

    def __init__(self, pieces: list[bytes], pause: float = 0) -> None:
        self._pieces, self._pause = pieces, pause

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if self._pause:
                time.sleep(self._pause)
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


def settings_with_body(driver: Driver, stream: Pieces, encoding: str = "identity") -> dict[str, Any]:
    """Return the settings of a client whose calls receive this body."""
    headers = {"Content-Encoding": encoding}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=stream, headers=headers))
    connections = driver.connections(transport=transport, async_transport=transport)
    return {"base_url": "http://127.0.0.1:1", "connections": connections}
