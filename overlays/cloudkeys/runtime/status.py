"""Error classes and advice for vendor codes and statuses.

The codes are from Alibaba Cloud's guide to API errors, and from Huawei Cloud's pages on API gateway, IAM and DEW.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, TypeVar

from cloudkeys.errors import (
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    ResponseError,
    ServerError,
    StatusError,
    ThrottledError,
)
from cloudkeys.runtime.clocks import clock_difference
from cloudkeys.runtime.error_body import read_error
from cloudkeys.runtime.redaction import redacted

if TYPE_CHECKING:
    import msgspec

    from cloudkeys.runtime.messages import RawResponse

ErrorT = TypeVar("ErrorT", bound=ResponseError)

REQUEST_ID_HEADERS: Final = ("x-request-id", "x-iam-trace-id", "x-acs-request-id")
"""The headers that contain the ID of a request."""

CLASSES_BY_CODE: Final[tuple[tuple[str, type[StatusError]], ...]] = (
    ("*Throttling*", ThrottledError),
    ("IAM.0012", ThrottledError),
    ("ServiceUnavailable*", ServerError),
    ("InternalError*", ServerError),
    ("ServerError", ServerError),
    ("InvalidAccessKeyId*", AuthenticationError),
    ("InvalidSecurityToken*", AuthenticationError),
    ("InvalidTimeStamp*", AuthenticationError),
    ("SignatureDoesNotMatch*", AuthenticationError),
    ("SignatureNonceUsed*", AuthenticationError),
    ("IncompleteSignature*", AuthenticationError),
    ("APIGW.0301", AuthenticationError),
    ("APIGW.0303", AuthenticationError),
    ("IAM.0001", AuthenticationError),
    ("IAM.006?", AuthenticationError),
    ("KMS.030[1235]", AuthenticationError),
    ("KMS.0321", AuthenticationError),
    ("*NoPermission*", PermissionDeniedError),
    ("IAM.000[23]", PermissionDeniedError),
    ("IAM.0004", NotFoundError),
    ("CSMS.0005", NotFoundError),
)
"""The class for each vendor code. The first match decides; it takes precedence over the status."""

CLASSES_BY_STATUS: Final[dict[int, type[StatusError]]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: ThrottledError,
}
"""The class for each status. Others from 500 on are a ServerError, the rest a StatusError."""

_CLOCK = "the clock of this machine is off by more than 15 minutes"
_EXPIRED = "the token has expired; get a new one, or give a user and a password so that the client does"
ADVICE: Final[tuple[tuple[str, str], ...]] = (
    ("InvalidTimeStamp*", _CLOCK),
    ("APIGW.0303", _CLOCK),
    (
        "APIGW.0301",
        "the token isn't valid any more, or belongs to another project than project_id or to another account",
    ),
    ("SignatureDoesNotMatch*", "the secret doesn't belong to this AccessKey ID"),
    ("SignatureNonceUsed*", "something before the service sent this request twice"),
    ("InvalidAccessKeyId.NotFound", "there is no such AccessKey ID, or it belongs to another site of the vendor"),
    ("InvalidAccessKeyId.Inactive", "the AccessKey pair is disabled"),
    ("InvalidSecurityToken*", "the temporary credentials have expired, or their token belongs to another key"),
    ("KMS.0303", _EXPIRED),
    ("IAM.0066", _EXPIRED),
    ("KMS.0321", "the credentials belong to another project than project_id"),
    ("RdCheckNoPermission", "the account is not the administrator of the resource directory, or not of that member"),
)
"""Advice for vendor codes."""
_EXPIRED_KEYS = "the temporary access key has expired; get a new one"
ADVICE_BY_SCHEME: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "signature": (
        (
            "APIGW.0301",
            "check the secret, and project_id or domain_id; five wrong signatures lock the key for 5 minutes",
        ),
        ("KMS.0303", _EXPIRED_KEYS),
        ("IAM.0066", _EXPIRED_KEYS),
    ),
    "none": (("APIGW.0301", "neither a signature nor a token was sent: the client has no auth"),),
}
"""Advice that depends on the authentication of the request; it takes precedence."""


def status_error(operation: str, response: RawResponse, body: msgspec.Struct | None) -> StatusError:
    """Return the error for a status, or for a body that reports a failure.

    Args:
        operation: The name of the operation.
        response: The response.
        body: Its body, decoded by the schema of the status; None if the spec has none or the body doesn't match it.

    Returns:
        The error, of the class for the vendor code or the status.
    """
    found = read_error(response.content)
    rows = (*ADVICE_BY_SCHEME.get(response.sent.scheme, ()), *ADVICE)
    advice = next((text for pattern, text in rows if found.code and fnmatchcase(found.code, pattern)), None)
    vendor_words = [redacted(text, response.sent.secrets) for text in (found.code, found.message) if text]
    error = response_error(_class(response.status_code, found.code), operation, response, ": ".join(vendor_words))
    if advice == _CLOCK and (difference := clock_difference(response.headers)):
        advice += f"; {difference}"
    if advice:
        error.reason += f": {advice}"
    error.body, error.code, error.vendor_message = body, found.code, found.message
    return error


def response_error(kind: type[ErrorT], operation: str, response: RawResponse, reason: str) -> ErrorT:
    """Return an error about a response; its message shows no secret of the request.

    Args:
        kind: The class of the error.
        operation: The name of the operation.
        response: The response.
        reason: The reason.
    """
    error = kind(operation, response.status_code, response.headers, response.without_secret_content().content)
    is_done_or_failed = response.status_code // 100 in {2, 5} or isinstance(error, ServerError)
    error.may_have_taken_effect = is_done_or_failed and not isinstance(error, ThrottledError)
    ids = (read_error(response.content).request_id, *(response.headers.get(name) for name in REQUEST_ID_HEADERS))
    error.request_id = redacted(next((text for text in ids if text), ""), response.sent.secrets) or None
    error.reason = redacted(reason, response.sent.secrets)
    return error


def _class(status_code: int, code: str | None) -> type[StatusError]:
    by_code = (kind for pattern, kind in CLASSES_BY_CODE if code and fnmatchcase(code, pattern))
    by_status = CLASSES_BY_STATUS.get(status_code, ServerError if status_code >= 500 else StatusError)  # noqa: PLR2004
    return next(by_code, by_status)
