"""Text of others, made fit for messages and logs: without terminal escapes, and without secrets."""

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
# Wherever a part of a secret begins, it holds a window whose position is a multiple of its width.
_WINDOW: Final = _SHORTEST_PART // 2
_BETWEEN: Final = b"\xff"
"""What is in no form of a secret: UTF-8 has no such byte."""


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
    """Return printable text in which asterisks replace each secret, and each part of one that has 16 characters.

    A secret is found as it was sent, as a JSON string, percent-encoded and in HTML, its letters large or small.

    Args:
        text: Any text, such as a server's.
        secrets: Header values, tokens and passwords. Those shorter than 4 characters stay: replacing them would only
            spoil the text around them.
    """
    content = text[:_LONGEST_MESSAGE].encode("utf-8", "backslashreplace")
    return printable(masked(content, secrets).decode("utf-8", "replace"))


def masked(content: bytes, secrets: Iterable[str]) -> bytes:
    """Return bytes in which asterisks replace each secret and its parts, as `redacted` finds them.

    Args:
        content: The bytes, such as a server's; what is beyond a million of them is dropped, since looking takes time.
        secrets: Passwords.
    """
    content = content[:_LONGEST_BODY]
    forms = {form.lower() for secret in secrets for form in _forms(secret)}
    content = _without_parts(content, [form for form in forms if len(form) >= _SHORTEST_PART])
    # The longest first, so that no part of a longer one is left.
    short = sorted((re.escape(form) for form in forms if len(form) < _SHORTEST_PART), key=len, reverse=True)
    return re.sub(b"|".join(short), b"***", content, flags=re.IGNORECASE) if short else content


def _forms(secret: str) -> Iterable[bytes]:
    if len(secret) < _SHORTEST_SECRET:
        return ()
    import html  # noqa: PLC0415 - errors alone need it, and it takes longer to import than all of this

    in_json = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    in_urls = [encode(secret, safe, errors="replace") for encode in (quote, quote_plus) for safe in ("/", "")]
    forms = (secret, *in_json, *(text.replace("/", r"\/") for text in in_json), *in_urls, html.escape(secret))
    return [form.encode("utf-8", "replace") for form in forms]


def _without_parts(content: bytes, forms: Collection[bytes]) -> bytes:
    known, small = _BETWEEN.join(forms), content.lower()
    # In a few bytes, looking for each window is quicker than listing all windows of the secrets.
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
