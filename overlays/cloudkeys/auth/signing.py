"""Shared by all schemes: the check of the origin, the signing flow, and the parts of a canonical request."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from abc import abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import quote, unquote, unquote_plus

import httpx

from cloudkeys.auth.credentials import resolve_access_key, resolve_access_key_async
from cloudkeys.errors import CredentialsError
from cloudkeys.runtime.endpoints import parsed_url

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterable

    from cloudkeys.auth.credentials import AccessKey, AccessKeySource

    Clock = Callable[[], datetime]
    """Returns the time in UTC."""

# The canonical form: unreserved characters, and the escapes of all other ASCII characters. Most paths and queries are
# canonical already, and a match saves decoding and encoding them again.
# All quantifiers are possessive, so a mismatch takes linear time as well.
_PLAIN: Final = "[A-Za-z0-9._~-]*+"
_ESCAPE: Final = "%(?:[01][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-DF])"
_TEXT: Final = f"{_PLAIN}(?:{_ESCAPE}{_PLAIN})*+"
_CANONICAL_PATH: Final = re.compile(f"{_TEXT}(?:/{_TEXT})*+")
_CANONICAL_QUERY: Final = re.compile(rf"(?:{_TEXT}={_TEXT}(?:&(?=.)|\Z))*+")


def utc_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def new_nonce() -> str:
    """Return a string that was never used before: 32 random hexadecimal digits."""
    return secrets.token_hex(16)


def canonical_path(path: str) -> str:
    """Return a path with each segment encoded by RFC 3986.

    Args:
        path: The path as sent.
    """
    if _CANONICAL_PATH.fullmatch(path):
        return path
    return "/".join([quote(unquote(segment), safe="~") for segment in path.split("/")])


def canonical_query(query: str) -> str:
    """Return the canonical query of both vendors: encoded by RFC 3986, sorted by name, then by value.

    Args:
        query: The query as sent; `+` means a space.
    """
    if not _CANONICAL_QUERY.fullmatch(query):
        pairs = [map(unquote_plus, part.partition("=")[::2]) for part in query.split("&") if part]
        query = "&".join(["=".join([quote(text, safe="~") for text in pair]) for pair in pairs])
    # By name, then by value, not as one string: `a-b=1` comes after `a=2`.
    return "&".join(sorted(query.replace("=", "\0").split("&"))).replace("\0", "=")


def canonical_headers(headers: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return the canonical headers of both vendors and the list of their names.

    Args:
        headers: The headers to sign; a name may repeat.

    Returns:
        A line per header, sorted by name; and the names, separated by semicolons.
    """
    pairs = sorted([(name.lower(), value.strip()) for name, value in headers])
    values = dict(pairs)
    if len(values) < len(pairs):
        values = {name: ",".join([value for other, value in pairs if other == name]) for name in values}
    return "".join([f"{name}:{value}\n" for name, value in values.items()]), ";".join(values)


def signed_header_names(canonical: str) -> str:
    """Return the names of the signed headers, separated by semicolons: the last but one line of a canonical request.

    Args:
        canonical: The canonical request.
    """
    return canonical.rsplit("\n", 2)[1]


def request_headers(request: httpx.Request) -> list[tuple[str, str]]:
    """Return the headers of a request with lowercase names.

    Args:
        request: The request.
    """
    return [(name.decode("ascii").lower(), value.decode("latin-1")) for name, value in request.headers.raw]


def sha256_hex(content: bytes) -> str:
    """Return the SHA-256 hash of bytes in hexadecimal.

    Args:
        content: The bytes.
    """
    return hashlib.sha256(content).hexdigest()


def hmac_sha256_hex(secret: str, text: str) -> str:
    """Return the HMAC-SHA256 of a text in hexadecimal.

    Args:
        secret: The key.
        text: The text.
    """
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


class OriginBoundAuth(httpx.Auth):
    """Authenticates requests to one origin and refuses all others, which must not see its secret."""

    def __init__(self, base_url: str) -> None:
        """Remember the origin of a base URL."""
        self._origin = _origin(parsed_url(base_url))

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError(f"a {type(self).__name__} holds a secret and can't be pickled")

    def check_origin(self, url: httpx.URL) -> None:
        """Check that a request goes to the origin that this authentication is for.

        Args:
            url: The URL of the request.

        Raises:
            CredentialsError: It goes to another origin.
        """
        if _origin(url) != self._origin:
            raise CredentialsError(
                f"credentials are not sent to {url.scheme}://{url.host}, which isn't the client's origin"
            )


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    # httpx has removed a default port from the URL.
    return url.scheme, url.host, url.port


class SigningAuth(OriginBoundAuth):
    """Signs each request with the current access key."""

    def __init__(self, credentials: AccessKeySource, base_url: str, clock: Clock = utc_now) -> None:
        """Create the authentication.

        Args:
            credentials: The access key, or a sync or async function that returns the current one.
            base_url: The base URL of the service; requests to another origin are refused.
            clock: Returns the time in UTC.
        """
        super().__init__(base_url)
        self._credentials, self._clock = credentials, clock

    @abstractmethod
    def sign(self, request: httpx.Request, key: AccessKey) -> None:
        """Add the headers that authenticate a request.

        Args:
            request: The request, complete except for these headers.
            key: The access key to sign with.
        """

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request of a sync client.

        Args:
            request: The request; the headers are added to it.

        Raises:
            CredentialsError: No credentials are available, or the request goes to another origin.
        """
        self.check_origin(request.url)
        request.read()
        self.sign(request, resolve_access_key(self._credentials))
        yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign a request of an async client.

        Args:
            request: The request; the headers are added to it.

        Raises:
            CredentialsError: No credentials are available, or the request goes to another origin.
        """
        self.check_origin(request.url)
        await request.aread()
        self.sign(request, await resolve_access_key_async(self._credentials))
        yield request
