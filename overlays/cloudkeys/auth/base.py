"""What all schemes share: the one origin that they authenticate for, and the signing flow."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from abc import abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_plus

import httpx

from cloudkeys.credentials import current, current_async
from cloudkeys.endpoints import parsed_url
from cloudkeys.errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterable

    from cloudkeys.credentials import AccessKey, AccessKeySource
    from cloudkeys.messages import Reply

    Clock = Callable[[], datetime]

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def new_nonce() -> str:
    """Return a text that was never used before: 32 hexadecimal digits by chance."""
    return secrets.token_hex(16)


def canonical_query(query: str) -> str:
    """Return a query as both vendors sign it: sorted by name, then by value, and encoded by RFC 3986.

    Args:
        query: The query as it is sent; `+` stands for a space in it.
    """
    pairs = [part.partition("=") for part in query.split("&") if part]
    encoded = [tuple(quote(unquote_plus(text), safe="~") for text in (name, value)) for name, _, value in pairs]
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))


def canonical_headers(headers: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return headers as both vendors sign them, and the list of their names.

    Args:
        headers: The headers to sign; a name may repeat.

    Returns:
        A line for each header, sorted by name, and the names, joined by semicolons.
    """
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value.strip())
    lines = "".join(f"{name}:{','.join(sorted(values[name]))}\n" for name in sorted(values))
    return lines, ";".join(sorted(values))


def sha256_hex(content: bytes) -> str:
    """Return the SHA-256 hash of bytes, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def hmac_sha256_hex(secret: str, text: str) -> str:
    """Return the HMAC-SHA256 of a text, as hexadecimal digits."""
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


class OriginBoundAuth(httpx.Auth):
    """Authenticates requests to one origin, and refuses any other: what it adds is a secret of that origin."""

    def __init__(self, base_url: str) -> None:
        """Take the origin of a base URL."""
        self._origin = _origin(parsed_url(base_url))

    def check_origin(self, url: httpx.URL) -> None:
        """Raise a CredentialsError if a URL is of another origin."""
        if _origin(url) != self._origin:
            raise CredentialsError(
                f"no credentials are sent to {url.scheme}://{url.host}: it isn't the client's origin"
            )


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme)


class SigningAuth(OriginBoundAuth):
    """Signs each request with the access key that is current at that moment."""

    def __init__(self, credentials: AccessKeySource, base_url: str, clock: Clock = utc_now) -> None:
        """Set up signing.

        Args:
            credentials: The access key, or what returns the current one, sync or async.
            base_url: Where the requests go; nothing is signed for another origin.
            clock: What tells the time, in UTC.
        """
        super().__init__(base_url)
        self._credentials, self._clock = credentials, clock

    @abstractmethod
    def sign(self, request: httpx.Request, key: AccessKey) -> None:
        """Add the headers that make a request authentic."""

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request of a sync client."""
        self.check_origin(request.url)
        request.read()
        self.sign(request, current(self._credentials))
        yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign a request of an async client."""
        self.check_origin(request.url)
        await request.aread()
        self.sign(request, await current_async(self._credentials))
        yield request


class RenewableAuth(OriginBoundAuth):
    """Authenticates with something that expires and can be had anew."""

    @abstractmethod
    def renew_after(self, reply: Reply) -> bool:
        """Return whether a reply refused what was sent and there is, or will be, something newer to send."""
