"""An HTTP server around a function, for programs in any language."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

import httpx

from cloudkeys.testing.http.listeners import listening
from cloudkeys.testing.http.messages import FakeResponse, ReceivedRequest

if TYPE_CHECKING:
    from collections.abc import Generator

    from cloudkeys.testing.http.messages import Handler

_LARGEST_BODY: Final = 12 * 1024 * 1024
"""The largest body, in bytes, that Huawei Cloud's gateway accepts."""
_LENGTH: Final = re.compile("[0-9]{1,18}")
_TOO_LARGE: Final = FakeResponse(
    413, b"The body is too large, or its length isn't given.\n", {"Content-Type": "text/plain"}
)


@contextlib.contextmanager
def serving(handler: Handler, host: str = "127.0.0.1", port: int = 0) -> Generator[str]:
    """Serve HTTP while the block runs.

    Args:
        handler: The function that responds.
        host: The address to listen on, or a name with addresses of IPv4, IPv6 or both.
        port: The port; 0 for any free port.

    Yields:
        The base URL of the server.

    Raises:
        OSError: The port is taken, or the address belongs to another machine; the message names host and port.
        ValueError: The host is empty.
    """
    stopping = threading.Event()
    fields = {"handler": staticmethod(handler), "stopping": stopping}
    with listening(host, port) as listeners, contextlib.ExitStack() as stack:
        for listener in listeners:
            stack.enter_context(_Server(listener, type("_BoundRequestHandler", (_RequestHandler,), fields)).running())
        stack.callback(stopping.set)
        # A URL escapes the zone of an IPv6 address.
        literal = f"[{host.replace('%', '%25')}]" if ":" in host else host
        yield f"http://{literal}:{listeners[0].getsockname()[1]}"


class _Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True

    def __init__(self, listener: socket.socket, request_handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[Any] = set()
        super().__init__(listener.getsockname()[:2], request_handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener

    @contextlib.contextmanager
    def running(self) -> Generator[None]:
        """Serve while the block runs."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            self.server_close()
            self.hang_up()
            thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class takes them
        """Record an open connection."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as the base class takes it
        """Forget a closed connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close the connections that clients keep open, so that the server responds to nobody after its end."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that hang up, but show other errors, such as an exception in a fault."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # as the base class takes them


class _RequestHandler(BaseHTTPRequestHandler):
    handler: Handler
    stopping: threading.Event
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise each response waits 40 ms for an acknowledgement

    def _respond(self) -> None:
        request = self._received()
        if request is None:
            self.close_connection = True
            response = _TOO_LARGE
        else:
            response = self.handler(request)
        if response.delay:
            self.stopping.wait(response.delay)
        if response.ending == "reset":
            self._reset()
        else:
            self._send(response)

    # The standard library looks methods up by these names.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_QUERY = _respond  # noqa: N815

    def _received(self) -> ReceivedRequest | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not _LENGTH.fullmatch(length) or int(length) > _LARGEST_BODY:
            return None
        body = self.rfile.read(int(length))
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        return ReceivedRequest(self.command, self.path, httpx.Headers(raw), body)

    def _send(self, response: FakeResponse) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if response.ending == "cut off":
            self.close_connection = True
            self.wfile.write(response.body[: len(response.body) // 2])
        elif self.command != "HEAD":
            self.wfile.write(response.body)

    def _reset(self) -> None:
        # With a linger time of 0, closing resets the connection.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of the base class
        """Log nothing: the output belongs to the program under test."""
