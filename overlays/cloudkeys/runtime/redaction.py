"""Redaction: foreign text for messages and logs, without control characters and secrets."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_LONGEST_TEXT: Final = 300
_LONGEST_MESSAGE: Final = 65_536
_LONGEST_BODY: Final = 1_000_000
_SHORTEST_SECRET: Final = 4
_SHORTEST_PART: Final = 16
# Every part of 16 bytes, wherever it begins, contains a window at a multiple of the window's width.
_WINDOW: Final = _SHORTEST_PART // 2
_BETWEEN: Final = b"\xff"
"""A byte that is in no form of a secret: UTF-8 doesn't use it."""


def printable(text: str) -> str:
    """Return at most 300 characters of a text, and escape those that could control a terminal or a log.

    Args:
        text: Any text, such as a server's.

    Returns:
        One line of printable characters.
    """
    escaped = (
        character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()
        for character in text[:_LONGEST_TEXT]
    )
    return "".join(escaped)[:_LONGEST_TEXT]


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return printable text in which asterisks replace each secret, and each part of a secret of 16 characters.

    A secret is found as it was sent, as a JSON string, percent-encoded and in HTML, in upper or lower case.

    Args:
        text: Any text, such as a server's.
        secrets: Header values, tokens and passwords. Those shorter than 4 characters are not redacted, since they may
            be anywhere in a text.
    """
    content = text[:_LONGEST_MESSAGE].encode("utf-8", "backslashreplace")
    return printable(masked(content, secrets).decode("utf-8", "replace"))


def masked(content: bytes, secrets: Iterable[str]) -> bytes:
    """Return bytes in which asterisks replace each secret and its parts, as `redacted` finds them.

    Args:
        content: The bytes, such as a server's; those after the first million are dropped, since the search takes time.
        secrets: The secrets.
    """
    content = content[:_LONGEST_BODY]
    forms = {form.lower() for secret in secrets for form in _forms(secret)}
    content = _without_parts(content, [form for form in forms if len(form) >= _SHORTEST_PART])
    # Longest first, so that no rest of a longer secret remains.
    short = sorted((re.escape(form) for form in forms if len(form) < _SHORTEST_PART), key=len, reverse=True)
    return re.sub(b"|".join(short), b"***", content, flags=re.IGNORECASE) if short else content


def _forms(secret: str) -> Iterable[bytes]:
    if len(secret) < _SHORTEST_SECRET:
        return ()
    import html  # noqa: PLC0415 - slow to import, and only errors need it

    in_json = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    in_urls = [encode(secret, safe, errors="replace") for encode in (quote, quote_plus) for safe in ("/", "")]
    forms = (secret, *in_json, *(text.replace("/", r"\/") for text in in_json), *in_urls, html.escape(secret))
    return [form.encode("utf-8", "replace") for form in forms]


def _without_parts(content: bytes, forms: Collection[bytes]) -> bytes:
    known, small = _BETWEEN.join(forms), content.lower()
    # For short content, searching each window is faster than listing all windows of the secrets.
    windows = known if len(small) < len(known) else {known[at : at + _WINDOW] for at in range(len(known) - _WINDOW + 1)}
    kept, end = bytearray(), 0
    for at in range(0, len(small) - _WINDOW + 1, _WINDOW) if forms else ():
        if at < end or small[at : at + _WINDOW] not in windows:
            continue
        begin, stop = at, at + _WINDOW
        while begin > end and small[begin - 1 : begin - 1 + _WINDOW] in windows:
            begin -= 1
        while small[stop : stop + _WINDOW] in windows and stop + _WINDOW <= len(small):
            stop += _WINDOW
        while stop < len(small) and small[stop + 1 - _WINDOW : stop + 1] in windows:
            stop += 1
        if stop - begin >= _SHORTEST_PART:
            kept += content[end:begin] + b"***"
            end = stop
    return bytes(kept + content[end:])
