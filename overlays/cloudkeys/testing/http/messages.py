"""Requests and responses of the fake cloud, over a socket or through an httpx transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs
import msgspec

from cloudkeys.runtime.types import encode_hook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

Ending: TypeAlias = Literal["complete", "cut off", "reset"]
"""How a response ends: complete, cut off in the middle of its body, or by a reset before the first byte."""

JSON_HEADERS: Final = {"Content-Type": "application/json"}


@attrs.frozen
class ReceivedRequest:
    """A request as received.

    Attributes:
        method: The HTTP method.
        target: The path and the query, still encoded.
        headers: The headers; the case of names is ignored.
        body: The body.
    """

    method: str
    target: str
    headers: httpx.Headers = attrs.field(repr=False)
    body: bytes = attrs.field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The path, still encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, still encoded."""
        return self.target.partition("?")[2]


@attrs.frozen
class FakeResponse:
    """A response to send.

    Attributes:
        status: The status code.
        body: The body.
        headers: The headers, without those that frame the body.
        delay: The seconds to wait before it.
        ending: How it ends.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    delay: float = 0.0
    ending: Ending = "complete"


Handler: TypeAlias = "Callable[[ReceivedRequest], FakeResponse]"
"""A function that responds to requests. Many threads call it."""


def json_response(status: int, data: object, headers: Mapping[str, str] | None = None) -> FakeResponse:
    """Return a response with a JSON body.

    Args:
        status: The status code.
        data: Any value that msgspec can encode.
        headers: Headers in addition to Content-Type.
    """
    return FakeResponse(status, msgspec.json.encode(data, enc_hook=encode_hook), {**JSON_HEADERS, **(headers or {})})
