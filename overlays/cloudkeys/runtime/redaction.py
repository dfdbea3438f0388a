"""Text of others, made fit for messages and logs: without terminal escapes, and without secrets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_TEXT: Final = 300
_SHORTEST_SECRET: Final = 4


def printable(text: str) -> str:
    """Return text cut to 300 characters, with every character escaped that could steer a terminal or a log.

    Args:
        text: Any text, such as a server's.

    Returns:
        The text on one line; each character is printable.
    """
    escaped = (
        character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()
        for character in text[:_LONGEST_TEXT]
    )
    return "".join(escaped)[:_LONGEST_TEXT]


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return printable text in which asterisks replace each secret.

    A secret is found as it was sent, as a JSON string, and percent-encoded.

    Args:
        text: Any text, such as a server's.
        secrets: Header values, tokens and passwords. Those shorter than 4 characters stay: replacing them would only
            spoil the text around them.
    """
    for form in _all_forms(secrets):
        text = text.replace(form, "***")
    return printable(text)


def masked(content: bytes, secrets: Iterable[str]) -> bytes:
    """Return bytes in which asterisks replace each secret, as `redacted` finds them.

    Args:
        content: The bytes, such as a server's.
        secrets: Passwords.
    """
    for form in _all_forms(secrets):
        content = content.replace(form.encode(), b"***")
    return content


def _all_forms(secrets: Iterable[str]) -> list[str]:
    # The longest first, so that no part of a longer one is left.
    return sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)


def _forms(secret: str) -> tuple[str, ...]:
    if len(secret) < _SHORTEST_SECRET:
        return ()
    in_json = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    return secret, *in_json, quote(secret), quote(secret, safe="")
