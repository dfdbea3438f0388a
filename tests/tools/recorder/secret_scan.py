"""A scan of recordings for secrets: for texts that look like one, and for the credentials in use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from cloudkeys.testing.recording import Recording

_SHORTEST_SECRET: Final = 4  # a shorter secret could be part of any word
# Replacements are no secrets: `masked-0001`, and IDs of zeros that end in a number.
_UNMASKED: Final = r"(?!masked-[0-9]|0{8})"
# Upper case, lower case and digits without a break: unlike words, hexadecimal IDs and UUIDs.
_MIXED: Final = r"(?=[{0}]*[A-Z])(?=[{0}]*[a-z])(?=[{0}]*[0-9])[{0}]"
_NAMES_OF_SECRETS: Final = (
    r"token|password|passwd|secret_?(?:access_?)?(?:key|string|binary)|access_?key_?secret|private_?key|secret|"
    r"(?<![a-z0-9_-])sk"
)

PATTERNS: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(pattern)
    for name, pattern in {
        # Security Center masks the end of IDs with asterisks.
        "AccessKey ID of Alibaba Cloud": r"\bLTAI[A-Za-z0-9]{12,20}(?![A-Za-z0-9*])",
        "temporary key of Alibaba Cloud": r"\bSTS\.[A-Za-z0-9]{8,}",
        "access key ID of Huawei Cloud": r"(?<![A-Za-z0-9])(?=[0-9]*[A-Z])[A-Z0-9]{20}(?![A-Za-z0-9*])",
        "value of an Authorization header": (
            r"(?i)\b(?:(?:ACS3|SDK)-HMAC-SHA256|Bearer)\s+[A-Za-z0-9]|\bBasic\s+[A-Za-z0-9+/]{12,}"
        ),
        "signature": rf"(?i)\bsignature[\"']?\s*[:=]\s*[\"']?{_UNMASKED}[A-Za-z0-9+/%=_-]{{16,}}",
        "digest of 64 digits": rf"(?i)(?<![a-z0-9]){_UNMASKED}[0-9a-f]{{64}}(?![a-z0-9])",
        "value under the name of a secret": (
            rf"(?i)(?:{_NAMES_OF_SECRETS})[\"']?\s*[:=]\s*[\"']?{_UNMASKED}[^\s\"',;&]{{6,}}"
        ),
        "JSON web token": r"\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.",
        "random text": rf"(?<![A-Za-z0-9+_-]){_MIXED.format('A-Za-z0-9+_-')}{{30,}}",
        "long text in base64": rf"(?<![A-Za-z0-9+/]){_MIXED.format('A-Za-z0-9+/')}{{80,}}",
        "private key": r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY",
        "password in a URL": r"(?i)(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://[^\s/:@\"']*:[^\s/@\"']+@",
        "e-mail address": r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]*[A-Za-z]",
        # It has 16 digits; a Unix time in milliseconds has 13.
        "account ID": r"(?<![\w.])[1-9][0-9]{13,18}(?![\w.])",
        "resource name with an account": r"(?i)\b(?:acs|arn|iam|urn):[a-z0-9_:*-]*:[0-9a-f]{12,}\b",
    }.items()
}
"""The patterns of secrets, by name."""


class Finding(NamedTuple):
    """A text that looks like a secret; without the text, because findings are printed."""

    pattern: str
    location: str

    def __str__(self) -> str:
        return f"{self.location}: {self.pattern}"


def findings(recording: Recording, secrets: Iterable[str] = ()) -> list[Finding]:
    """Return the texts in a recording that look like secrets.

    Args:
        recording: The recording.
        secrets: The credentials in use.
    """
    forms = tuple(form for secret in secrets if len(secret) >= _SHORTEST_SECRET for form in _forms(secret))
    return list(
        dict.fromkeys(
            Finding(name, location) for location, text in _texts(recording) for name in names_of_secrets(text, forms)
        )
    )


def _forms(secret: str) -> set[str]:
    return {secret, json.dumps(secret)[1:-1], quote(secret), quote(secret, safe="")}


def names_of_secrets(text: str, secrets: Iterable[str] = ()) -> list[str]:
    """Return the names of the patterns that occur in a text."""
    found = [name for name, pattern in PATTERNS.items() if pattern.search(text)]
    return found + ["one of the credentials in use"] * any(secret in text for secret in secrets)


def _texts(recording: Recording) -> Iterator[tuple[str, str]]:
    request, response = recording.request, recording.response
    yield from {"operation": recording.operation, "source": recording.source, "request.method": request.method}.items()
    for location, target in (("request.target", request.target), ("request.target, decoded", unquote(request.target))):
        yield location, target
    for location, headers in (("request.headers", request.headers), ("response.headers", response.headers)):
        for number, (name, text) in enumerate(headers.items(), 1):
            yield f"{location}, number {number}", f"{name}: {text}"
    yield from _lines("response.body", response.body)
    try:
        # JSON escapes can hide a secret from a pattern.
        decoded = json.dumps(json.loads(response.body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return
    yield from _lines("response.body, decoded", decoded)


def _lines(location: str, text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        yield f"{location}, line {number}", line
