"""Alibaba Cloud's signature V3, ACS3-HMAC-SHA256.

The vendor's page: "V3 request structure and signature" (alibabacloud.com, 2025-02-05).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudkeys.auth.signing import (
    SigningAuth,
    canonical_headers,
    canonical_query,
    hmac_sha256_hex,
    new_nonce,
    request_headers,
    sha256_hex,
    signed_header_names,
    utc_now,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import httpx

    from cloudkeys.auth.credentials import AccessKey, AccessKeySource
    from cloudkeys.auth.signing import Clock

ALGORITHM: Final = "ACS3-HMAC-SHA256"
"""The vendor's name of the scheme, in the `Authorization` header and in the string to sign."""


def canonical_request(method: str, path: str, query: str, headers: Iterable[tuple[str, str]], payload_hash: str) -> str:
    """Return the canonical request.

    Args:
        method: The HTTP method.
        path: The path; `/` for an RPC action.
        query: The query as sent.
        headers: The headers to sign.
        payload_hash: The SHA-256 hash of the body.
    """
    lines, names = canonical_headers(headers)
    return "\n".join((method, path, canonical_query(query), lines, names, payload_hash))


def string_to_sign(canonical: str) -> str:
    """Return the string to sign for a canonical request.

    Args:
        canonical: The canonical request.
    """
    return f"{ALGORITHM}\n{sha256_hex(canonical.encode())}"


def authorization(access_key_id: str, names: str, signature: str) -> str:
    """Return the value of the Authorization header.

    Args:
        access_key_id: The AccessKey ID.
        names: The names of the signed headers, separated by semicolons.
        signature: The HMAC of the string to sign.
    """
    return f"{ALGORITHM} Credential={access_key_id},SignedHeaders={names},Signature={signature}"


def signed_authorization(key: AccessKey, canonical: str) -> str:
    """Return the value of the Authorization header for a canonical request.

    Args:
        key: The AccessKey pair to sign with.
        canonical: The canonical request.
    """
    signature = hmac_sha256_hex(key.secret, string_to_sign(canonical))
    return authorization(key.access_key_id, signed_header_names(canonical), signature)


class Acs3Auth(SigningAuth):
    """Signs requests with an Alibaba Cloud AccessKey pair, with a new nonce for each attempt."""

    def __init__(
        self,
        credentials: AccessKeySource,
        base_url: str,
        clock: Clock = utc_now,
        nonce: Callable[[], str] = new_nonce,
    ) -> None:
        """Create the authentication.

        Args:
            credentials: The AccessKey pair, or a sync or async function that returns the current one.
            base_url: The base URL of the service; requests to another origin are refused.
            clock: Returns the time in UTC; the service accepts a difference of 15 minutes.
            nonce: Returns a string that was never used before; the service refuses a used one.
        """
        super().__init__(credentials, base_url, clock)
        self._nonce = nonce

    def sign(self, request: httpx.Request, key: AccessKey) -> None:
        """Add the signature and the headers it covers.

        Args:
            request: The request, complete except for these headers.
            key: The access key to sign with.
        """
        headers, payload_hash = request.headers, sha256_hex(request.content)
        headers["x-acs-date"] = self._clock().isoformat()[:19] + "Z"
        headers["x-acs-signature-nonce"] = self._nonce()
        headers["x-acs-content-sha256"] = payload_hash
        if key.security_token:
            headers["x-acs-accesskey-id"] = key.access_key_id
            headers["x-acs-security-token"] = key.security_token
        # A proxy may change other headers, such as User-Agent.
        signed = [
            header
            for header in request_headers(request)
            if header[0].startswith("x-acs-") or header[0] in {"host", "content-type"}
        ]
        path, _, query = request.url.raw_path.decode().partition("?")
        canonical = canonical_request(request.method, path, query, signed, payload_hash)
        headers["Authorization"] = signed_authorization(key, canonical)
