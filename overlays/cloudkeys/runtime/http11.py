"""One side of an HTTP/1.1 connection, without any input or output: what h11 knows, for requests that are small."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, TypeAlias

import h11
import httpx

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

Origin: TypeAlias = tuple[str, str, int]
"""The scheme, the host and the port that a connection belongs to."""

IDLE_SECONDS: Final = 5.0
"""How long an unused connection is kept, as with httpx: services close theirs without a word not much later."""
_LARGEST_CHUNK: Final = 1 << 16
"""Bytes of a body that are handed on at once: a compressed chunk may become a thousand times as many."""
_LONGEST_HEAD: Final = 100 * 1024
"""Bytes of a status line with its headers, as with httpx."""
_MOST_INFORMATIONAL: Final = 20
"""How many responses 1xx may come before the real one."""
_PORTS: Final = {"http": 80, "https": 443}


def origin_of(url: httpx.URL) -> Origin:
    """Return what to connect to for a URL."""
    return url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]


@contextlib.contextmanager
def named(timeout: type[httpx.TimeoutException], failure: type[httpx.NetworkError]) -> Generator[None]:
    """Give what the operating system raises in a block its name in httpx.

    Args:
        timeout: The name of what took too long.
        failure: The name of everything else.
    """
    try:
        yield
    except TimeoutError:
        raise timeout("") from None
    except OSError as error:
        raise failure(str(error)) from error


class Http11:
    """The state of one connection."""

    def __init__(self) -> None:
        """Begin a connection."""
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._informational = 0

    def encoded(self, request: httpx.Request, body: Iterable[bytes]) -> bytes:
        """Return a request as bytes.

        Args:
            request: The request.
            body: The chunks of its body.

        Raises:
            httpx.LocalProtocolError: It can't be sent.
        """
        data = [h11.Data(data=chunk) for chunk in body if chunk]
        try:
            head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
            return b"".join([self._state.send(event) or b"" for event in (head, *data, h11.EndOfMessage())])
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error

    def receive(self, data: bytes) -> None:
        """Take what came."""
        self._state.receive_data(data)

    def ended(self) -> None:
        """Take note that nothing more comes, which may be the end of a body.

        Raises:
            httpx.RemoteProtocolError: A response was awaited.
        """
        if self._state.their_state is h11.SEND_RESPONSE:
            raise httpx.RemoteProtocolError("the service closed the connection without a response")
        self._state.receive_data(b"")

    def response(self) -> h11.Response | None:
        """Return the status and the headers of the response; None where they didn't come yet.

        Raises:
            httpx.RemoteProtocolError: What came is no HTTP.
        """
        while (event := self._next()) is not None:
            if isinstance(event, h11.Response):
                self._informational = 0
                return event
            self._informational += 1
            if self._informational > _MOST_INFORMATIONAL:
                raise httpx.RemoteProtocolError("the service sends no response, but ever more announcements of one")
        return None

    def body(self) -> list[bytes] | None:
        """Return what came of the body, in chunks; nothing at its end; None where nothing came yet.

        Raises:
            httpx.RemoteProtocolError: What came is no HTTP.
        """
        while (event := self._next()) is not None:
            if not isinstance(event, h11.Data):
                return []
            if data := bytes(event.data):
                return [data[start : start + _LARGEST_CHUNK] for start in range(0, len(data), _LARGEST_CHUNK)]
        return None

    def _next(self) -> h11.Event | type | None:
        try:
            event = self._state.next_event()
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        return None if event is h11.NEED_DATA else event

    def recycle(self) -> bool:
        """Make ready for another request.

        Returns:
            Whether there can be one: the whole response came, and nothing after it.
        """
        done = self._state.our_state is self._state.their_state is h11.DONE
        if not done or self._state.trailing_data[0]:
            return False
        self._state.start_next_cycle()
        return True
