"""The part of a request that errors need: its secrets, to redact them, and its authentication."""

from __future__ import annotations

import re
from typing import Final

import attrs
import httpx

_SECRET_HEADERS: Final = frozenset((b"authorization", b"x-auth-token", b"x-security-token", b"x-acs-security-token"))
_SIGNED: Final = re.compile(r"[A-Z0-9]+-HMAC-SHA256 .*Signature=(?=[0-9a-f]{64}\Z)")
"""The text before a signature, which isn't secret: the key's ID and the names of headers."""


@attrs.frozen
class SentRequest:
    """What was sent. Its secrets are collected only when there is an error.

    Attributes:
        parameters: The secrets in the parameters.
        headers: The headers.
    """

    parameters: tuple[str, ...] = attrs.field(default=(), repr=False)
    headers: httpx.Headers = attrs.field(factory=httpx.Headers, repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets in the headers and the parameters."""
        raw = self.headers.raw
        in_headers = [value.decode("latin-1") for name, value in raw if name.lower() in _SECRET_HEADERS]
        return (*[_SIGNED.sub("", value) for value in in_headers], *self.parameters)

    @property
    def scheme(self) -> str:
        """How the request was authenticated: `signature`, `token` or `none`."""
        return "token" if "X-Auth-Token" in self.headers else "signature" if "Authorization" in self.headers else "none"
