"""Huawei Cloud's signature, SDK-HMAC-SHA256.

The vendor's pages: "API request signing guide", api-sign-algorithm-002 to 005 (support.huaweicloud.com).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudkeys.auth.signing import (
    SigningAuth,
    canonical_headers,
    canonical_path,
    canonical_query,
    hmac_sha256_hex,
    request_headers,
    sha256_hex,
    signed_header_names,
    utc_now,
)
from cloudkeys.runtime.headers import check_header_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import httpx

    from cloudkeys.auth.credentials import AccessKey, AccessKeySource
    from cloudkeys.auth.signing import Clock

ALGORITHM: Final = "SDK-HMAC-SHA256"
"""The vendor's name of the scheme, in the `Authorization` header and in the string to sign."""

_SIGNED: Final = frozenset(("host", "content-type", "x-sdk-date", "x-project-id", "x-domain-id", "x-security-token"))


def canonical_uri(path: str) -> str:
    """Return the canonical path: each segment encoded by RFC 3986, plus a final slash that is never sent.

    Args:
        path: The path as sent.
    """
    encoded = canonical_path(path)
    return encoded if encoded.endswith("/") else f"{encoded}/"


def canonical_request(method: str, path: str, query: str, headers: Iterable[tuple[str, str]], payload_hash: str) -> str:
    """Return the canonical request.

    Args:
        method: The HTTP method.
        path: The path as sent.
        query: The query as sent.
        headers: The headers to sign.
        payload_hash: The SHA-256 hash of the body.
    """
    lines, names = canonical_headers(headers)
    return "\n".join((method, canonical_uri(path), canonical_query(query), lines, names, payload_hash))


def string_to_sign(date: str, canonical: str) -> str:
    """Return the string to sign for a canonical request.

    Args:
        date: The value of the X-Sdk-Date header.
        canonical: The canonical request.
    """
    return f"{ALGORITHM}\n{date}\n{sha256_hex(canonical.encode())}"


def authorization(access_key_id: str, names: str, signature: str) -> str:
    """Return the value of the Authorization header.

    Args:
        access_key_id: The ID of the access key (AK).
        names: The names of the signed headers, separated by semicolons.
        signature: The HMAC of the string to sign.
    """
    return f"{ALGORITHM} Access={access_key_id}, SignedHeaders={names}, Signature={signature}"


def signed_authorization(key: AccessKey, date: str, canonical: str) -> str:
    """Return the value of the Authorization header for a canonical request.

    Args:
        key: The access key to sign with.
        date: The value of the X-Sdk-Date header.
        canonical: The canonical request.
    """
    signature = hmac_sha256_hex(key.secret, string_to_sign(date, canonical))
    return authorization(key.access_key_id, signed_header_names(canonical), signature)


class SdkHmacAuth(SigningAuth):
    """Signs requests with a Huawei Cloud access key (AK and SK)."""

    def __init__(
        self,
        credentials: AccessKeySource,
        base_url: str,
        scope: Mapping[str, str] | None = None,
        clock: Clock = utc_now,
    ) -> None:
        """Create the authentication.

        Args:
            credentials: The access key, or a sync or async function that returns the current one.
            base_url: The base URL of the service; requests to another origin are refused.
            scope: The header X-Project-Id with the project ID for a regional service; X-Domain-Id with the account ID
                for a global one.
            clock: Returns the time in UTC; the service accepts a difference of 15 minutes.

        Raises:
            ValueError: The ID can't be sent in a header.
        """
        super().__init__(credentials, base_url, clock)
        self._scope = scope or {}
        for name, value in self._scope.items():
            check_header_value(name, value)

    def sign(self, request: httpx.Request, key: AccessKey) -> None:
        """Add the signature and the headers it covers.

        Args:
            request: The request, complete except for these headers.
            key: The access key to sign with.
        """
        headers = request.headers
        headers["X-Sdk-Date"] = date = self._clock().isoformat().replace("-", "").replace(":", "")[:15] + "Z"
        for name, value in self._scope.items():
            headers[name] = value
        if key.security_token:
            headers["X-Security-Token"] = key.security_token
        signed = [header for header in request_headers(request) if header[0] in _SIGNED]
        path, _, query = request.url.raw_path.decode().partition("?")
        canonical = canonical_request(request.method, path, query, signed, sha256_hex(request.content))
        headers["Authorization"] = signed_authorization(key, date, canonical)
