"""Checks the signatures of both vendors' schemes."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from cloudkeys.auth import acs3, sdk_hmac
from cloudkeys.auth.signing import hmac_sha256_hex, sha256_hex
from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudkeys.testing.callers import Callers
    from cloudkeys.testing.http.messages import ReceivedRequest

_ACS3: Final = re.compile(
    r"ACS3-HMAC-SHA256 Credential=([!-+\--~]+),SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})"
)
_SDK_HMAC: Final = re.compile(
    r"SDK-HMAC-SHA256 Access=([!-+\--~]+), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)
LARGEST_DIFFERENCE: Final = timedelta(minutes=15)
"""The largest difference between the time of a request and the clock of the service."""


class _Signed(NamedTuple):
    access_key_id: str
    names: list[str]
    signature: str


def check_acs3(request: ReceivedRequest, callers: Callers, now: datetime) -> None:
    """Check the ACS3-HMAC-SHA256 signature of a request.

    Args:
        request: The request.
        callers: The accepted access keys.
        now: The current time.

    Raises:
        RefusedError: The signature isn't valid.
    """
    signed = _parsed(_ACS3, request)
    # All others may be unsigned: HTTP libraries and proxies add headers, including Content-Type.
    mandatory = {"host", *(name for name in request.headers if name.startswith("x-acs-"))}
    mandatory |= {"x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
    if signed is None or not mandatory <= set(signed.names):
        raise RefusedError(refusals.INCOMPLETE_SIGNATURE)
    caller = callers.alibaba(signed.access_key_id, request.headers.get("x-acs-security-token"), now)
    _check_time(request.headers.get("x-acs-date", ""), "%Y-%m-%dT%H:%M:%SZ", now, refusals.WRONG_TIME)
    payload_hash = request.headers.get("x-acs-content-sha256", "")
    canonical = acs3.canonical_request(
        request.method, request.path, request.query, _headers(request, signed.names), payload_hash
    )
    expected = hmac_sha256_hex(caller.key.secret, acs3.string_to_sign(canonical))
    if payload_hash != sha256_hex(request.body) or not hmac.compare_digest(expected, signed.signature):
        raise RefusedError(refusals.WRONG_SIGNATURE)
    callers.use_nonce(request.headers.get("x-acs-signature-nonce", ""), now)


def check_sdk_hmac(request: ReceivedRequest, callers: Callers, now: datetime) -> None:
    """Check the SDK-HMAC-SHA256 signature of a request.

    Args:
        request: The request.
        callers: The accepted access keys.
        now: The current time.

    Raises:
        RefusedError: The signature isn't valid.
    """
    signed = _parsed(_SDK_HMAC, request)
    if signed is None or "x-sdk-date" not in signed.names:
        raise RefusedError(refusals.WRONG_KEY)
    caller = callers.huawei(signed.access_key_id, request.headers.get("x-security-token"), now)
    date = request.headers.get("x-sdk-date", "")
    _check_time(date, "%Y%m%dT%H%M%SZ", now, refusals.WRONG_DATE)
    payload_hash = request.headers.get("x-sdk-content-sha256") or sha256_hex(request.body)
    canonical = sdk_hmac.canonical_request(
        request.method, request.path, request.query, _headers(request, signed.names), payload_hash
    )
    expected = hmac_sha256_hex(caller.key.secret, sdk_hmac.string_to_sign(date, canonical))
    if not hmac.compare_digest(expected, signed.signature):
        callers.count_wrong_signature(signed.access_key_id, now)
        raise RefusedError(refusals.WRONG_KEY)
    callers.forget_wrong_signatures(signed.access_key_id)


def claimed_caller_id(request: ReceivedRequest) -> str:
    """Return the access key ID in a request, or `token` if it has a token; empty for neither."""
    if "x-auth-token" in request.headers:
        return "token"
    signed = _parsed(_ACS3, request) or _parsed(_SDK_HMAC, request)
    return "" if signed is None else signed.access_key_id


def _parsed(pattern: re.Pattern[str], request: ReceivedRequest) -> _Signed | None:
    values = request.headers.get_list("authorization")
    found = pattern.fullmatch(values[0]) if len(values) == 1 else None
    if found is None:
        return None
    names = found[2].split(";")
    is_listed_well = names == sorted(set(names)) and set(names) <= set(request.headers)
    return _Signed(found[1], names, found[3]) if is_listed_well else None


def _headers(request: ReceivedRequest, names: Iterable[str]) -> list[tuple[str, str]]:
    signed = set(names)
    return [(name, value) for name, value in request.headers.multi_items() if name in signed]


def _check_time(text: str, form: str, now: datetime, refusal: refusals.Refusal) -> None:
    try:
        moment = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        raise RefusedError(refusal) from None
    if abs(now - moment) > LARGEST_DIFFERENCE:
        raise RefusedError(refusal)
