"""A page's bytes as text, the lines of it, and text without characters that act on a terminal or hide words."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

LARGEST_PAGE: Final = 2_000_000
"""Bytes."""
LONGEST_LINE: Final = 20_000
"""Characters."""
_CHARSET: Final = re.compile(rb"<meta\b[^<>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?([\w-]{1,20})", re.IGNORECASE)
_CODECS: Final = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "iso-8859-1": "cp1252"}
"""The charsets that pages have besides UTF-8; what is called GB2312 has letters of its successors."""
_HALF_WIDTH: Final = {0xFF01 + place: 0x21 + place for place in range(0x5E)}
"""Punctuation and letters as wide as Chinese ones, which pages mix with the plain ones."""
_JSON: Final = frozenset("{}[]\"'")
_SPACES: Final = re.compile(r" {2,}")
PLAIN: Final = "plain"
"""A line of a text without any marks: only its words show what it is."""
TEXT: Final = "text"
"""A line of a page that has marks, and has none itself."""
HEADING: Final = "heading"
ITEM: Final = "item"
"""An item of a list."""
TERM: Final = "term"
"""What a list of definitions defines."""
CODE: Final = "code"
"""A line of a block of code."""
ROW: Final = "row"
"""A row of a table whose cells are known, with pipes between them."""


class Line(NamedTuple):
    """A line of a page.

    Attributes:
        number: Its number, from 1.
        last: The same, except for a row of a table, which can go over many lines.
        text: What it says, without control characters and spaces around it.
        kind: What its marks say that it is: one of the constants above.
        level: Of a heading, its level from 1; of a row or of code, the number of its table or block; otherwise 0.
        is_cut: Whether it says more, and was cut.
    """

    number: int
    last: int
    text: str
    kind: str = PLAIN
    level: int = 0
    is_cut: bool = False


def decoded(content: bytes, charset: str | None = None) -> str:
    """Return bytes as text: as UTF-8, or where they aren't, in the charset that was named.

    Args:
        content: The bytes.
        charset: What they were sent as; None for what the HTML says of itself.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = _CHARSET.search(content[:4096])
        named = charset or (said[1].decode() if said else "")
        return content.decode(_CODECS.get(named.lower(), "utf-8-sig"), "replace")


def clean(text: str) -> str:
    """Return a line without control and invisible characters, which could act on a terminal or hide words."""
    shown = text[:LONGEST_LINE].translate(_HALF_WIDTH)
    if not shown.isascii() or not shown.isprintable():
        shown = "".join(_shown(character) for character in shown)
    shown = shown.strip()
    # Of JSON, spaces may be a part of a value.
    return shown if shown[:1] in _JSON else _SPACES.sub(" ", shown)


def printable(text: str) -> str:
    """Return a text of several lines without control and invisible characters."""
    return text if text.isprintable() else "".join(one if one == "\n" else _shown(one) for one in text)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp", "Cc"}:
        return " " if character != "\v" else "\v"
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else character
