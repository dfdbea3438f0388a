"""What all schemes share: the one origin that they authenticate for, and the signing flow."""

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

from cloudkeys.auth.credentials import current, current_async
from cloudkeys.errors import CredentialsError
from cloudkeys.runtime.endpoints import parsed_url

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterable

    from cloudkeys.auth.credentials import AccessKey, AccessKeySource

    Clock = Callable[[], datetime]
    """What tells the time, in UTC."""

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# What decoding and encoding again would not change: characters that stand for themselves, and the escapes of all other
# ASCII characters. Most paths and queries are made of that, and need no more than this look.
# Possessive throughout, so that a text that isn't such takes no longer.
_PLAIN: Final = "[A-Za-z0-9._~-]*+"
_ESCAPE: Final = "%(?:[01][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-DF])"
_TEXT: Final = f"{_PLAIN}(?:{_ESCAPE}{_PLAIN})*+"
_CANONICAL_PATH: Final = re.compile(f"{_TEXT}(?:/{_TEXT})*+")
_CANONICAL_QUERY: Final = re.compile(rf"(?:{_TEXT}={_TEXT}(?:&(?=.)|\Z))*+")


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def new_nonce() -> str:
    """Return a text that was never used before: 32 hexadecimal digits by chance."""
    return secrets.token_hex(16)


def canonical_path(path: str) -> str:
    """Return a path, each segment of it encoded by RFC 3986.

    Args:
        path: The path as it is sent.
    """
    if _CANONICAL_PATH.fullmatch(path):
        return path
    return "/".join([quote(unquote(segment), safe="~") for segment in path.split("/")])


def canonical_query(query: str) -> str:
    """Return a query as both vendors sign it: sorted by name, then by value, and encoded by RFC 3986.

    Args:
        query: The query as it is sent; `+` stands for a space in it.
    """
    if not _CANONICAL_QUERY.fullmatch(query):
        pairs = [map(unquote_plus, part.partition("=")[::2]) for part in query.split("&") if part]
        query = "&".join(["=".join([quote(text, safe="~") for text in pair]) for pair in pairs])
    # By name, then by value, and not as whole texts: `a-b=1` comes after `a=2`.
    return "&".join(sorted(query.replace("=", "\0").split("&"))).replace("\0", "=")


def canonical_headers(headers: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return headers as both vendors sign them, and the list of their names.

    Args:
        headers: The headers to sign; a name may repeat.

    Returns:
        A line for each header, sorted by name, and the names, joined by semicolons.
    """
    pairs = sorted([(name.lower(), value.strip()) for name, value in headers])
    values = dict(pairs)
    if len(values) < len(pairs):
        values = {name: ",".join([value for other, value in pairs if other == name]) for name in values}
    return "".join([f"{name}:{value}\n" for name, value in values.items()]), ";".join(values)


def names_of(canonical: str) -> str:
    """Return the names of the headers that a canonical request has, joined by semicolons: its last line but one.

    Args:
        canonical: The canonical request.
    """
    return canonical.rsplit("\n", 2)[1]


def sent_headers(request: httpx.Request) -> list[tuple[str, str]]:
    """Return the headers of a request, their names in lower case.

    Args:
        request: The request.
    """
    return [(name.decode("ascii").lower(), value.decode("latin-1")) for name, value in request.headers.raw]


def sha256_hex(content: bytes) -> str:
    """Return the SHA-256 hash of bytes, as hexadecimal digits.

    Args:
        content: The bytes.
    """
    return hashlib.sha256(content).hexdigest()


def hmac_sha256_hex(secret: str, text: str) -> str:
    """Return the HMAC-SHA256 of a text, as hexadecimal digits.

    Args:
        secret: The key, as text.
        text: The text.
    """
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


class OriginBoundAuth(httpx.Auth):
    """Authenticates requests to one origin, and refuses any other: what it adds is a secret of that origin."""

    def __init__(self, base_url: str) -> None:
        """Take the origin of a base URL."""
        self._origin = _origin(parsed_url(base_url))

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError(f"a {type(self).__name__} holds a secret, and isn't pickled")

    def check_origin(self, url: httpx.URL) -> None:
        """Raise a CredentialsError if a URL is of another origin.

        Args:
            url: Where a request goes.

        Raises:
            CredentialsError: It is of another origin.
        """
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
        """Add the headers that make a request authentic.

        Args:
            request: The request, complete except for what this adds.
            key: The access key to sign with.
        """

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request of a sync client.

        Args:
            request: The request, which gets the header.

        Raises:
            CredentialsError: There are no credentials, or the request is for another origin.
        """
        self.check_origin(request.url)
        request.read()
        self.sign(request, current(self._credentials))
        yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign a request of an async client.

        Args:
            request: The request, which gets the header.

        Raises:
            CredentialsError: There are no credentials, or the request is for another origin.
        """
        self.check_origin(request.url)
        await request.aread()
        self.sign(request, await current_async(self._credentials))
        yield request
