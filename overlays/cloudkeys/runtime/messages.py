"""What goes out and what comes back, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import msgspec

from cloudkeys.runtime.redaction import forms_of

BodyT = TypeVar("BodyT", bound=msgspec.Struct)


class Request(msgspec.Struct, frozen=True):
    """A request that is ready to be signed and sent.

    Attributes:
        operation: The vendor's name of the operation.
        method: The HTTP method.
        target: The path and the query, percent-encoded by RFC 3986: what is signed is what is sent.
        headers: The headers that are constant for the operation.
    """

    operation: str
    method: str
    target: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What came back, whatever it means.

    Attributes:
        status_code: The status code.
        headers: The headers; their names are found in any case.
        content: The body, raw.
        carried: The secrets that the request carried; None stands for none.
        damage: Why the body couldn't be read to its end; None where it could.
    """

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    carried: tuple[str | None, ...] = field(default=(), repr=False)
    damage: str | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets that the request carried, in each form in which no message may repeat them."""
        return forms_of(self.carried)


@dataclass(frozen=True)
class Response(Generic[BodyT]):
    """A response with a result.

    Attributes:
        status_code: The status code.
        headers: The headers.
        content: The body, raw.
        body: The body, decoded.
    """

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    body: BodyT
