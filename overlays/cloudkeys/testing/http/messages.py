"""What the servers for tests get and give, whichever way it travels: over a socket or as an httpx transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs
import msgspec

from cloudkeys.runtime.types import encode_hook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

Ending: TypeAlias = Literal["complete", "cut off", "reset"]
"""How an answer ends: as it should, with half of its body, or with no byte at all and a reset connection."""

JSON_HEADERS: Final = {"Content-Type": "application/json"}


@attrs.frozen
class ReceivedRequest:
    """A request, to the letter.

    Attributes:
        method: The HTTP method.
        target: The path and the query, as they were sent.
        headers: The headers; their names are found in any case.
        body: The body.
    """

    method: str
    target: str
    headers: httpx.Headers = attrs.field(repr=False)
    body: bytes = attrs.field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The path, as it was sent."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, as it was sent."""
        return self.target.partition("?")[2]


@attrs.frozen
class FakeResponse:
    """What to answer.

    Attributes:
        status: The status code.
        body: The body.
        headers: The headers, without those that frame the body.
        delay: Seconds that pass before it.
        ending: How it ends.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    delay: float = 0.0
    ending: Ending = "complete"


Handler: TypeAlias = "Callable[[ReceivedRequest], FakeResponse]"
"""What answers requests. It is called from many threads."""


def json_response(status: int, data: object, headers: Mapping[str, str] | None = None) -> FakeResponse:
    """Return an answer with a JSON body.

    Args:
        status: The status code.
        data: What msgspec can encode.
        headers: Headers beside Content-Type.
    """
    return FakeResponse(status, msgspec.json.encode(data, enc_hook=encode_hook), {**JSON_HEADERS, **(headers or {})})
