"""Reading the response to a token request."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import attrs
import msgspec

from cloudkeys.auth.credentials import wrap_secret
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
MAX_BYTES: Final = 1_000_000
"""The limit on the size of a response."""


@attrs.frozen
class HeldToken:
    """A token, and when to renew it by `time.monotonic`."""

    value: SecretStr = attrs.field(converter=wrap_secret)
    renew_at: float


class _Token(msgspec.Struct):
    expires_at: datetime
    issued_at: datetime | None = None


class _TokenBody(msgspec.Struct):
    token: _Token


def read_token(operation: str, response: RawResponse, body: Body, value: str | None, margin: timedelta) -> HeldToken:
    """Return the token of a response, and when to renew it.

    The lifetime is the difference of two times of the service. It is measured by the monotonic clock: if the wall clock
    of this machine were a day ahead, every token would appear to be expired on arrival. The monotonic clock may stop
    while the machine sleeps; the service then refuses the expired token, and it is renewed.

    Args:
        operation: The name of the operation.
        response: The response.
        body: The body, as far as it was read.
        value: The value of the token header.
        margin: How long before its expiry to renew the token, but not before half of its lifetime has passed.

    Raises:
        ResponseError: The response is an error or contains no token.
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
        return HeldToken(value or "", time.monotonic() + _renewal_delay(token, response, margin))
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        reason = "the response contains no token or no expiry time"
        raise response_error(DecodeError, operation, response, reason) from None


def _renewal_delay(token: _Token, response: RawResponse, margin: timedelta) -> float:
    issued = token.issued_at
    lifetime = (
        (token.expires_at - issued).total_seconds() if issued else seconds_left(token.expires_at, response.headers)
    )
    if lifetime <= 0:
        raise ValueError("the token expires before it was issued")
    return max(lifetime - margin.total_seconds(), lifetime / 2)
