"""A loopback HTTP server that replays recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudkeys.testing.http.messages import FakeResponse
from cloudkeys.testing.http.server import serving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from cloudkeys.testing.http.messages import ReceivedRequest
    from cloudkeys.testing.recording import Recording

_NOTHING_RECORDED: Final = FakeResponse(501, b"No recording matches this request.\n", {"Content-Type": "text/plain"})


def replay(recordings: Sequence[Recording]) -> AbstractContextManager[str]:
    """Serve recorded responses on loopback while a block runs.

    The server sends the response of the first matching recording, or a 501 if none matches.

    Args:
        recordings: The recordings.

    Returns:
        A context manager that yields the base URL: `http://127.0.0.1:` and a free port.
    """

    def respond(request: ReceivedRequest) -> FakeResponse:
        for recording in recordings:
            if recording.request.matches(request.method, request.target, request.headers):
                response = recording.response
                return FakeResponse(response.status, response.body.encode(), response.headers)
        return _NOTHING_RECORDED

    return serving(respond)
