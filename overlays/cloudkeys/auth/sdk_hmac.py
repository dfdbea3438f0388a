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
    names_of,
    sent_headers,
    sha256_hex,
    utc_now,
)
from cloudkeys.runtime.headers import check_header_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import httpx

    from cloudkeys.auth.credentials import AccessKey, AccessKeySource
    from cloudkeys.auth.signing import Clock

ALGORITHM: Final = "SDK-HMAC-SHA256"
"""What the vendor calls the scheme, in the header `Authorization` and in the string to sign."""

_SIGNED: Final = frozenset(("host", "content-type", "x-sdk-date", "x-project-id", "x-domain-id", "x-security-token"))


def canonical_uri(path: str) -> str:
    """Return a path as it is signed: each segment encoded by RFC 3986, and a slash at the end, which is never sent.

    Args:
        path: The path as it is sent.
    """
    encoded = canonical_path(path)
    return encoded if encoded.endswith("/") else f"{encoded}/"


def canonical_request(method: str, path: str, query: str, headers: Iterable[tuple[str, str]], payload_hash: str) -> str:
    """Return the canonical request.

    Args:
        method: The HTTP method.
        path: The path as it is sent.
        query: The query as it is sent.
        headers: The headers to sign.
        payload_hash: The SHA-256 hash of the body.
    """
    lines, names = canonical_headers(headers)
    return "\n".join((method, canonical_uri(path), canonical_query(query), lines, names, payload_hash))


def string_to_sign(date: str, canonical: str) -> str:
    """Return the string to sign for a canonical request.

    Args:
        date: The value of the header X-Sdk-Date.
        canonical: The canonical request.
    """
    return f"{ALGORITHM}\n{date}\n{sha256_hex(canonical.encode())}"


def authorization(access_key_id: str, names: str, signature: str) -> str:
    """Return the value of the header Authorization.

    Args:
        access_key_id: The ID of the access key (AK).
        names: The names of the signed headers, joined by semicolons.
        signature: The HMAC of the string to sign.
    """
    return f"{ALGORITHM} Access={access_key_id}, SignedHeaders={names}, Signature={signature}"


def signed_authorization(key: AccessKey, date: str, canonical: str) -> str:
    """Return the value of the header Authorization for a canonical request.

    Args:
        key: The access key that signs.
        date: The value of the header X-Sdk-Date.
        canonical: The canonical request.
    """
    signature = hmac_sha256_hex(key.secret, string_to_sign(date, canonical))
    return authorization(key.access_key_id, names_of(canonical), signature)


class SdkHmacAuth(SigningAuth):
    """Signs requests with a Huawei Cloud access key (AK and SK)."""

    def __init__(
        self,
        credentials: AccessKeySource,
        base_url: str,
        scope: Mapping[str, str] | None = None,
        clock: Clock = utc_now,
    ) -> None:
        """Set up signing.

        Args:
            credentials: The access key, or what returns the current one, sync or async.
            base_url: Where the requests go; nothing is signed for another origin.
            scope: The header X-Project-Id for a regional service, X-Domain-Id for a global one, with the ID.
            clock: What tells the time, in UTC; the service allows 15 minutes of difference.

        Raises:
            ValueError: The ID can't be sent in a header.
        """
        super().__init__(credentials, base_url, clock)
        self._scope = scope or {}
        for name, value in self._scope.items():
            check_header_value(name, value)

    def sign(self, request: httpx.Request, key: AccessKey) -> None:
        """Add the signature, and the headers that it needs.

        Args:
            request: The request, complete except for what this adds.
            key: The access key to sign with.
        """
        headers = request.headers
        headers["X-Sdk-Date"] = date = self._clock().isoformat().replace("-", "").replace(":", "")[:15] + "Z"
        for name, value in self._scope.items():
            headers[name] = value
        if key.security_token:
            headers["X-Security-Token"] = key.security_token
        signed = [header for header in sent_headers(request) if header[0] in _SIGNED]
        path, _, query = request.url.raw_path.decode().partition("?")
        canonical = canonical_request(request.method, path, query, signed, sha256_hex(request.content))
        headers["Authorization"] = signed_authorization(key, date, canonical)
