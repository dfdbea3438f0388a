"""What the answer to a request for a token says."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import attrs
import msgspec

from cloudkeys.auth.credentials import hidden
from cloudkeys.errors import DecodeError, ResponseTooLargeError
from cloudkeys.runtime.clocks import seconds_left
from cloudkeys.runtime.headers import check_header_value
from cloudkeys.runtime.status import response_error, status_error
from cloudkeys.runtime.types import datetime

if TYPE_CHECKING:
    from datetime import timedelta

    from cloudkeys.runtime.body import Body
    from cloudkeys.runtime.messages import RawResponse
    from cloudkeys.runtime.types import SecretStr

_CREATED: Final = 201
LARGEST: Final = 1_000_000
"""Bytes of such an answer."""


@attrs.frozen
class HeldToken:
    """A token, and when to get a new one, by `time.monotonic`."""

    value: SecretStr = attrs.field(converter=hidden)
    renew_at: float


class _Token(msgspec.Struct):
    expires_at: datetime
    issued_at: datetime | None = None


class _TokenBody(msgspec.Struct):
    token: _Token


def read_token(operation: str, response: RawResponse, body: Body, value: str | None, margin: timedelta) -> HeldToken:
    """Return the token of an answer, and when to get a new one.

    How long it is valid is the difference of two times of the service, counted from now by a clock that nobody sets:
    by the wall clock of a machine that is a day ahead, each token would have expired when it came. Where that clock
    stands while the machine sleeps, a token may expire before its time here: it is refused then, and renewed.

    Args:
        operation: The name of the operation that it answers.
        response: The answer.
        body: Its body, as far as it was read.
        value: Its header with the token.
        margin: How long before the token expires a new one is fetched, but not before half of its time is over.

    Raises:
        ResponseError: It has no token, or says why there is none.
    """
    if body.excess:
        raise response_error(ResponseTooLargeError, operation, response, body.excess)
    if response.status_code != _CREATED:
        raise status_error(operation, response, None)
    if body.damage:
        raise response_error(DecodeError, operation, response, body.damage)
    try:
        token = msgspec.json.decode(body.content, type=_TokenBody).token
        check_header_value("the token", value)
        return HeldToken(value or "", time.monotonic() + _usable(token, response, margin))
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        reason = "there is no token, or no time at which it expires"
        raise response_error(DecodeError, operation, response, reason) from None


def _usable(token: _Token, response: RawResponse, margin: timedelta) -> float:
    issued = token.issued_at
    lifetime = (
        (token.expires_at - issued).total_seconds() if issued else seconds_left(token.expires_at, response.headers)
    )
    if lifetime <= 0:
        raise ValueError("it expires before it was issued")
    return max(lifetime - margin.total_seconds(), lifetime / 2)
