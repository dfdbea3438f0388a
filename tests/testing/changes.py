"""Changes to a signed request on its way to the fake cloud, and signatures by the vendor's own signer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import attrs
import httpx
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest

from cloudkeys import AccessKey
from cloudkeys.auth.signing import sha256_hex
from cloudkeys.testing import ReceivedRequest
from testing.requests import KNOWN

Change: TypeAlias = Callable[[ReceivedRequest], ReceivedRequest]


def signed_by_alibaba(
    request: ReceivedRequest, key: AccessKey = KNOWN.alibaba_key, *, method: str = "POST", leave_out: str = ""
) -> ReceivedRequest:
    """Sign with the vendor's own signer, which signs host, content-type and each x-acs- header."""
    theirs: Any = DaraRequest()
    theirs.method, theirs.pathname = method, "/"
    theirs.query = dict(parse_qsl(request.query, keep_blank_values=True))
    theirs.headers = {name: value for name, value in request.headers.items() if name != leave_out}
    value = Utils.get_authorization(theirs, "ACS3-HMAC-SHA256", sha256_hex(request.body), key.access_key_id, key.secret)
    return header("Authorization", value)(request)


def target(old: str, new: str) -> Change:
    """Replace a part of the path or the query."""

    def changed(request: ReceivedRequest) -> ReceivedRequest:
        assert old in request.target, f"{old} isn't in {request.target}"
        return attrs.evolve(request, target=request.target.replace(old, new))

    return changed


def header(name: str, value: str | Callable[[str], str]) -> Change:
    """Set a header to a value, or to a function of its value."""

    def changed(request: ReceivedRequest) -> ReceivedRequest:
        headers = request.headers.copy()
        headers[name] = value if isinstance(value, str) else value(headers[name])
        return attrs.evolve(request, headers=headers)

    return changed


def without(name: str) -> Change:
    """Remove a header."""

    def changed(request: ReceivedRequest) -> ReceivedRequest:
        kept = [pair for pair in request.headers.multi_items() if pair[0] != name.lower()]
        assert len(kept) < len(request.headers.multi_items()), f"{name} isn't there"
        return attrs.evolve(request, headers=httpx.Headers(kept))

    return changed


def again(name: str, value: str = "") -> Change:
    """Add a header once more."""

    def changed(request: ReceivedRequest) -> ReceivedRequest:
        pairs = [*request.headers.multi_items(), (name, value or request.headers[name])]
        return attrs.evolve(request, headers=httpx.Headers(pairs))

    return changed


def content(body: bytes) -> Change:
    """Replace the body."""
    return lambda request: attrs.evolve(request, body=body)


def both(first: Change, second: Change) -> Change:
    """Make one change, then another."""
    return lambda request: second(first(request))


def resigned(*, method: str = "POST", leave_out: str = "") -> Change:
    """Sign again for another method, or without one of the headers."""
    return lambda request: signed_by_alibaba(request, method=method, leave_out=leave_out)


def authorization(old: str, new: str) -> Change:
    """Replace a part of the Authorization header."""

    def changed(value: str) -> str:
        assert old in value, f"{old} isn't in {value}"
        return value.replace(old, new)

    return header("Authorization", changed)
