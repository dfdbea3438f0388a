"""The record of the calls that a fake cloud has received."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from cloudkeys.runtime.error_body import read_error
from cloudkeys.runtime.redaction import redacted
from cloudkeys.testing.signatures import claimed_caller_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudkeys.testing.http.messages import FakeResponse, ReceivedRequest

_MOST_SHOWN: Final = 20


@attrs.frozen(kw_only=True)
class Call:
    """A call that the fake cloud has received.

    Attributes:
        operation: The full name of the operation, such as `huawei_csms.ListSecrets`, or
            `KeystoneCreateUserTokenByPassword` for a login; empty if the request is no operation.
        target: The path and the query.
        caller: The access key ID in the request, or `token` for a token; empty for neither.
        status: The status code of the response.
        code: The vendor's error code, which is the status code at IAM v3; empty if there is none.
    """

    operation: str
    target: str
    caller: str
    status: int
    code: str


def record_of_call(operation: str, request: ReceivedRequest, response: FakeResponse) -> Call:
    """Return the record of a call, without its signature or token.

    Args:
        operation: The name of the operation.
        request: The request.
        response: The response.
    """
    code = read_error(response.body).code if response.status >= 400 else None  # noqa: PLR2004 - where errors begin
    return Call(
        operation=operation,
        target=request.target,
        caller=claimed_caller_id(request),
        status=response.status,
        code=code or "",
    )


def calls_text(calls: Sequence[Call], secrets: Iterable[str]) -> str:
    """Return the last 20 calls in order, one per line: number, operation, status, code, target.

    Args:
        calls: The calls.
        secrets: The texts to redact.
    """
    if not calls:
        return "no calls"
    left_out = max(0, len(calls) - _MOST_SHOWN)
    known = tuple(secrets)
    lines = [
        redacted(
            f"{number}. {call.operation or '(no operation)'} {call.status} {call.code or '-'} {call.target}", known
        )
        for number, call in enumerate(calls[left_out:], left_out + 1)
    ]
    return "\n".join([f"({left_out} earlier calls)", *lines] if left_out else lines)
