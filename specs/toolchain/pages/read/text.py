"""Decodes the bytes of a page, and removes control and invisible characters from text."""

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
"""The charsets of pages other than UTF-8; text labelled GB2312 contains characters of its successors."""
_HALF_WIDTH: Final = {0xFF01 + place: 0x21 + place for place in range(0x5E)}
"""Full-width punctuation and letters, which pages mix with plain ones."""
_JSON: Final = frozenset("{}[]\"'")
_SPACES: Final = re.compile(r" {2,}")
PLAIN: Final = "plain"
"""A line of a text without marks: only its words show what it is."""
TEXT: Final = "text"
"""A line without a mark, on a page that has marks."""
HEADING: Final = "heading"
ITEM: Final = "item"
"""An item of a list."""
TERM: Final = "term"
"""A term in a list of definitions."""
CODE: Final = "code"
"""A line of a block of code."""
ROW: Final = "row"
"""A row of a table whose cells are known, with pipes between them."""


class Line(NamedTuple):
    """A line of a page.

    Attributes:
        number: Its number, from 1.
        last: Its last line, which differs only for rows of tables.
        text: Its text, without control characters and surrounding spaces.
        kind: Its kind: one of the constants above.
        level: Of a heading, its level from 1; of a row or of code, the number of its table or block; otherwise 0.
        is_cut: Whether its text was cut.
    """

    number: int
    last: int
    text: str
    kind: str = PLAIN
    level: int = 0
    is_cut: bool = False


def decoded(content: bytes, charset: str | None = None) -> str:
    """Decode bytes as UTF-8, or if they aren't UTF-8, in the named charset.

    Args:
        content: The bytes.
        charset: The charset of the response; None to use the one that the HTML declares.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _CHARSET.search(content[:4096])
        named = charset or (declared[1].decode() if declared else "")
        return content.decode(_CODECS.get(named.lower(), "utf-8-sig"), "replace")


def clean(text: str) -> str:
    """Return a line without control and invisible characters, which could steer a terminal or conceal words."""
    shown = text[:LONGEST_LINE].translate(_HALF_WIDTH)
    if not shown.isascii() or not shown.isprintable():
        shown = "".join(_shown(character) for character in shown)
    shown = shown.strip()
    # In JSON, spaces may be part of a value.
    return shown if shown[:1] in _JSON else _SPACES.sub(" ", shown)


def printable(text: str) -> str:
    """Return a text of several lines without control and invisible characters."""
    return text if text.isprintable() else "".join(one if one == "\n" else _shown(one) for one in text)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp", "Cc"}:
        return " " if character != "\v" else "\v"
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else character
