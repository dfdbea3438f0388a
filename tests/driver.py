"""Running one test body four ways: sync and async, over real sockets on loopback and over httpx.MockTransport."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx

from cloudkeys.connections import Connections
from cloudkeys.page_cursor import Page
from cloudkeys.paging import Listing


class Answer(NamedTuple):
    """What a scripted service answers."""

    status: int
    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})


Handler = Callable[[httpx.Request], Answer]


class Driver:
    """Runs listings and calls, sync or async, against a handler that plays the service."""

    def __init__(self, *, is_async: bool, over_sockets: bool) -> None:
        self.is_async, self.over_sockets = is_async, over_sockets
        self._stack = contextlib.ExitStack()
        self._runner = self._stack.enter_context(asyncio.Runner()) if is_async else None

    def serve(self, handler: Handler) -> dict[str, Any]:
        """Return the arguments that make a client call the handler."""
        if self.over_sockets:
            connections, base_url = Connections(), self._stack.enter_context(serving(handler))
        else:
            transport = httpx.MockTransport(lambda request: _response(handler(request)))
            connections = Connections(transport=transport, async_transport=transport)
            base_url = "http://127.0.0.1:8080"
        self._stack.callback(self._close, connections)
        return {"base_url": base_url, "connections": connections}

    def _close(self, connections: Connections) -> None:
        connections.close()
        if self._runner is not None:
            self._runner.run(connections.aclose())

    def close(self) -> None:
        self._stack.close()

    def call(self, sync: Callable[[], Any], asynchronous: Callable[[], Any]) -> Any:
        """Do the one or await the other."""
        if self._runner is None:
            return sync()

        async def run() -> Any:
            return await asynchronous()

        return self._runner.run(run())

    def items(self, listing: Listing[Any], stop_after: int | None = None) -> list[Any]:
        """Loop over a listing, breaking off after some items where asked."""
        found: list[Any] = []

        def take(item: Any) -> bool:
            found.append(item)
            return len(found) == stop_after

        def sync() -> None:
            for item in listing:
                if take(item):
                    break

        async def asynchronous() -> None:
            async for item in listing:
                if take(item):
                    break

        self.call(sync, asynchronous)
        return found

    def pages(self, listing: Listing[Any]) -> list[Page[Any]]:
        async def asynchronous() -> list[Page[Any]]:
            return [page async for page in listing.pages_async()]

        pages: list[Page[Any]] = self.call(lambda: list(listing.pages()), asynchronous)
        return pages


def _response(answer: Answer) -> httpx.Response:
    return httpx.Response(answer.status, content=answer.body, headers=answer.headers)


@contextlib.contextmanager
def serving(handler: Handler) -> Iterator[str]:
    class Served(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # otherwise each answer waits 40 ms for an acknowledgement

        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            host = self.headers["Host"]
            answer = handler(
                httpx.Request(self.command, f"http://{host}{self.path}", headers=self.headers.items(), content=content)
            )
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = _answer  # noqa: N815 - the standard library looks methods up by these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of the base class
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing of clients that hang up."""

    server = Server(("127.0.0.1", 0), Served)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
