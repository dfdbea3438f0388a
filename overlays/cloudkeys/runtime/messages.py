"""Requests and responses as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

import attrs
import httpx

from cloudkeys.runtime.redaction import masked, redacted
from cloudkeys.runtime.sent import SentRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

BodyT = TypeVar("BodyT")

_FIRST_NO_SUCCESS: Final = 300


@attrs.frozen
class Request:
    """A request that is ready to be signed and sent.

    Attributes:
        operation: The vendor's name of the operation.
        method: The HTTP method.
        target: The path and the query, percent-encoded by RFC 3986, as signed and sent.
        headers: The headers of the operation.
        content: The bytes of the body, as signed and sent.
        idempotent: Whether to retry a call that may have taken effect.
        secrets: The secrets in it, which no message may show.
        is_secret: Whether the request or its result may contain secrets.
    """

    operation: str
    method: str
    target: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    content: bytes = attrs.field(default=b"", repr=False)
    idempotent: bool = True
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)
    is_secret: bool = False


@attrs.frozen
class RawResponse:
    """A response, before it is interpreted.

    Attributes:
        status_code: The status code.
        headers: The headers, with case-insensitive names.
        content: The raw body.
        sent: The part of the request that errors need.
        is_repeat: Whether an earlier attempt of the call may have taken effect.
        damage: Why the body couldn't be read to its end; None if it could.
        is_secret: Whether the request or its result may contain secrets.
    """

    status_code: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    content: bytes = attrs.field(repr=False)
    sent: SentRequest = attrs.field(factory=SentRequest, repr=False)
    is_repeat: bool = False
    damage: str | None = None
    is_secret: bool = False

    @property
    def is_success(self) -> bool:
        """Whether the status means success."""
        return self.status_code < _FIRST_NO_SUCCESS

    def without_secrets(self, secrets: tuple[str, ...]) -> RawResponse:
        """Return the response with asterisks for the secrets that it echoes.

        Args:
            secrets: The secrets.
        """
        if not secrets:
            return self
        given = httpx.Headers(self.headers)
        items = [(name, redacted(value, secrets)) for name, value in given.multi_items()]
        headers = httpx.Headers(items, encoding=given.encoding)
        return attrs.evolve(self, headers=headers, content=masked(self.content, secrets))

    def without_secret_content(self) -> RawResponse:
        """Return the response for errors and results: without the body of a success that may contain secrets."""
        return attrs.evolve(self, content=b"") if self.is_secret and self.is_success else self


@attrs.frozen
class Response(Generic[BodyT]):
    """A response with its result.

    Attributes:
        status_code: The status code.
        headers: The headers, with case-insensitive names.
        content: The raw body; empty if the call or its result may contain secrets.
        body: The decoded body.
    """

    status_code: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    content: bytes = attrs.field(repr=False)
    body: BodyT
