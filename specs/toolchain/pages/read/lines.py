"""A page's bytes, whatever they are, as numbered lines of text; HTML as the lines that a person would see.

Bounded: a page larger than any of these many times over is refused, and a longer line than any is cut, and says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from toolchain.pages.facts import PageError
from toolchain.pages.read.html import html_lines
from toolchain.pages.read.text import LARGEST_PAGE, LONGEST_LINE, clean, decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

_HTML: Final = re.compile(rb"<(?:!doctype html|html|body|table|div|h1)\b", re.IGNORECASE)
_TABLE: Final = re.compile(r"<table\b[^<>]{0,1000}>")
_MARKDOWN: Final = re.compile(r"^#{1,6} |^\|[ :]?:?-{3}", re.MULTILINE)
_MARKS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^#{1,6}\s{1,9}"), ""),
    (re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}\)"), r"\1"),
    (re.compile(r"(?<![\w*])\*\*((?:[^*\n]|\*(?!\*)){1,200})\*\*(?![\w*])"), r"\1"),
    (re.compile(r"<br ?/?>|</?p>|</?li>", re.IGNORECASE), "\v"),
    (re.compile(r"</?(?:a|b|i|em|strong|span|ul|ol|div|code)(?: [^<>]{0,300})?>", re.IGNORECASE), ""),
    (re.compile(r"\\([*<>_#\[\]{}()~`.!+-])"), r"\1"),
    (re.compile(r"`([^`\n]{1,200})`"), r"\1"),
)


class Line(NamedTuple):
    """A line of a page, without control characters and spaces around it.

    Attributes:
        number: Its number, from 1.
        last: The same, except for a row of HTML, which can go over many lines.
        text: What it says.
        is_cut: Whether it says more, and was cut.
    """

    number: int
    last: int
    text: str
    is_cut: bool = False


def lines_of(content: bytes) -> list[Line]:
    """Return the lines of a page that say something.

    Args:
        content: The page as text, Markdown or HTML, in UTF-8, or in a charset that its HTML declares.

    Raises:
        PageError: It is too large, isn't text, or is nested too deeply.
    """
    if len(content) > LARGEST_PAGE:
        raise PageError(f"the page has more than {LARGEST_PAGE:,} bytes")
    if b"\0" in content:
        raise PageError("the page isn't text: it has null bytes")
    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    is_html = _HTML.search(content[:4096]) is not None
    # The vendor's older Markdown has its tables in HTML, and begins with a title as Markdown does.
    if _MARKDOWN.match(text.lstrip()) or (not is_html and _MARKDOWN.search(text)):
        numbered = _markdown_lines(text)
    elif is_html:
        numbered = html_lines(text)
    else:
        numbered = iter((number, number, line) for number, line in enumerate(text.split("\n"), 1))
    # A break stays in a row with pipes, and divides any other line.
    parts = ((first, last, [line] if "|" in line else line.split("\v")) for first, last, line in numbered)
    kept = (Line(first, last, clean(part), len(part) > LONGEST_LINE) for first, last, texts in parts for part in texts)
    return [line for line in kept if line.text]


def _markdown_lines(text: str) -> Iterator[tuple[int, int, str]]:
    fenced, table, opened = False, list[str](), 0
    for number, line in enumerate(text.split("\n"), 1):
        if not fenced:
            opened = max(0, opened + len(_TABLE.findall(line)) - line.count("</table"))
        if opened or (table and "</table" in line):
            table.append(line)
        if opened:
            continue
        if table:
            yield from _table_lines(table, number)
            table = []
        elif line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.lstrip()[:1] in set("{}[\"]'"):
            yield number, number, line
        else:
            yield number, number, line if len(line) > LONGEST_LINE else _without_marks(line)
    # The end of the last table may be missing.
    yield from _table_lines(table, text.count("\n") + 1) if table else ()


def _table_lines(table: list[str], last: int) -> Iterator[tuple[int, int, str]]:
    """Give the rows of a table of HTML that ends at a line of Markdown."""
    above = last - len(table)
    yield from ((first + above, end + above, row) for first, end, row in html_lines("\n".join(table)))


def _without_marks(line: str) -> str:
    for mark, instead in _MARKS:
        line = mark.sub(instead, line)
    return line
