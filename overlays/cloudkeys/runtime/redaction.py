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
    """Return the text cut to 300 characters, with every character that could steer a terminal or a log escaped.

    Args:
        text: Any text, from a server for example.

    Returns:
        The text on one line, in which each character is printable.
    """
    escaped = (
        character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()
        for character in text[:_LONGEST_TEXT]
    )
    return "".join(escaped)[:_LONGEST_TEXT]


def forms_of(secrets: Iterable[str | None]) -> tuple[str, ...]:
    """Return secrets in each form in which a server may repeat them, the longest first.

    Args:
        secrets: Header values, tokens and passwords. None stands for none; what has fewer than 4 characters is left
            out, since masking it would only spoil the text around it.
    """
    found: set[str] = set()
    for secret in secrets:
        if secret is None or len(secret) < _SHORTEST_SECRET:
            continue
        once = json.dumps(secret)[1:-1]
        found |= {secret, once, json.dumps(once)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
        found |= {quote(secret), quote(secret, safe="")}
        found |= {secret.rpartition("Signature=")[2], repr(secret)[1:-1]}
    return tuple(sorted(found - {""}, key=len, reverse=True))


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return the text with each secret in it replaced by asterisks.

    Args:
        text: Any text.
        secrets: What `forms_of` returned.
    """
    for secret in secrets:
        text = text.replace(secret, "***")
    return text
