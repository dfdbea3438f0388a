"""A loopback HTTP server that answers from recordings."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

from cloudkeys.testing.recording import RecordedResponse

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from cloudkeys.testing.recording import Recording

_NOTHING_RECORDED = RecordedResponse(
    status=501, headers={"Content-Type": "text/plain"}, body="No recording answers this request.\n"
)


@contextlib.contextmanager
def replay(recordings: Sequence[Recording]) -> Generator[str]:
    """Serve recorded responses on loopback while the block runs.

    A request gets the first response whose recorded request matches; any other request gets a 501.

    Args:
        recordings: What to answer.

    Yields:
        The base URL of the server, `http://127.0.0.1:` and a free port.
    """
    handler = type("_ReplayHandler", (_Handler,), {"recordings": recordings})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise each answer waits 40 ms for an acknowledgement
    recordings: ClassVar[Sequence[Recording]] = ()

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = dict(self.headers.items())
        answers = (
            recording.response
            for recording in self.recordings
            if recording.request.matches(self.command, self.path, headers)
        )
        response = next(answers, _NOTHING_RECORDED)
        body = response.body.encode()
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815 - the standard library looks methods up by these names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of the base class
        """Say nothing: the output belongs to the program that is shown or tested."""
