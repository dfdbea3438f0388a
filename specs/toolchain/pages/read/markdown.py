"""Turns Markdown into lines without marks, each with its kind.

No Markdown parser reads the vendors' tables, whose cells have several lines and paragraphs. So rows stay as they are
written, and simple rules read everything else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.pages.read.html import html_lines
from toolchain.pages.read.text import CODE, HEADING, ITEM, LONGEST_LINE, TEXT, Line

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKDOWN: Final = re.compile(r"^#{1,6} |^\|[ :]{0,3}-{2,}[ :]{0,3}\||^```", re.MULTILINE)
_TABLE: Final = re.compile(r"<table\b[^<>]{0,1000}>")
_FENCE: Final = re.compile(r"\s{0,40}(?:[-*+] {1,3})?(`{3,}|~{3,})")
_HEADING: Final = re.compile(r"\s{0,3}(#{1,6})\s{1,9}(.{1,1000}?)\s{0,9}(?:#{1,6})?\s{0,9}")
_UNDERLINE: Final = re.compile(r"(=|-)\1{2,300}\s{0,9}")
_ATTRIBUTES: Final = re.compile(r"\s{0,9}\{\s{0,3}[#.:][^{}\n]{0,300}\}\s{0,9}$")
_ITEM: Final = re.compile(r"\s{0,40}(?:[-*+•]|\d{1,3}[.)])\s{1,9}(?=\S)")
_MARKS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}\)"), r"\1"),
    (re.compile(r"!?\[([^\[\]]{1,300})\]\([^()\n]{0,500}\.md\)"), r"\1"),
    (re.compile(r"(?<![\w*])\*\*((?:[^*\n]|\*(?!\*)){1,200})\*\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w*\\])\*([A-Za-z][^*\n|]{0,200})\*(?![\w*])"), r"\1"),
    (re.compile(r"<br ?/?>|</?p>|</?li>", re.IGNORECASE), "\v"),
    (re.compile(r"</?(?:a|b|i|em|strong|span|ul|ol|div|code)(?: [^<>]{0,300})?>", re.IGNORECASE), ""),
    (re.compile(r"\\([*<>_#\[\]{}()~`.!+-])"), r"\1"),
    (re.compile(r"`([^`\n]{1,200})`"), r"\1"),
)


def is_markdown(text: str, *, is_html: bool) -> bool:
    """Return whether a text is Markdown.

    Args:
        text: The text.
        is_html: Whether it has HTML elements: the vendors' Markdown has HTML tables, but begins with a title.
    """
    found = _MARKDOWN.search(text)
    return found is not None and (not is_html or found.start() <= len(text) - len(text.lstrip()))


def markdown_lines(text: str) -> Iterator[Line]:
    """Yield the lines of a text in Markdown.

    Args:
        text: The text.
    """
    fence, table, opened, begun, blocks = "", list[str](), 0, 0, 0
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if not fence:
            begun = len(_TABLE.findall(line))
            opened = max(0, opened + begun - line.count("</table"))
        if opened or ((table or begun) and "</table" in line and not fence):
            table.append(line)
        if opened:
            continue
        if table:
            blocks += 1
            yield from _table_lines(table, number, blocks)
            table = []
        elif (mark := _FENCE.match(line)) is not None and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
            blocks += 1
        elif fence:
            yield Line(number, number, line, CODE, blocks)
        else:
            yield _line(line, number, lines[number] if number < len(lines) else "")
    # The end of the last table may be missing.
    yield from _table_lines(table, len(lines), blocks + 1) if table else ()


def _table_lines(table: list[str], last: int, block: int) -> Iterator[Line]:
    """Yield the rows of an HTML table inside Markdown."""
    above = last - len(table)
    for line in html_lines("\n".join(table)):
        yield line._replace(number=line.number + above, last=line.last + above, level=block)


def _line(line: str, number: int, below: str) -> Line:
    if line.lstrip()[:1] in set("{}[\"]'") and not line.lstrip().startswith("["):
        return Line(number, number, line, TEXT)
    heading = _HEADING.fullmatch(line) if len(line) <= LONGEST_LINE else None
    underline = _UNDERLINE.fullmatch(below) if heading is None and line.strip() and "|" not in line else None
    if _UNDERLINE.fullmatch(line) is not None:
        return Line(number, number, "", TEXT)
    if heading is not None or underline is not None:
        text = _ATTRIBUTES.sub("", heading[2] if heading is not None else line)
        level = len(heading[1]) if heading is not None else 1 + (below[0] == "-")
        return Line(number, number, without_marks(text), HEADING, level)
    return Line(number, number, without_marks(line), ITEM if _ITEM.match(line) else TEXT)


def without_marks(line: str) -> str:
    """Return a line without its inline marks; a line that is too long is returned unchanged."""
    if len(line) <= LONGEST_LINE:
        for mark, instead in _MARKS:
            line = mark.sub(instead, line)
    return line
